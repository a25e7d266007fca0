using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Notices a source that does not answer at all. A query that hangs is no error yet, and while it hangs nothing is known of the
/// canary: no data is not good data.</summary>
public static class AnalysisSilence
{
    /// <summary>How long a good answer may take beyond its tick.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>
    /// A metric that was not heard of for as long as it takes to pass its error limit where every query fails at once, in words that do not
    /// change while the silence lasts; null: there is none.
    /// </summary>
    /// <remarks>A metric of a dry run may be silent for ever.</remarks>
    /// <param name="spec">What is measured.</param>
    /// <param name="status">What was counted.</param>
    /// <param name="askedSince">Since when this process asks. Before that nobody may have asked, which is no silence of the source.</param>
    /// <param name="now">UTC.</param>
    public static string? Explain(RunSpec spec, RunStatus status, DateTimeOffset askedSince, DateTimeOffset now) =>
        Silent(spec, status, askedSince, now, Allowed)
        .Select(metric => $"{metric.Name}: no usable answer for {GoDuration.Format(Allowed(metric))}").FirstOrDefault();

    /// <summary>A metric was not heard of for longer than both its error limit and its error budget: <c>onError</c> may decide.</summary>
    public static bool IsPastErrorBudget(RunSpec spec, RunStatus status, DateTimeOffset askedSince, DateTimeOffset now) =>
        Silent(spec, status, askedSince, now, metric => Longer(Limit(metric), metric.ErrorBudget) + Patience).Any();

    // More of them than any rollout has time for: a limit is no reason to count beyond the calendar.
    private const int MostErrors = 1_000_000;

    private static IEnumerable<MetricSpec> Silent(RunSpec spec, RunStatus status, DateTimeOffset askedSince, DateTimeOffset now,
        Func<MetricSpec, TimeSpan> allowed) =>
        status.StartedAt is not { } startedAt || status.EndedAt is not null
            ? []
            : spec.Metrics
                .Where(metric => !metric.IsDryRun && status.Metrics.Any(one => one.Name == metric.Name && one.Phase == RunPhase.Running))
                .Where(metric => Later(Expected(metric, status, startedAt), askedSince).After(allowed(metric)) < now);

    // A long interval is no reason to raise the weight for minutes on nothing: a hold decides nothing, so it may come early.
    private static TimeSpan Allowed(MetricSpec metric) =>
        Shorter(Limit(metric), metric.ErrorBudget) + Patience;

    private static TimeSpan Limit(MetricSpec metric) =>
        Math.Clamp(metric.ConsecutiveErrorLimit, 0, MostErrors) * Shorter(Interval(metric), AnalysisGrid.ErrorRetry);

    // The tick after the last good answer, or the first one.
    private static DateTimeOffset Expected(MetricSpec metric, RunStatus status, DateTimeOffset startedAt)
    {
        var measurements = status.Metrics.First(one => one.Name == metric.Name).Measurements;
        return measurements.LastOrDefault(measurement => measurement.Verdict != RunPhase.Error) is { } last
            ? last.At.After(Interval(metric))
            : startedAt.After(metric.InitialDelay > metric.Window ? metric.InitialDelay : metric.Window);
    }

    private static TimeSpan Interval(MetricSpec metric) => metric.Interval ?? AnalysisGrid.ErrorRetry;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;
}
