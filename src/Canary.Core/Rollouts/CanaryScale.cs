using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>How many pods the canary has at least. Its share of the traffic, and one, are never undercut.</summary>
public abstract record CanaryScale
{
    /// <summary>Most <see cref="Replicas"/>.</summary>
    public const int MostReplicas = 10_000;

    private CanaryScale() { }

    /// <summary>So many pods. Source: <c>setCanaryScale.replicas</c>; 1 to <see cref="MostReplicas"/>.</summary>
    public sealed record Replicas(int Count) : CanaryScale;

    /// <summary>This share of the copy's replicas, rounded up. Source: <c>setCanaryScale.weight</c>.</summary>
    public sealed record Share(Weight Weight) : CanaryScale;

    /// <summary>Its share of the traffic alone, which is so without any such step. Source:
    /// <c>setCanaryScale.matchTrafficWeight</c>.</summary>
    public sealed record MatchTrafficWeight : CanaryScale;
}
