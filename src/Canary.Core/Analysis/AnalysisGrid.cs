using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>When the measurements of a run are due. Ticks that were missed are skipped, never made up.</summary>
public static class AnalysisGrid
{
    /// <summary>A metric without an interval whose query failed is asked again this soon. The same as in Argo Rollouts, which does so for
    /// every metric; here an interval is honoured.</summary>
    public static readonly TimeSpan ErrorRetry = TimeSpan.FromSeconds(10);

    /// <summary>The measurements that are due, each with its tick; empty where the run has not started or has ended.</summary>
    public static IReadOnlyList<(MetricSpec Metric, DateTimeOffset DueAt)> Due(RunSpec spec, RunStatus status, DateTimeOffset now) =>
        [.. Ticks(spec, status, now).Where(tick => tick.DueAt <= now)];

    /// <summary>When the next measurement is due, now or later; null: none ever is.</summary>
    public static DateTimeOffset? NextDueAt(RunSpec spec, RunStatus status, DateTimeOffset now) =>
        Ticks(spec, status, now).Select(tick => (DateTimeOffset?)tick.DueAt).Min();

    /// <summary>Each metric that goes on, with the tick that it is to be measured for next.</summary>
    /// <param name="spec">What is measured.</param>
    /// <param name="status">How far the run is.</param>
    /// <param name="now">UTC.</param>
    /// <param name="asked">The newest tick that was asked for, by metric, whether or not the status counts it; null: those that it
    /// counts.</param>
    public static IEnumerable<(MetricSpec Metric, DateTimeOffset DueAt)> Ticks(RunSpec spec, RunStatus status, DateTimeOffset now,
        IReadOnlyDictionary<string, DateTimeOffset>? asked = null)
    {
        if (status.StartedAt is not { } startedAt || status.EndedAt is not null) return [];
        return
            from metric in spec.Metrics
            let measured = status.Metrics.FirstOrDefault(one => one.Name == metric.Name)
            where measured is not { Phase: RunPhase.Successful or RunPhase.Failed or RunPhase.Inconclusive or RunPhase.Error }
            select (metric, Tick(metric, Later(measured?.LastDueAt, metric.Name), startedAt, now));

        DateTimeOffset? Later(DateTimeOffset? counted, string metric) =>
            asked is not null && asked.TryGetValue(metric, out var last) && !(last < counted) ? last : counted;
    }

    // The first measurement is prompt, and does not wait for a window where Argo Rollouts does not. All others lie on the multiples of the
    // interval since 1970, the same for every rollout: those that ask for the same then ask in the same tick, and one query answers them
    // all. A query that failed is asked again at the next tick of the grid; a metric without an interval is asked again soon, until it has
    // its one answer.
    private static DateTimeOffset Tick(MetricSpec metric, DateTimeOffset? lastDueAt, DateTimeOffset startedAt, DateTimeOffset now)
    {
        // A step of nothing has no grid.
        var step = metric.Interval is { } interval && interval > TimeSpan.Zero ? interval : ErrorRetry;
        var next = lastDueAt is { } last
            ? metric.Interval is null ? last.After(step) : Following(last, step)
            : startedAt.After(metric.FirstAfter);
        if (next >= now) return next;
        // Missed: the latest tick that has passed.
        var latest = metric.Interval is null ? next + (step * Math.Floor((now - next) / step)) : Floor(now, step);
        return latest > next ? latest : next;
    }

    // Half an interval at least lies between two measurements, or the same requests would be judged twice.
    private static DateTimeOffset Following(DateTimeOffset last, TimeSpan step)
    {
        var next = Floor(last, step).After(step);
        return next - last < step / 2 ? next.After(step) : next;
    }

    private static DateTimeOffset Floor(DateTimeOffset time, TimeSpan step) =>
        new(time.UtcTicks - ((time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) % step.Ticks), TimeSpan.Zero);
}
