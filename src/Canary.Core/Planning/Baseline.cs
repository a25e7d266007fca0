using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Red;
using Canary.Core.Statistics;

namespace Canary.Core.Planning;

/// <summary>What a service looks like before a canary is compared with it.</summary>
/// <param name="RequestsPerSecond">Of both sides together; 0: nothing was asked of it.</param>
/// <param name="Requests">To stable, in the window.</param>
/// <param name="Events">Of them those that failed, or were slower than <paramref name="Bound"/>; need not be whole, since Prometheus
/// extrapolates.</param>
/// <param name="Bound">Of durations: the bound, in milliseconds; null for errors.</param>
public sealed record Baseline(double RequestsPerSecond, double Requests, double Events, double? Bound)
{
    private const double TailShare = 0.05;

    /// <summary>Where a bound is exceeded by more than this share, ten times as many cannot be.</summary>
    private const double MostShare = 0.1;

    /// <summary>Share of stable's requests that the windows are compared by; null: the same as the others.</summary>
    public double? GuardRate { get; init; }

    /// <summary>There was none: the plan takes the most that there may be, and what it says is the best that can be hoped for.</summary>
    public bool IsUpperBound => Events < 0.5;

    /// <summary>The range that stable's share lies in: 95 percent, by Wilson.</summary>
    public WilsonInterval Interval => WilsonInterval.Of(Math.Clamp(Events, 0, Requests), Requests);

    /// <summary>The share that is planned with, above 0.</summary>
    public double Rate => IsUpperBound ? Interval.High : Math.Min(1, Events / Requests);

    /// <summary>What a plan is made of.</summary>
    public PlannedMetric Plan(MetricSpec metric)
    {
        var comparison = metric.Comparison!;
        return Bound is null
            ? new(RequestsPerSecond, Rate, comparison.Alpha, RatioGrid.Errors(comparison.Tolerate), comparison.Lag)
            // The judge takes the mean over the bounds, so that one of them must show as many times as much as there are.
            : new(RequestsPerSecond, Rate, comparison.Alpha / ComparisonJudge.Bounds(metric).Count, RatioGrid.Slowness(comparison.Tolerate),
                comparison.Lag)
            { GuardRate = GuardRate };
    }

    /// <summary>Requests a second of both sides: the mean of those points that have a value; null: none has.</summary>
    /// <param name="stable">The answer to <see cref="BaselineQueries.Requests"/>.</param>
    /// <param name="canary">The same of the other side, which at rest has none.</param>
    public static double? Traffic(MetricAnswer.Matrix stable, MetricAnswer.Matrix canary)
    {
        var points = stable.Series.Concat(canary.Series).SelectMany(series => series.Points).Where(point => double.IsFinite(point.Value))
            .GroupBy(point => point.At).OrderBy(same => same.Key).Select(same => same.Sum(point => point.Value)).ToList();
        // A rate whose range reaches back to before there were samples is too low.
        if (points.Count > 2) points.RemoveAt(0);
        return points.Count == 0 ? null : points.Average();
    }

    /// <summary>The baseline of errors.</summary>
    public static Baseline OfErrors(double traffic, double requests, double share) => new(traffic, requests, requests * share, null);

    /// <summary>
    /// The baseline of durations, at the bound that the judge sees most by and that ten times as many can exceed; where nothing exceeds any
    /// bound, at the lowest. Null: the answer has no buckets.
    /// </summary>
    /// <param name="metric">The metric.</param>
    /// <param name="traffic">Requests a second of both sides.</param>
    /// <param name="answer">The answer to <see cref="BaselineQueries.Events"/>.</param>
    public static Baseline? OfDurations(MetricSpec metric, double traffic, MetricAnswer.Vector answer)
    {
        var preset = RedPreset.Find(((ProviderSpec.Red)metric.Provider).Preset)!;
        var within = answer.Samples.FirstOrDefault(sample => sample.Histogram is not null)?.Histogram is { } native
            ? NativeCounters.Within(preset, ComparisonJudge.Bounds(metric), native)
            : answer.Samples.GroupBy(sample => preset.Counters.Bound(sample.Labels)).Where(same => !double.IsNaN(same.Key))
            .ToDictionary(same => same.Key, same => same.Sum(sample => sample.Value));
        if (!within.TryGetValue(double.PositiveInfinity, out var all) || !(all > 0))
            return within.Count == 0 ? null : new Baseline(traffic, 0, 0, 0);
        (double Bound, double Share)[] slower = [.. ComparisonJudge.Bounds(metric).Where(within.ContainsKey)
            .Select(bound => (bound, Math.Clamp(1 - (within[bound] / all), 0, 1)))];
        if (slower.Length == 0) return null;
        var (bound, share) = slower.Where(one => one.Share > 0).OrderBy(one => one.Share <= MostShare ? 0 : 1)
            .ThenBy(one => one.Share <= MostShare ? -one.Share : one.Share).DefaultIfEmpty(slower[0]).First();
        var guard = slower.Where(one => one.Share > 0).Select(one => one.Share).OrderBy(one => Math.Abs(Math.Log(one / TailShare)))
            .Cast<double?>().FirstOrDefault();
        return new Baseline(traffic, all, all * share, bound) { GuardRate = guard };
    }
}
