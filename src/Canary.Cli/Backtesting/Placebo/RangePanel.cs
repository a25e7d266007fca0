using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Placebo;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>The last range of a metric in each rollout, over the time at which the rollout begins.</summary>
internal static class RangePanel
{
    /// <summary>Rollouts that are drawn at most.</summary>
    public const int MostBars = 300;

    private const double Arrow = 5;

    private static readonly (RunPhase Phase, string Words)[] Outcomes =
    [
        (RunPhase.Failed, "would have been rolled back"), (RunPhase.Inconclusive, "would have waited at the end"),
        (RunPhase.Successful, "would have been promoted"),
    ];

    /// <param name="svg">Where it is drawn.</param>
    /// <param name="area">The diagram; the caption and the legend are above it.</param>
    /// <param name="result">The rollouts.</param>
    /// <param name="index">Of the metric.</param>
    public static void Draw(SvgDocument svg, PlotArea area, PlaceboResult result, int index)
    {
        var metric = result.Metrics[index];
        var bars = Choose(result.Replays, index);
        DrawLegend(svg, area, result, index);
        svg.Text(12, area.Y - 26, "", Caption(metric.Coverage, bars.Count));
        var from = result.DataFrom > result.Question.From ? result.DataFrom : result.Question.From;
        double X(DateTimeOffset at) => area.X + Math.Clamp((at - from) / (result.Question.To - from), 0, 1) * area.Width;
        var axis = RatioAxis.Fit(area, metric.Tolerate, bars.SelectMany(bar => Ends(bar.Verdicts[index].Ranges.Last)));
        axis.DrawGrid(svg);
        var width = Math.Clamp(0.6 * area.Width / Math.Max(1, bars.Count), 1.5, 3);
        foreach (var bar in bars)
        {
            var verdict = bar.Verdicts[index];
            svg.Group(verdict.Phase.ToString().ToLowerInvariant(), Describe(metric.Test.Metric, bar.Rollout, verdict),
                () => DrawBar(svg, axis, X(bar.Rollout.At), width, verdict.Ranges.Last));
        }

        axis.DrawLimits(svg, metric.Tolerate);
        svg.Text(area.X, area.Bottom + 18, "tick", SvgDocument.Stamp(from));
        svg.Text(area.Right, area.Bottom + 18, "tick end", SvgDocument.Stamp(result.Question.To));
    }

    /// <summary>Those that are drawn, in the order of their times: those with a range, and where they are too many, first those that were
    /// rolled back or whose range excluded 1, and of the rest each n-th.</summary>
    public static IReadOnlyList<PlaceboReplayed> Choose(IReadOnlyList<PlaceboReplayed> replays, int index)
    {
        var telling = replays.Where(one => one.Verdicts[index].Ranges.IsKnown).ToLookup(one => one.Verdicts[index] is
        { Phase: RunPhase.Failed } or { Ranges.HasExcludedOne: true });
        PlaceboReplayed[] first = [.. Thin([.. telling[true]], MostBars)];
        return [.. first.Concat(Thin([.. telling[false]], MostBars - first.Length)).OrderBy(one => one.Rollout.At)];
    }

    private static IEnumerable<PlaceboReplayed> Thin(PlaceboReplayed[] replays, int most)
    {
        PlaceboReplayed[] ordered = [.. replays.OrderBy(one => one.Rollout.At)];
        return ordered.Length <= most ? ordered : Enumerable.Range(0, most).Select(at => ordered[(int)((long)at * ordered.Length / most)]);
    }

    private static string Caption(RangeCoverage coverage, int drawn) =>
        "Its range at the end of each rollout, or when it would have been rolled back, over the time at which it begins"
        + (drawn == coverage.Known ? "" : $" ({drawn} of {PlaceboText.Count(coverage.Known)} are drawn, first those that excluded 1)");

    private static void DrawLegend(SvgDocument svg, PlotArea area, PlaceboResult result, int index)
    {
        for (var (x, at) = (area.X, 0); at < Outcomes.Length; (x, at) = (x + 260, at + 1))
        {
            var (phase, words) = Outcomes[at];
            svg.Rectangle(phase.ToString().ToLowerInvariant(), x, area.Y - 17, 9, 9);
            svg.Text(x + 14, area.Y - 8, "tick",
                $"{words}: {PlaceboText.Count(result.Replays.Count(one => one.Verdicts[index].Phase == phase))}");
        }
    }

    private static void DrawBar(SvgDocument svg, RatioAxis axis, double x, double width, RatioRange range)
    {
        var (top, bottom) = (axis.Place(range.High), axis.Place(range.Low));
        svg.Rectangle("", x - (width / 2), top, width, Math.Max(1, bottom - top));
        // An end beyond the diagram is open.
        if (range.High > axis.High) svg.Polygon("", [(x - Arrow, top + Arrow), (x, top - 1), (x + Arrow, top + Arrow)]);
        if (range.Low < axis.Low) svg.Polygon("", [(x - Arrow, bottom - Arrow), (x, bottom + 1), (x + Arrow, bottom - Arrow)]);
    }

    private static string Describe(MetricSpec metric, PlaceboRollout rollout, PlaceboVerdict verdict)
    {
        var outcome = verdict.Phase switch
        {
            RunPhase.Failed => $"rolled back after {GoDuration.Format(verdict.After)}",
            RunPhase.Inconclusive => verdict.Message,
            _ => "promoted",
        };
        var sentence = EvidenceText.Describe(metric, verdict.Ranges.Last);
        return $"{SvgDocument.Stamp(rollout.At)}, {string.Join(", ", rollout.Canary)} as the canary: {outcome}; "
            + (sentence.Length > 0 ? sentence : "no ratio is excluded");
    }

    private static double[] Ends(RatioRange range) => [range.Low, range.High];
}
