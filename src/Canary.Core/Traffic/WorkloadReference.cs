namespace Canary.Core.Traffic;

/// <summary>A workload in the Rollout's namespace.</summary>
/// <param name="Kind">Only <c>Deployment</c> for now.</param>
/// <param name="Name">Its name.</param>
public sealed record WorkloadReference(string Kind, string Name);
