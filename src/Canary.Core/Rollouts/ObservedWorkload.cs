namespace Canary.Core.Rollouts;

/// <summary>A workload as the controller last saw it: whoever changed it can tell whether that change is known.</summary>
/// <param name="Name">Name of the workload, in the Rollout's namespace.</param>
/// <param name="Uid">Its <c>metadata.uid</c>: one that was deleted and made again counts its generations from 1.</param>
/// <param name="Generation">Its <c>metadata.generation</c>: rises with each change of its spec.</param>
public sealed record ObservedWorkload(string Name, string Uid, long Generation);
