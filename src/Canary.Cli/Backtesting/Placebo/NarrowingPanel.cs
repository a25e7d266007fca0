using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Placebo;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>How the range of a metric narrows while a rollout goes on: both of its ends, over all rollouts.</summary>
internal static class NarrowingPanel
{
    private const int MostTicks = 8;

    private static readonly int[] TickMinutes = [1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 1440, 2880, 10_080];

    /// <param name="svg">Where it is drawn.</param>
    /// <param name="area">The diagram; the caption and the legend are above it.</param>
    /// <param name="metric">The metric.</param>
    /// <param name="ranges">Of each rollout.</param>
    public static void Draw(SvgDocument svg, PlotArea area, PlaceboMetric metric, IReadOnlyList<PlaceboRanges> ranges)
    {
        var test = metric.Test;
        var (lows, highs) = (Band.Measure(ranges, range => range.Low), Band.Measure(ranges, range => range.High));
        DrawLegend(svg, area, ranges.Count);
        double X(TimeSpan time) => area.X + (time / test.To * area.Width);
        double[] xs = [.. test.Marks.Select(X)];
        var axis = RatioAxis.Fit(area, metric.Tolerate, lows.Concat(highs).SelectMany(band => new[] { band.Least, band.Most }));
        axis.DrawGrid(svg);
        DrawTimes(svg, area, test.To, X);
        DrawBand("high", highs);
        DrawBand("low", lows);
        foreach (var raise in Raises(test))
        {
            var share = PlaceboText.Percent(raise.Share);
            svg.Line("raise", X(raise.From), area.Y, X(raise.From), area.Bottom, $"the weight rises to {share}");
            svg.Text(X(raise.From) + 4, area.Y + 13, "tick", $"to {share}");
        }

        axis.DrawLimits(svg, metric.Tolerate);

        void DrawBand(string style, Band[] bands)
        {
            svg.Polygon($"{style}s", Points(band => band.Most).Concat(Points(band => band.Least).Reverse()));
            svg.Polyline(style, Points(band => band.Median));

            IEnumerable<(double X, double Y)> Points(Func<Band, double> end) => xs.Zip(bands, (x, band) => (x, axis.Place(end(band))));
        }
    }

    // The shares have one entry for each step, and not each of them raises the weight.
    private static IEnumerable<PlaceboShare> Raises(PlaceboTest test) => test.Shares.Zip(test.Shares.Skip(1))
        .Where(pair => pair.Second.Share > pair.First.Share && pair.Second.From < test.To).Select(pair => pair.Second);

    private static void DrawTimes(SvgDocument svg, PlotArea area, TimeSpan length, Func<TimeSpan, double> place)
    {
        var step = TimeSpan.FromMinutes(TickMinutes.FirstOrDefault(minutes => length.TotalMinutes / minutes <= MostTicks, TickMinutes[^1]));
        for (var time = TimeSpan.Zero; time <= length; time += step)
        {
            svg.Line("grid", place(time), area.Y, place(time), area.Bottom);
            svg.Text(place(time), area.Bottom + 18, "tick middle", GoDuration.Format(time));
        }
    }

    private static void DrawLegend(SvgDocument svg, PlotArea area, int rollouts)
    {
        svg.Text(12, area.Y - 26, "", $"How it narrows while a rollout goes on, over all {PlaceboText.Count(rollouts)}. After a rollback "
            + "the last range counts. At the edge an end is open");
        DrawKey("high", area.X, "high ends: median, and 10 to 90 %");
        DrawKey("low", area.X + 260, "low ends: median, and 10 to 90 %");

        void DrawKey(string style, double x, string words)
        {
            svg.Rectangle($"{style}s", x, area.Y - 18, 18, 11);
            svg.Line(style, x, area.Y - 12.5, x + 18, area.Y - 12.5);
            svg.Text(x + 23, area.Y - 8, "tick", words);
        }
    }

    // The ends of the ranges of all rollouts at one time.
    private sealed record Band(double Least, double Median, double Most)
    {
        public static Band[] Measure(IReadOnlyList<PlaceboRanges> ranges, Func<RatioRange, double> end)
        {
            var bands = new Band[ranges[0].Over.Count];
            var ends = new double[ranges.Count];
            for (var mark = 0; mark < bands.Length; mark++)
            {
                for (var rollout = 0; rollout < ends.Length; rollout++) ends[rollout] = end(ranges[rollout].Over[mark]);
                Array.Sort(ends);
                bands[mark] = new(At(0.1), At(0.5), At(0.9));
            }

            return bands;

            double At(double share) => ends[Math.Max(0, (int)Math.Ceiling(share * ends.Length) - 1)];
        }
    }
}
