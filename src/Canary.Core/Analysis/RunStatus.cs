using System;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>How far an AnalysisRun is.</summary>
/// <param name="Phase">The worst of its metrics' phases.</param>
/// <param name="Message">The verdict in words, with the numbers that decided it.</param>
/// <param name="StartedAt">Start of the interval grid; null: not started.</param>
/// <param name="EndedAt">Null: still running.</param>
/// <param name="Metrics">One a metric, in the order of the spec.</param>
public sealed record RunStatus(RunPhase Phase, string Message, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt,
    EquatableArray<MetricStatus> Metrics)
{
    /// <summary>The last score of the metrics that Mann and Whitney's test compares, 0 to 100; null: there is none.</summary>
    public double? Score { get; init; }

    /// <summary>Why it was ended before it had a verdict of its own: <c>the rollout was promoted</c>; empty: it was not.</summary>
    public string StopReason { get; init; } = "";

    /// <summary>A run that was just made.</summary>
    public static readonly RunStatus New = new(RunPhase.Pending, "", null, null, []);
}

/// <summary>Where an analysis run, or one of its metrics, stands.</summary>
public enum RunPhase
{
    Pending,
    Running,
    Successful,
    Failed,
    Inconclusive,
    Error,
}
