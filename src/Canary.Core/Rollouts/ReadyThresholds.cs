using System;

namespace Canary.Core.Rollouts;

/// <summary>How many of its pods a side must have ready before it counts as ready. Source: <c>capacity.stableReadyThreshold</c> and
/// <c>capacity.canaryReadyThreshold</c> of the strategy.</summary>
/// <param name="Stable">Percent of stable's pods, 1 to 100. Default 100.</param>
/// <param name="Canary">Percent of the canary's pods, <see cref="LeastOfCanary"/> to 100. Default 100.</param>
/// <remarks>They say when the wait for pods ends. What a side may get of the traffic is what its ready pods bear
/// (<see cref="Evaluating.Capacity"/>), whatever they are.</remarks>
public sealed record ReadyThresholds(int Stable, int Canary)
{
    /// <summary>Every pod.</summary>
    public const int All = 100;

    /// <summary>Lowest one of the canary. It asks for more pods where fewer must be ready: twice as many at most.</summary>
    public const int LeastOfCanary = 50;

    /// <summary>Every pod of both sides.</summary>
    public static readonly ReadyThresholds Default = new(All, All);

    /// <summary>Pods that are ready where so many percent of these are: rounded up.</summary>
    public static int Required(int threshold, int pods) => (int)((((long)pods * threshold) + All - 1) / All);

    /// <summary>Pods that a side asks for, so that so many percent of them are the pods that it needs: rounded up, and at most twice as
    /// many.</summary>
    public static int Asked(int threshold, int needed) =>
        (int)Math.Min((((long)needed * All) + threshold - 1) / threshold, Math.Min(2L * needed, int.MaxValue));
}
