using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security;
using System.Text;
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

    private const string Style = """
        text{font:12px sans-serif;fill:#333}.title{font-size:14px;font-weight:bold}.line{fill:none;stroke:#2563eb;stroke-width:1.5}.limit{stroke:#b45309;stroke-dasharray:5 4}.frame{fill:none;stroke:#999}
        .successful{fill:#16a34a}.failed{fill:#dc2626}.inconclusive{fill:#d97706}.error{fill:#7c3aed}
        @media (prefers-color-scheme:dark){svg{background:#111}text{fill:#ddd}.line{stroke:#60a5fa}.frame{stroke:#666}}
        """;

    public static string Render(BacktestResult result)
    {
        var height = Header + (result.Spec.Metrics.Count * (Height + Top));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{Width}\" height=\"{height}\" viewBox=\"0 0 {Width} {height}\" "
                + $"role=\"img\">");
        svg.Append("<style>").Append(Style).Append("</style>");
        var failed = result.Starts.Count(start => start.Phase == RunPhase.Failed);
        Text(svg, 12, 24, "title", $"{Stamp(result.From)} to {Stamp(result.To)}: {failed} of {result.Starts.Count} runs would have failed");
        for (var index = 0; index < result.Spec.Metrics.Count; index++)
            Metric(svg, result, result.Spec.Metrics[index], Header + (index * (Height + Top)));
        return svg.Append("</svg>\n").ToString();
    }

    private static void Metric(StringBuilder svg, BacktestResult result, MetricSpec metric, double top)
    {
        var windows = result.Windows[metric.Name];
        var bounds = MetricBounds.Find(metric, isFailure: false) ?? MetricBounds.Find(metric, isFailure: true);
        var (min, max) = (bounds?.Min, bounds?.Max);
        var numbers = windows.Select(window => window.Value).OfType<double>().Where(double.IsFinite)
            .Concat(new[] { min, max }.OfType<double>()).DefaultIfEmpty(0).ToArray();
        var (low, high) = (Math.Min(0, numbers.Min()), numbers.Max());
        if (high <= low) high = low + 1;
        var plot = (X: (double)Left, Y: top + Top, Width: (double)(Width - Left - Right), Height: (double)(Height - Bottom));
        double X(DateTimeOffset at) => plot.X + (result.To > result.From ? (at - result.From) / (result.To - result.From) * plot.Width : 0);
        double Y(double value) => plot.Y + plot.Height - ((value - low) / (high - low) * plot.Height);

        Text(svg, 12, top + 22, "title", $"{metric.Name}   {MetricThreshold.Describe(metric)}");
        svg.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"frame\" x=\"{plot.X:0.#}\" y=\"{plot.Y:0.#}\" width=\"{plot.Width:0.#}\" height=\"{plot.Height:0.#}\"/>");
        Text(svg, 12, plot.Y + 10, "", NumberText.Short(high, 4));
        Text(svg, 12, plot.Y + plot.Height, "", NumberText.Short(low, 4));
        foreach (var limit in new[] { min, max }.OfType<double>())
            svg.Append(CultureInfo.InvariantCulture,
                $"<line class=\"limit\" x1=\"{plot.X:0.#}\" x2=\"{plot.X + plot.Width:0.#}\" y1=\"{Y(limit):0.#}\" "
                    + $"y2=\"{Y(limit):0.#}\"/>");
        foreach (var line in Lines(windows))
            svg.Append("<polyline class=\"line\" points=\"")
                .AppendJoin(' ',
                    line.Select(point => string.Create(CultureInfo.InvariantCulture, $"{X(point.At):0.#},{Y(point.Value):0.#}")))
                    .Append("\"/>");
        foreach (var stretch in BacktestText.Stretches(windows))
        {
            var verdict = stretch[0].Judgement.Verdict.ToString();
            var (from, to) = (X(stretch[0].At), Math.Max(X(stretch[^1].At), X(stretch[0].At) + 2));
            svg.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"{verdict.ToLowerInvariant()}\" x=\"{from:0.#}\" y=\"{plot.Y + plot.Height + 6:0.#}\" "
                    + $"width=\"{to - from:0.#}\" height=\"8\">");
            svg.Append("<title>").Append(Escaped($"{verdict} {Stamp(stretch[0].At)} {JudgementText.Describe(metric, stretch[0].Judgement)}"))
                .Append("</title></rect>");
        }

        Text(svg, plot.X, plot.Y + plot.Height + 30, "", Stamp(result.From));
        Text(svg, plot.X + plot.Width - 124, plot.Y + plot.Height + 30, "", Stamp(result.To));
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

    private static void Text(StringBuilder svg, double x, double y, string style, string text) =>
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x:0.#}\" y=\"{y:0.#}\">").Append(Escaped(text))
        .Append("</text>");

    private static string Escaped(string text) => SecurityElement.Escape(text);

    private static string Stamp(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture);
}
