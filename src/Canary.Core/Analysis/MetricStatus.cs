using System;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>How far one metric of a run is.</summary>
/// <param name="Measurements">The last ten, oldest first.</param>
/// <param name="LastDueAt">The newest tick that was counted; null: none yet.</param>
public sealed record MetricStatus(
    string Name,
    RunPhase Phase,
    string Message,
    int Successful,
    int Failed,
    int Inconclusive,
    int Errors,
    int ConsecutiveErrors,
    DateTimeOffset? LastDueAt,
    EquatableArray<Measurement> Measurements);
