using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Queries;

namespace Canary.Core.Placebo;

/// <summary>Takes a metric through a rollout that is made up, by the way that it goes in production: the grid says what is due, the query
/// of the metric says which samples it sees, and the machine of the analysis counts them.</summary>
public static class PlaceboReplay
{
    /// <summary>The message of a metric that saw no request.</summary>
    public const string NothingSeen = "has seen nothing yet";

    /// <summary>What became of the metric.</summary>
    /// <param name="test">The metric.</param>
    /// <param name="past">The counters that it reads.</param>
    /// <param name="rollout">The groups.</param>
    public static PlaceboVerdict Run(PlaceboTest test, PastCounters past, PlaceboRollout rollout)
    {
        var spec = new RunSpec([test.Metric]);
        var end = rollout.At + test.To;
        var status = AnalysisMachine.Start(spec, RunStatus.New, rollout.At + test.From);
        var ranges = new RangeRecorder(test.Marks);
        for (var now = status.StartedAt!.Value;
            status.EndedAt is null && AnalysisGrid.NextDueAt(spec, status, now) is { } due && due <= end; now = due)
        {
            if (Measure(test, past, rollout, status, due) is not { } measured) break;
            status = AnalysisMachine.Advance(spec, status, [measured], due);
            ranges.Add(due - rollout.At, status.Metrics[0].Measurements.LastOrDefault());
        }

        var metric = status.Metrics[0];
        if (metric.Phase == RunPhase.Failed)
            return new PlaceboVerdict(test.Metric.Name, RunPhase.Failed, status.EndedAt!.Value - rollout.At, metric.Message,
                ranges.Read());
        // At the end of the steps the weight is to rise to 100.
        var lack = ComparisonJudge.Lacks(test.Metric, metric.Evidence, isFull: true);
        return new PlaceboVerdict(test.Metric.Name, lack.Length > 0 ? RunPhase.Inconclusive : RunPhase.Successful, test.To, lack,
            ranges.Read());
    }

    private static FinishedMeasurement? Measure(PlaceboTest test, PastCounters past, PlaceboRollout rollout, RunStatus status,
        DateTimeOffset due)
    {
        var since = ComparisonJudge.WindowStart(test.Metric, status.Metrics[0], status.StartedAt!.Value, due);
        if (MetricQueries.For(test.Metric, "", due, out _, since) is not { Red.Window: var range, At: var at }) return null;
        var canary = rollout.Canary.Take(test.PodsAt(at - rollout.At, rollout.Stable.Count, rollout.Canary.Count));
        return new FinishedMeasurement(test.Metric.Name, due, due, Answer(canary)) { Baseline = Answer(rollout.Stable) };

        MetricAnswer Answer(IEnumerable<string> pods) => past.Read(pods, at - range, at);
    }
}

/// <summary>How one metric of a rollout that is made up ended.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Phase">Failed: it would have rolled back; Successful: nothing would have kept the rollout from its promotion at the end of
/// its steps; Inconclusive: the increase to 100 would have waited.</param>
/// <param name="After">Time from the start of the rollout.</param>
/// <param name="Message">Why it would have rolled back, or what it would have waited for; empty: neither.</param>
/// <param name="Ranges">How many times stable's rate the canary's may have been.</param>
public sealed record PlaceboVerdict(string Metric, RunPhase Phase, TimeSpan After, string Message, PlaceboRanges Ranges);
