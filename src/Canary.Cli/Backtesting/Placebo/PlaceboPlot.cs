using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>A placebo backtest as an SVG: for each metric the range of the ratio in each rollout, and how it narrows. Both sides are
/// stable, so that each range should contain 1.</summary>
internal static class PlaceboPlot
{
    private const int Width = 960;
    private const int Left = 52;
    private const int Right = 86;
    private const int Line = 18;
    private const int Header = 32;

    // The titles of a metric, and the captions and the times of both diagrams.
    private const int Titles = 52;
    private const int Caption = 42;
    private const int Times = 36;
    private const int RangesHeight = 190;
    private const int NarrowingHeight = 160;
    private const int Drawn = Titles + Caption + RangesHeight + Times + Caption + NarrowingHeight + Times;

    // Letters of a line, at 12 pixels.
    private const int Letters = 140;

    public static string Render(PlaceboResult result)
    {
        var title = $"{result.Title}, stable against itself: {PlaceboText.Count(result.RolledBack)} of "
            + $"{PlaceboText.Count(result.Replays.Count)} rollouts would have been rolled back";
        string[] lines = [.. Lines(result).SelectMany(Wrap)];
        var top = Header + (lines.Length * Line) + 8;
        var svg = new SvgDocument(Width, top + result.Metrics.Sum(Height), title);
        svg.Text(12, 24, "title", title);
        for (var line = 0; line < lines.Length; line++) svg.Text(12, Header + 12 + (line * Line), "", lines[line]);
        for (var index = 0; index < result.Metrics.Count; index++)
        {
            Draw(svg, result, index, top);
            top += Height(result.Metrics[index]);
        }

        return svg.Render();
    }

    private static int Height(PlaceboMetric metric) => metric.Coverage.Known == 0 ? Titles : Drawn;

    private static void Draw(SvgDocument svg, PlaceboResult result, int index, double top)
    {
        var metric = result.Metrics[index];
        svg.Text(12, top + 22, "title", $"{metric.Name}: {PlaceboText.DescribeCounts(metric.Coverage)}");
        svg.Text(12, top + 41, "", PlaceboText.DescribeShare(metric));
        if (metric.Coverage.Known == 0) return;
        var ranges = new PlotArea(Left, top + Titles + Caption, Width - Left - Right, RangesHeight);
        RangePanel.Draw(svg, ranges, result, index);
        var narrowing = ranges with { Y = ranges.Bottom + Times + Caption, Height = NarrowingHeight };
        NarrowingPanel.Draw(svg, narrowing, metric, [.. result.Replays.Select(one => one.Verdicts[index].Ranges)]);
    }

    private static IEnumerable<string> Lines(PlaceboResult result)
    {
        yield return $"{SvgDocument.Stamp(result.Question.From)} to {SvgDocument.Stamp(result.Question.To)}, rollouts of "
            + $"{GoDuration.Format(result.Length)}, {PlaceboText.Groups(result)}; seed {result.Question.Seed}";
        yield return "How many times stable's rate is the canary's? Both are stable here, so the answer is 1. An arrow: the range goes on "
            + "beyond it";
        foreach (var note in result.Notes) yield return $"Note: {note}";
    }

    private static IEnumerable<string> Wrap(string text)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + word.Length >= Letters)
            {
                yield return line;
                line = "";
            }

            line += line.Length == 0 ? word : $" {word}";
        }

        yield return line;
    }
}
