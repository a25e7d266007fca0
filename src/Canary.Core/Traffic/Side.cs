namespace Canary.Core.Traffic;

/// <summary>Which of the two sides of <see cref="TrafficSpec"/>, by the name that the spec gives it. The roles may be the other way round:
/// see <c>status.stableSide</c>.</summary>
public enum Side
{
    /// <summary><c>spec.traffic.stable</c>.</summary>
    NamedStable,

    /// <summary><c>spec.traffic.canary</c>.</summary>
    NamedCanary,
}
