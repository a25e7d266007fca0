using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Units;

namespace Canary.Cli.Backtesting;

/// <summary>A result as an SVG: for each metric its value over time, what it is held to, and the verdict of each window. It stands by
/// itself, in light and in dark.</summary>
internal static class BacktestPlot
{
    private const int Width = 960;
    private const int Height = 170;
    private const int Left = 76;
    private const int Right = 18;
    private const int Top = 34;
    private const int Bottom = 44;
    private const int Header = 44;

    public static string Render(BacktestResult result)
    {
        var failed = result.Starts.Count(start => start.Phase == RunPhase.Failed);
        var title = $"{SvgDocument.Stamp(result.From)} to {SvgDocument.Stamp(result.To)}: {failed} of {result.Starts.Count} runs would "
            + "have failed";
        var svg = new SvgDocument(Width, Header + (result.Spec.Metrics.Count * (Height + Top)), title);
        svg.Text(12, 24, "title", title);
        for (var index = 0; index < result.Spec.Metrics.Count; index++)
            Metric(svg, result, result.Spec.Metrics[index], Header + (index * (Height + Top)));
        return svg.Render();
    }

    private static void Metric(SvgDocument svg, BacktestResult result, MetricSpec metric, double top)
    {
        var windows = result.Windows[metric.Name];
        var bounds = MetricBounds.Find(metric, isFailure: false) ?? MetricBounds.Find(metric, isFailure: true);
        var (min, max) = (bounds?.Min, bounds?.Max);
        var numbers = windows.Select(window => window.Value).OfType<double>().Where(double.IsFinite)
            .Concat(new[] { min, max }.OfType<double>()).DefaultIfEmpty(0).ToArray();
        var (low, high) = (Math.Min(0, numbers.Min()), numbers.Max());
        if (high <= low) high = low + 1;
        var plot = new PlotArea(Left, top + Top, Width - Left - Right, Height - Bottom);
        double X(DateTimeOffset at) => plot.X + (result.To > result.From ? (at - result.From) / (result.To - result.From) * plot.Width : 0);
        double Y(double value) => plot.Bottom - ((value - low) / (high - low) * plot.Height);

        svg.Text(12, top + 22, "title", $"{metric.Name}   {MetricThreshold.Describe(metric)}");
        svg.Frame(plot);
        svg.Text(12, plot.Y + 10, "", NumberText.Short(high, 4));
        svg.Text(12, plot.Bottom, "", NumberText.Short(low, 4));
        foreach (var limit in new[] { min, max }.OfType<double>()) svg.Line("limit", plot.X, Y(limit), plot.Right, Y(limit));
        foreach (var line in Lines(windows)) svg.Polyline("line", line.Select(point => (X(point.At), Y(point.Value))));
        foreach (var stretch in BacktestText.Stretches(windows))
        {
            var verdict = stretch[0].Judgement.Verdict.ToString();
            var (from, to) = (X(stretch[0].At), Math.Max(X(stretch[^1].At), X(stretch[0].At) + 2));
            svg.Rectangle(verdict.ToLowerInvariant(), from, plot.Bottom + 6, to - from, 8,
                $"{verdict} {SvgDocument.Stamp(stretch[0].At)} {JudgementText.Describe(metric, stretch[0].Judgement)}");
        }

        svg.Text(plot.X, plot.Bottom + 30, "", SvgDocument.Stamp(result.From));
        svg.Text(plot.Right, plot.Bottom + 30, "end", SvgDocument.Stamp(result.To));
    }

    // A gap in the data is a gap in the line.
    private static IEnumerable<IReadOnlyList<(DateTimeOffset At, double Value)>> Lines(IReadOnlyList<Backtest.Window> windows)
    {
        var line = new List<(DateTimeOffset, double)>();
        foreach (var window in windows)
        {
            if (window.Value is { } value && double.IsFinite(value))
            {
                line.Add((window.At, value));
                continue;
            }

            if (line.Count > 0) yield return line;
            line = [];
        }

        if (line.Count > 0) yield return line;
    }
}
