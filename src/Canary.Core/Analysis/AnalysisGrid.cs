using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis;

/// <summary>When the measurements of a run are due. Ticks that were missed are skipped, never made up.</summary>
public static class AnalysisGrid
{
    /// <summary>After a failed query the next one comes this soon where the interval is longer. The same as in Argo Rollouts.</summary>
    public static readonly TimeSpan ErrorRetry = TimeSpan.FromSeconds(10);

    /// <summary>The measurements that are due, each with its tick; empty where the run has not started or has ended.</summary>
    public static IReadOnlyList<(MetricSpec Metric, DateTimeOffset DueAt)> Due(RunSpec spec, RunStatus status, DateTimeOffset now) =>
        [.. Ticks(spec, status, now).Where(tick => tick.DueAt <= now)];

    /// <summary>When the next measurement is due, now or later; null: none ever is.</summary>
    public static DateTimeOffset? NextDueAt(RunSpec spec, RunStatus status, DateTimeOffset now) =>
        Ticks(spec, status, now).Select(tick => (DateTimeOffset?)tick.DueAt).Min();

    /// <summary>Each metric that goes on, with the tick that it is to be measured for next.</summary>
    public static IEnumerable<(MetricSpec Metric, DateTimeOffset DueAt)> Ticks(RunSpec spec, RunStatus status, DateTimeOffset now)
    {
        if (status.StartedAt is not { } startedAt || status.EndedAt is not null) return [];
        return
            from metric in spec.Metrics
            let measured = status.Metrics.FirstOrDefault(one => one.Name == metric.Name)
            where measured is not { Phase: RunPhase.Successful or RunPhase.Failed or RunPhase.Inconclusive or RunPhase.Error }
            select (metric, Tick(metric, measured, startedAt, now));
    }

    private static DateTimeOffset Tick(MetricSpec metric, MetricStatus? measured, DateTimeOffset startedAt, DateTimeOffset now)
    {
        var first = startedAt + (metric.InitialDelay > metric.Window ? metric.InitialDelay : metric.Window);
        var interval = metric.Interval ?? ErrorRetry;
        var isRetry = measured?.ConsecutiveErrors > 0 && interval > ErrorRetry;
        var (origin, step) = isRetry ? (measured!.LastDueAt!.Value, ErrorRetry) : (first, interval);
        var next = measured?.LastDueAt is not { } last ? first : isRetry ? last + step : After(last, origin, step);
        return next >= now ? next : next + step * Math.Floor((now - next) / step);
    }

    // The tick after one that was taken. A retry may have been taken between two ticks: half an interval must lie between two measurements, or the same requests would be judged twice.
    private static DateTimeOffset After(DateTimeOffset last, DateTimeOffset origin, TimeSpan step) => origin + step * Math.Floor(((last - origin) / step) + 1.5);
}
