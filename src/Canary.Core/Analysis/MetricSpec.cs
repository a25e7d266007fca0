using System;

namespace Canary.Core.Analysis;

/// <summary>One metric of a run, with every argument resolved. Defaults are those of Argo Rollouts.</summary>
/// <param name="Name">Unique in its run.</param>
/// <param name="Interval">Time between measurements; null: one measurement.</param>
/// <param name="Count">Measurements to take; null with an interval: until the rollout moves on.</param>
/// <param name="InitialDelay">Time before the first. Default 0.</param>
/// <param name="Window">How far back one measurement looks. The first one is not taken before this much time has passed since the start, so that it sees nothing of what was before.</param>
/// <param name="SuccessCondition">Null: none.</param>
/// <param name="FailureCondition">Null: none.</param>
/// <param name="FailureLimit">The run fails at one failure more than this; -1: never. Default 0.</param>
/// <param name="InconclusiveLimit">The run is inconclusive at one more than this. Default 0.</param>
/// <param name="ConsecutiveErrorLimit">The rollout holds at one error in a row more than this. Default 4.</param>
/// <param name="Provider">What is asked.</param>
public sealed record MetricSpec(
    string Name,
    TimeSpan? Interval,
    int? Count,
    TimeSpan InitialDelay,
    TimeSpan Window,
    string? SuccessCondition,
    string? FailureCondition,
    int FailureLimit,
    int InconclusiveLimit,
    int ConsecutiveErrorLimit,
    ProviderSpec Provider);
