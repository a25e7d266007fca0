using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Canary.Sandbox.Demo;

/// <summary>The demo in a terminal: one picture that changes.</summary>
internal sealed class LiveScreen(LiveDisplayContext display) : IDemoScreen
{
    private const int BarLength = 40;

    private DemoFrame? _last;

    // Under the last picture and not in its place: a picture that shrinks leaves a hole in the terminal.
    public void Say(string text)
    {
        var line = new Markup($"[grey]{Markup.Escape(text)}[/]");
        display.UpdateTarget(_last is null ? line : new Rows(Picture(_last), line));
        display.Refresh();
    }

    public void Show(DemoFrame frame)
    {
        _last = frame;
        display.UpdateTarget(Picture(frame));
        display.Refresh();
    }

    // The last picture stays; the lines of the end are printed below it, where no width cuts them.
    public void Finish(IReadOnlyList<ScenarioResult> results) => display.Refresh();

    internal static IRenderable Picture(DemoFrame frame)
    {
        var title = string.Create(CultureInfo.InvariantCulture,
            $"[bold]{frame.Number} of {frame.Count}: {Markup.Escape(frame.Scenario.Title)}[/]   [grey]{frame.Elapsed.TotalSeconds:0} s[/]");
        var rows = new List<IRenderable> { new Markup(title), new Markup(Weight(frame.Rollout)), Sides(frame), new Markup(Message(frame.Rollout)) };
        if (frame.Verdicts.Count > 0) rows.Add(Verdicts(frame.Verdicts));
        rows.AddRange(frame.Events.Select(line => new Markup($"[grey]· {Markup.Escape(line)}[/]")));
        rows.AddRange(frame.Done.Select(result =>
            new Markup((result.IsAsExpected ? "[green]✓[/] " : "[red]✗[/] ") + Markup.Escape(ResultText.Line(result)))));
        return new Panel(new Rows(rows)) { Header = new PanelHeader(" canary "), Border = BoxBorder.Rounded, Expand = true };
    }

    private static string Weight(RolloutView rollout)
    {
        var applied = rollout.Applied ?? 0;
        var filled = (int)Math.Round(applied * BarLength / 100);
        var wanted = rollout.Desired is { } desired && desired != applied
            ? string.Create(CultureInfo.InvariantCulture, $" [yellow]→ {desired:0.##} %[/]") : "";
        return string.Create(CultureInfo.InvariantCulture,
            $"canary [yellow]{new string('█', filled)}[/][grey]{new string('░', BarLength - filled)}[/] [bold]{applied:0.##} %[/]{wanted}")
            + (rollout.Step.Length > 0 ? $"   step {Markup.Escape(rollout.Step)}" : "");
    }

    private static Table Sides(DemoFrame frame)
    {
        var table = new Table { Border = TableBorder.Minimal }.AddColumns("side", "version", "requests/s", "errors", "p99");
        foreach (var (name, side) in new[] { ("stable", frame.Stable), ("canary", frame.Canary) })
        {
            table.AddRow(
                name, Markup.Escape(side.Version), side.Rate.ToString("0.0", CultureInfo.InvariantCulture),
                side.ErrorRatio is { } ratio ? Colour(ratio > 0.05, ratio.ToString("P1", CultureInfo.InvariantCulture)) : "-",
                side.P99 is { } p99 ? Colour(p99 > 300, string.Create(CultureInfo.InvariantCulture, $"{p99:0} ms")) : "-");
        }

        return table;
    }

    private static Table Verdicts(IReadOnlyList<VerdictView> verdicts)
    {
        var table = new Table { Border = TableBorder.Minimal }.AddColumns("analysis", "value", "verdict", "good", "bad");
        foreach (var verdict in verdicts)
        {
            table.AddRow(
                Markup.Escape(verdict.Metric), Markup.Escape(verdict.Value), Colour(verdict.Phase is "Failed" or "Error", verdict.Phase),
                verdict.Successful.ToString(CultureInfo.InvariantCulture), verdict.Failed.ToString(CultureInfo.InvariantCulture));
        }

        return table;
    }

    private static string Message(RolloutView rollout)
    {
        var colour = rollout.Phase switch
        {
            "Healthy" => "green",
            "RollingBack" or "RolledBack" or "Degraded" => "red",
            _ => "yellow",
        };
        return $"[{colour}]{Markup.Escape(rollout.Phase)}[/] {Markup.Escape(rollout.Message)}";
    }

    private static string Colour(bool isBad, string text) => isBad ? $"[red]{Markup.Escape(text)}[/]" : Markup.Escape(text);
}
