using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Canary.Terminal;

namespace Canary.Sandbox.Demo;

/// <summary>Plain lines: one for each change, and the numbers of both sides every few seconds.</summary>
internal sealed class LineScreen(TextWriter output) : IDemoScreen
{
    private static readonly TimeSpan NumbersEvery = TimeSpan.FromSeconds(5);
    private readonly HashSet<string> _seenEvents = [];
    private string _lastState = "";
    private TimeSpan _nextNumbers;

    public void Say(string text)
    {
        _nextNumbers = TimeSpan.Zero;
        output.WriteLine(text);
    }

    public void Show(DemoFrame frame)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"  {frame.Elapsed.TotalSeconds,5:0.0} s  ");
        var state = frame.IsSeen ? State(frame.Rollout)
            : $"{frame.Scenario.Version.Version} is shipped; the controller has not seen it yet";
        if (state != _lastState) output.WriteLine(at + state);
        _lastState = state;
        foreach (var line in frame.Events.Where(_seenEvents.Add)) output.WriteLine($"{at}event {ShortNumber.Shorten(line)}");
        if (!frame.IsSeen || frame.Elapsed < _nextNumbers) return;
        _nextNumbers = frame.Elapsed + NumbersEvery;
        output.WriteLine($"{at}stable {Numbers(frame.Stable)} | canary {Numbers(frame.Canary)}{Verdicts(frame)}");
    }

    public void Finish(IReadOnlyList<ScenarioResult> results)
    {
        // Each was said when it ended.
        output.WriteLine(ResultText.Summary(results));
    }

    private static string State(RolloutView rollout) => string.Create(CultureInfo.InvariantCulture,
        $"{rollout.Phase}{(rollout.Step.Length > 0 ? $", step {rollout.Step}" : "")}, weight {rollout.Applied ?? 0:0.##}: "
            + $"{ShortNumber.Shorten(rollout.Message)}");

    private static string Numbers(SideReading side) => string.Create(CultureInfo.InvariantCulture,
        $"{side.Version} {side.Rate:0} req/s, "
            + $"errors {(side.ErrorRatio is { } ratio ? ratio.ToString("P1", CultureInfo.InvariantCulture) : "-")}, "
            + $"p99 {(side.P99 is { } p99 ? $"{p99:0} ms" : "-")}");

    private static string Verdicts(DemoFrame frame) =>
        string.Concat(frame.Verdicts.Select(verdict => $" | {verdict.Metric} {verdict.Value} {verdict.Phase}"));
}
