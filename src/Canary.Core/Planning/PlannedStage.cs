using System;
using Canary.Core.Units;

namespace Canary.Core.Planning;

/// <summary>A part of a ramp in which weight and measuring stay as they are.</summary>
/// <param name="Step">Index of the step that set the weight.</param>
/// <param name="Weight">Share of the traffic that the canary has.</param>
/// <param name="Length">How long it lasts; null: until a person promotes.</param>
/// <param name="Interval">Length of the metric's windows; null: it is not measured here.</param>
public sealed record PlannedStage(int Step, Weight Weight, TimeSpan? Length, TimeSpan? Interval)
{
    /// <summary>Time from the start until the first window begins. Default 0.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>An analysis run begins here, and its windows with it; false: the windows of the stage before go on.</summary>
    public bool IsNewRun { get; init; }

    /// <summary>The weight as a share, 0 to 1.</summary>
    internal double Share => Weight.BasisPoints / 10_000.0;

    /// <summary>There is a canary and a stable, and somebody looks.</summary>
    public bool IsCompared => Interval is not null && Weight > Weight.Zero && Weight < Weight.Full;
}
