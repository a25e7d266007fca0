using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Canary.Sandbox.Demo;

/// <summary>A frame of the demo, drawn for a terminal of some size: in one column, or with the Events beside it where there is
/// room.</summary>
internal static class DemoPicture
{
    private const int LabelWidth = 10;
    private const int Gap = 2;
    private const int Wide = 110;
    private const double BadErrors = 0.05;
    private const double BadMilliseconds = 300;

    public static IRenderable Draw(DemoFrame frame, int width, int height)
    {
        // Events are what gives way in a low terminal: the oldest first.
        for (var events = frame.Events.Count; events > 0; events--)
        {
            var picture = Draw(frame with { Events = [.. frame.Events.TakeLast(events)] }, width);
            if (TerminalConsole.Render(TerminalConsole.Plain, picture, width).Length <= height) return picture;
        }

        return Draw(frame with { Events = [] }, width);
    }

    private static Rows Draw(DemoFrame frame, int width)
    {
        var title = string.Create(CultureInfo.InvariantCulture,
            $"[bold]{frame.Number} of {frame.Count}: {Markup.Escape(frame.Scenario.Title)}[/]  [grey]{frame.Elapsed.TotalSeconds:0} s[/]");
        var rows = new List<IRenderable> { new Rule(title) { Justification = Justify.Left, Style = new Style(Color.Grey) } };
        if (width >= Wide)
        {
            var left = width * 3 / 5;
            var grid = new Grid { Expand = true };
            grid.AddColumn(new GridColumn { Width = left, Padding = new Padding(0, 0, Gap, 0) });
            grid.AddColumn(new GridColumn { Width = width - left - Gap, Padding = new Padding(0) });
            grid.AddRow(Facts(frame, left), new Rows([StyledText.Create(("Events", "grey")), .. Events(frame)]));
            rows.Add(grid);
        }
        else
        {
            rows.Add(Facts(frame, width));
            rows.AddRange(Events(frame));
        }

        rows.AddRange(frame.Done.Select(DrawResult));
        return new Rows(rows);
    }

    /// <summary>One line a scenario: what became of it.</summary>
    public static IRenderable DrawResult(ScenarioResult result) =>
        StyledText.Create(result.IsAsExpected ? ("✓ ", "green") : ("✗ ", "red"), (ResultText.Line(result), ""));

    private static Grid Facts(DemoFrame frame, int width)
    {
        var room = width - LabelWidth;
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { Width = LabelWidth, Padding = new Padding(0), NoWrap = true });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        if (frame.IsSeen)
        {
            Add("Phase",
                StyledText.Create((frame.Rollout.Phase, PhaseColour.Find(frame.Rollout.Phase)),
                    (" " + ShortNumber.Shorten(frame.Rollout.Message), "")));
            Add("Weight", WeightBar.Draw(frame.Rollout.Applied, frame.Rollout.Desired, room));
            if (frame.Steps.Count > 0) Add("Steps", StepLine.Draw(frame.Steps, room));
        }
        else
        {
            Add("Phase", StyledText.Create(($"{frame.Scenario.Version.Version} is shipped; the controller has not seen it yet", "yellow")));
        }

        Add("Sides", Sides(frame));
        if (frame is { IsSeen: true, Run: { } run } && RunText.Metrics(run).Any()) Add("Analysis", MetricTable.Draw(run));
        return grid;

        void Add(string label, IRenderable value) => grid.AddRow(StyledText.Create((label, "grey")), value);
    }

    private static IEnumerable<IRenderable> Events(DemoFrame frame) =>
        frame.Events.Select(line => StyledText.Create(($"· {ShortNumber.Shorten(line)}", "grey")));

    private static Table Sides(DemoFrame frame)
    {
        var table = new Table { Border = TableBorder.None };
        foreach (var heading in new[] { "", "version", "requests/s", "errors", "p99" })
            table.AddColumn(new TableColumn($"[grey]{heading}[/]")
            {
                Padding = new Padding(0, 0, 2, 0),
                NoWrap = true,
                Alignment = heading is "" or "version" ? Justify.Left : Justify.Right
            });
        foreach (var (name, side) in new[] { ("stable", frame.Stable), ("canary", frame.Canary) })
        {
            table.AddRow(
                new Text(name),
                StyledText.Create((side.Version, "bold")),
                new Text(side.Rate.ToString("0.0", CultureInfo.InvariantCulture)),
                new Markup(side.ErrorRatio is { } ratio ? Colour(ratio > BadErrors, ShortNumber.Percent(Math.Round(ratio, 3))) : "-"),
                new Markup(side.P99 is { } p99 ? Colour(p99 > BadMilliseconds, string.Create(CultureInfo.InvariantCulture, $"{p99:0} ms"))
                    : "-"));
        }

        return table;
    }

    private static string Colour(bool isBad, string text) => isBad ? $"[red]{Markup.Escape(text)}[/]" : Markup.Escape(text);
}
