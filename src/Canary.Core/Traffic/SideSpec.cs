namespace Canary.Core.Traffic;

/// <summary>One of the two sides that traffic is shared between.</summary>
/// <param name="Service">Name of the Service in the Rollout's namespace; of the shared host where <paramref name="Subset"/> is
/// given.</param>
/// <param name="Subset">Name of the DestinationRule subset; null where the side is a Service of its own.</param>
/// <param name="Workload">The workload behind it; null where only <c>spec.revision</c> says what runs.</param>
public sealed record SideSpec(string Service, string? Subset, WorkloadReference? Workload);
