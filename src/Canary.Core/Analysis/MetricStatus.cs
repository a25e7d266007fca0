using System;
using Canary.Core.Analysis.Answers;
using Canary.Core.Statistics.Kayenta;
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
    EquatableArray<Measurement> Measurements)
{
    /// <summary>Measurements in a row, up to the newest answered one, that Failed.</summary>
    public int ConsecutiveFailures { get; init; }

    /// <summary>Measurements in a row, up to the newest answered one, that were Successful.</summary>
    public int ConsecutiveSuccesses { get; init; }

    /// <summary>Of <see cref="ConsecutiveErrors"/> those that are no outage: <see cref="MetricAnswer.Faulted.IsRefusal"/>, or an answer
    /// that the condition cannot be asked of.</summary>
    public int ConsecutiveRefusals { get; init; }

    /// <summary>What a sequential comparison knows; null: another judge, or nothing yet.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>What Mann and Whitney's test said last; null: another judge, or nothing yet.</summary>
    public MannWhitneyFinding? Classified { get; init; }

    /// <summary>What <see cref="Message"/> rests on.</summary>
    public MetricReason Reason { get; init; }

    /// <summary>Tick of the first of <see cref="ConsecutiveErrors"/>; null: the newest measurement has an answer.</summary>
    public DateTimeOffset? ErrorsSince { get; init; }
}

/// <summary>What Mann and Whitney's test last said of a metric, as it goes into the score.</summary>
/// <param name="As">The finding.</param>
/// <param name="IsCriticalFailure">It fails the run by itself.</param>
public sealed record MannWhitneyFinding(Classification As, bool IsCriticalFailure);
