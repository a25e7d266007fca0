namespace Canary.Core.Rollouts;

/// <summary>The workloads that a status was decided from.</summary>
/// <param name="Stable">That of <c>spec.traffic.stable</c>; null: it names none, or it was not there.</param>
/// <param name="Canary">That of <c>spec.traffic.canary</c>; null: it names none, or it was not there.</param>
public sealed record ObservedWorkloads(ObservedWorkload? Stable, ObservedWorkload? Canary)
{
    public static readonly ObservedWorkloads None = new(null, null);
}
