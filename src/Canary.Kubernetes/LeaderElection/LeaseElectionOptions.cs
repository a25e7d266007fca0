using System;
using System.Threading.Tasks;

namespace Canary.Kubernetes.LeaderElection;

/// <summary>Which Lease is competed for, and how.</summary>
/// <param name="Namespace">Namespace of the Lease.</param>
/// <param name="Name">Name of the Lease.</param>
/// <param name="Identity">Who we are; must be unique to this process, see <see cref="UniqueIdentity"/>.</param>
/// <param name="LeaseDuration">How long others wait after the last renewal that they saw. Default 15 s.</param>
/// <param name="RenewDeadline">How long after our last renewal we stop to lead by ourselves. Default 10 s, below the duration.</param>
/// <param name="RetryPeriod">Time between two looks or renewals. Default 2 s.</param>
/// <param name="BeforeRelease">Awaited on stop after Lost was told and before others may take over: the work at hand ends here. At most the
/// rest of the lease.</param>
public sealed record LeaseElectionOptions(
    string Namespace,
    string Name,
    string Identity,
    TimeSpan LeaseDuration,
    TimeSpan RenewDeadline,
    TimeSpan RetryPeriod,
    Func<Task>? BeforeRelease = null)
{
    /// <summary>Why this process could not do a leader's work now, asked before it takes the Lease; null: it could. Without it: it always
    /// can.</summary>
    public Func<string?>? Unfit { get; init; }

    /// <summary>The usual times.</summary>
    public static LeaseElectionOptions For(string ns, string name, string identity) =>
        new(ns, name, identity, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(2));

    /// <summary>Name of this machine or pod, and something that no other process has.</summary>
    public static string UniqueIdentity() => $"{Environment.MachineName}_{Guid.NewGuid():N}";
}
