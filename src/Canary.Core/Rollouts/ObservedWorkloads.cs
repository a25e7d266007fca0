namespace Canary.Core.Rollouts;

/// <summary>The workloads that a status was decided from.</summary>
/// <param name="Stable">That of <c>spec.traffic.stable</c>; null: it names none, or it was not there.</param>
/// <param name="Canary">That of <c>spec.traffic.canary</c>; null: it names none, or it was not there.</param>
public sealed record ObservedWorkloads(ObservedWorkload? Stable, ObservedWorkload? Canary)
{
    public static readonly ObservedWorkloads None = new(null, null);
}

/// <summary>A workload as the controller last saw it: whoever changed it can tell whether that change is known.</summary>
/// <param name="Name">Name of the workload, in the Rollout's namespace.</param>
/// <param name="Uid">Its <c>metadata.uid</c>: one that was deleted and made again counts its generations from 1.</param>
/// <param name="Generation">Its <c>metadata.generation</c>: rises with each change of its spec.</param>
public sealed record ObservedWorkload(string Name, string Uid, long Generation);
