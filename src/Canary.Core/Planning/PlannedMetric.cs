using System;
using Canary.Core.Statistics;

namespace Canary.Core.Planning;

/// <summary>A sequential metric as a plan sees it: what it compares, and what the service looks like at rest.</summary>
/// <param name="RequestsPerSecond">Of the whole service, both sides together; above 0.</param>
/// <param name="Rate">Share of stable's requests that fail, or are slower than a bound; above 0, at most 1.</param>
/// <param name="Alpha">Odds of 1 to this decide; above 0 and below 1. Of durations the metric's own divided by its number of bounds, since
/// the judge takes their mean.</param>
/// <param name="Grid">What the judge compares.</param>
/// <param name="Lag">From the end of a window until it is read and judged.</param>
public sealed record PlannedMetric(double RequestsPerSecond, double Rate, double Alpha, RatioGrid Grid, TimeSpan Lag)
{
    /// <summary>Share of stable's requests that the windows are compared by: of durations, those slower than the bound in the tail. Null:
    /// <see cref="Rate"/>.</summary>
    public double? GuardRate { get; init; }

    /// <summary>The canary's rate when it is <paramref name="regression"/> times stable's; at most 1.</summary>
    public double WorseRate(double regression) => Math.Min(1, Rate * regression);
}
