using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Traffic;

namespace Canary.Engine.Ports;

/// <summary>The pods behind the two sides.</summary>
public interface IWorkloads
{
    /// <summary>Both sides as they are, or what is wrong with what the spec names.</summary>
    Task<WorkloadReading> ObserveAsync(RolloutSnapshot rollout, TrafficSpec traffic, CancellationToken cancel);

    /// <summary>
    /// Writes the pod template of <paramref name="from"/>, less the labels that the other side selects by, into the other side's workload,
    /// as long as its hash still is
    /// <paramref name="revision"/>. The write tests the claim, which is stamped first where an older term stands.
    /// </summary>
    Task<WriteResult> PromoteTemplateAsync(RolloutSnapshot rollout, TrafficSpec traffic, Side from, string revision, Claim claim,
        CancellationToken cancel);

    /// <summary>
    /// Puts <paramref name="claim"/> on the workload that a promotion writes into, where it carries an older one: a former leader that
    /// sleeps before that write must not carry it out any more. Nothing where the sides alternate.
    /// </summary>
    Task<WriteResult> ClaimStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel);

    /// <summary>Takes the claim of a Rollout that is deleted off the workload that a promotion writes into. A template that was sent before
    /// is refused.</summary>
    Task<WriteResult> ReleaseStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel);
}
