using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.LeaderElection;

namespace Canary.Controller.LeaderElection;

/// <summary>Leadership as the Lease gives it.</summary>
internal sealed class LeaseLeadership(LeaseElection election) : ILeadership
{
    public long? Term => election.Term;

    public async Task<bool> IsStillOursAsync(long term, CancellationToken cancel) =>
        await election.IsStillOursAsync(cancel) && election.Term == term;
}
