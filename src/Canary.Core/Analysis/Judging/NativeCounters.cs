using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Red;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>
/// Makes counters of native histograms: one of all observations and, of durations, one for each bound that is compared, as if the target
/// had classic buckets. Everything that is done with counters, restarts and pods is done with these too.
/// </summary>
internal static class NativeCounters
{
    /// <summary>From here on it is said that another boundary stands for a bound.</summary>
    private const double NotedRatio = 1.1;

    private const string Infinite = "+Inf";

    /// <summary>The counters of both sides, cut at the same boundaries.</summary>
    /// <param name="preset">Knows the unit.</param>
    /// <param name="signal">Errors, where the number of observations counts alone, or durations.</param>
    /// <param name="bounds">The bounds that are compared, in milliseconds.</param>
    /// <param name="canary">The answer for the canary.</param>
    /// <param name="stable">That for stable.</param>
    /// <param name="notes">Gets a sentence for each bound that has no boundary, or one that is off by much.</param>
    public static (MetricAnswer.Matrix Canary, MetricAnswer.Matrix Stable) Convert(RedPreset preset, RedSignal signal,
        EquatableArray<double> bounds, MetricAnswer.Matrix canary, MetricAnswer.Matrix stable, ICollection<string> notes)
    {
        Series[] native = [.. canary.Series.Concat(stable.Series).Where(series => series.Histograms.Count > 0)];
        if (native.Length == 0) return (canary, stable);
        var cuts = signal == RedSignal.Duration
            ? Cuts(preset, bounds, native, isAlone: native.Length == canary.Series.Count + stable.Series.Count, notes) : [];
        return (Convert(canary, cuts), Convert(stable, cuts));
    }

    /// <summary>How many of a histogram are within each bound, by the bound in milliseconds, and all of them, by infinity.</summary>
    public static Dictionary<double, double> Within(RedPreset preset, EquatableArray<double> bounds, NativeHistogram histogram)
    {
        var series = new Series([], []) { Histograms = [new HistogramPoint(default, histogram)] };
        var within = Cuts(preset, bounds, [series], isAlone: true, [])
            .ToDictionary(cut => cut.Bound, cut => NativeBoundaries.CountWithin(histogram, cut.Boundary));
        within[double.PositiveInfinity] = histogram.Count;
        return within;
    }

    // Where a side has classic buckets, those are exactly at the bounds, and nothing else may be held against them.
    private static Cut[] Cuts(RedPreset preset, EquatableArray<double> bounds, Series[] native, bool isAlone, ICollection<string> notes)
    {
        var boundaries = new NativeBoundaries(native.SelectMany(series => series.Histograms).Select(point => point.Histogram));
        var cuts = new List<Cut>();
        foreach (var bound in bounds)
        {
            var own = bound / preset.Counters.Unit;
            if (boundaries.Nearest(own) is { } nearest && (isAlone || nearest == own))
                cuts.Add(new Cut(bound, nearest, NativeBoundaries.Ratio(nearest, own), own.ToString("R", CultureInfo.InvariantCulture)));
            else notes.Add($"the native histograms have no boundary near {Milliseconds(bound)}: it is not compared");
        }

        // Of several bounds with the same boundary the nearest stays: no request is evidence twice.
        Cut[] kept = [.. cuts.GroupBy(cut => cut.Boundary).Select(same => same.MinBy(cut => cut.Ratio)!).OrderBy(cut => cut.Bound)];
        foreach (var cut in kept.Where(cut => cut.Ratio > NotedRatio))
            notes.Add($"the native histograms have no boundary at {Milliseconds(cut.Bound)}: both sides are compared "
                + $"at {Milliseconds(cut.Boundary * preset.Counters.Unit)} instead");
        return kept;
    }

    private static string Milliseconds(double bound) => $"{NumberText.Short(bound, 4)} ms";

    private static MetricAnswer.Matrix Convert(MetricAnswer.Matrix answer, Cut[] cuts) =>
        answer with { Series = [.. answer.Series.SelectMany(series => series.Histograms.Count == 0 ? [series] : Convert(series, cuts))] };

    private static IEnumerable<Series> Convert(Series series, Cut[] cuts)
    {
        var counters = Enumerable.Range(0, cuts.Length + 1).Select(_ => new List<Point>()).ToArray();
        double[]? last = null;
        foreach (var point in series.Histograms)
        {
            double[] counts = [.. cuts.Select(cut => NativeBoundaries.CountWithin(point.Histogram, cut.Boundary)), point.Histogram.Count];
            // A histogram is set back as a whole, which not each of its counters shows: the others are seen to begin at zero again.
            var isSetBack = last is not null && HasFallen(last, counts);
            for (var at = 0; at < counts.Length; at++)
            {
                if (isSetBack && counts[at] >= last![at]) counters[at].Add(new Point(point.At.AddMilliseconds(-1), 0));
                counters[at].Add(new Point(point.At, counts[at]));
            }

            last = counts;
        }

        EquatableArray<Label> others = [.. series.Labels.Where(label => label.Name != "le")];
        return counters.Select((points, at) => new Series(
            [.. others, new Label("le", at < cuts.Length ? cuts[at].Le : Infinite)], [.. points]));
    }

    // Of what lies between two boundaries, since what is below both may have grown all the same.
    private static bool HasFallen(double[] last, double[] counts)
    {
        for (var at = 0; at < counts.Length; at++)
        {
            var (before, now) = at == 0 ? (0.0, 0.0) : (last[at - 1], counts[at - 1]);
            if (counts[at] - now < last[at] - before) return true;
        }

        return false;
    }

    // A bound in milliseconds; the boundary that it is counted at, in the unit of the histogram; how many times one is the other; and the
    // label that a classic bucket of the bound has.
    private sealed record Cut(double Bound, double Boundary, double Ratio, string Le);
}
