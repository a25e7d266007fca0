using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Engine.Ports;

namespace Canary.Engine.Measuring;

/// <summary>
/// Counts finished measurements into a run. An answer that cannot be judged, whatever a source made of it, is a failed measurement of its
/// metric and stays nothing else: neither the rest of the run nor any other run is kept from being counted, and it does not come again.
/// </summary>
internal static class RunCount
{
    /// <summary>The status with the measurements counted in.</summary>
    /// <param name="run">The run; its status has been started.</param>
    /// <param name="finished">What came back.</param>
    /// <param name="now">The time.</param>
    public static RunStatus Advance(RunSnapshot run, IReadOnlyList<FinishedMeasurement> finished, DateTimeOffset now) =>
        Advance(run.Spec, run.Status, finished, now);

    /// <inheritdoc cref="Advance(RunSnapshot, IReadOnlyList{FinishedMeasurement}, DateTimeOffset)" />
    public static RunStatus Advance(RunSpec spec, RunStatus status, IReadOnlyList<FinishedMeasurement> finished, DateTimeOffset now)
    {
        if (Try(spec, status, finished, now, out var problem) is { } counted) return counted;
        FinishedMeasurement[] usable =
            [.. finished.Select(one => Try(spec, status, [one], now, out var wrong) is null ? Unusable(one, wrong) : one)];
        return Try(spec, status, usable, now, out _)
            ?? Try(spec, status, [.. finished.Select(one => Unusable(one, problem))], now, out _)
            ?? status;
    }

    private static FinishedMeasurement Unusable(FinishedMeasurement measurement, string why) =>
        measurement with
        {
            Answer = new MetricAnswer.Faulted($"the answer cannot be judged: {why}") { IsRefusal = true },
            Samples = null,
            Baseline = null
        };

    private static RunStatus? Try(RunSpec spec, RunStatus status, IReadOnlyList<FinishedMeasurement> finished, DateTimeOffset now,
        out string problem)
    {
        problem = "";
        try
        {
            return AnalysisMachine.Advance(spec, status, finished, now);
        }
        catch (Exception exception)
        {
            problem = exception.Message;
            return null;
        }
    }
}
