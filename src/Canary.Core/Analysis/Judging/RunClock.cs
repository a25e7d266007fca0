using System;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Takes moments that lie after now, which a clock that was ahead has written, for now. Otherwise nothing would be measured, and
/// no window counted, until that time comes.</summary>
internal static class RunClock
{
    /// <summary>A run starts on a whole second, up to one ahead; and two machines never agree to the last one.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(2);

    public static RunStatus WithoutFuture(RunStatus status, DateTimeOffset now) =>
        IsFuture(status.StartedAt, now)
        || status.Metrics.Any(metric => IsFuture(metric.LastDueAt, now) || IsFuture(metric.Evidence?.CountedTo, now))
            ? status with
            {
                StartedAt = NotAfter(status.StartedAt, now),
                Metrics = status.Metrics.Select(metric => WithoutFuture(metric, now)).ToEquatableArray()
            }
            : status;

    private static MetricStatus WithoutFuture(MetricStatus metric, DateTimeOffset now) => metric with
    {
        LastDueAt = NotAfter(metric.LastDueAt, now),
        Evidence = metric.Evidence is { } evidence ? evidence with { CountedTo = NotAfter(evidence.CountedTo, now) } : null,
    };

    private static bool IsFuture(DateTimeOffset? moment, DateTimeOffset now) => moment - now > Tolerance;

    private static DateTimeOffset? NotAfter(DateTimeOffset? moment, DateTimeOffset now) =>
        IsFuture(moment, now) ? WholeSecond(now) : moment;

    private static DateTimeOffset WholeSecond(DateTimeOffset now) =>
        new(now.UtcTicks / TimeSpan.TicksPerSecond * TimeSpan.TicksPerSecond, TimeSpan.Zero);
}
