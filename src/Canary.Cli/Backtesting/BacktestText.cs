using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Units;

namespace Canary.Cli.Backtesting;

/// <summary>A result in words, and as JSON.</summary>
internal static class BacktestText
{
    public static string Render(BacktestResult result)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture,
            $"{Time(result.From)} to {Time(result.To)}, a window every {GoDuration.Format(result.Step)}");
        foreach (var metric in result.Spec.Metrics)
        {
            var windows = result.Windows[metric.Name];
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{metric.Name}{(metric.IsDryRun ? " (dry run)" : "")}  {MetricThreshold.Describe(metric)}");
            text.AppendLine(CultureInfo.InvariantCulture, $"  {Tally(windows)}");
            foreach (var stretch in Stretches(windows).Where(stretch => stretch[0].Judgement.Verdict != RunPhase.Successful))
            {
                var when = stretch.Count == 1 ? Time(stretch[0].At) : $"{Time(stretch[0].At)} to {Time(stretch[^1].At)}";
                text.AppendLine(CultureInfo.InvariantCulture,
                    $"  {stretch[0].Judgement.Verdict,-12} {when}  {stretch.Count} {(stretch.Count == 1 ? "window" : "windows")}: "
                        + $"{JudgementText.Describe(metric, stretch[0].Judgement)}");
            }
        }

        text.AppendLine();
        text.AppendLine(Starts(result));
        return text.ToString();
    }

    public static JsonObject AsDocument(BacktestResult result) => new()
    {
        ["from"] = Time(result.From),
        ["to"] = Time(result.To),
        ["step"] = GoDuration.Format(result.Step),
        ["metrics"] = new JsonArray([.. result.Spec.Metrics.Select(metric => new JsonObject
        {
            ["name"] = metric.Name,
            ["threshold"] = MetricThreshold.Describe(metric),
            ["windows"] = new JsonArray([.. result.Windows[metric.Name].Select(window => new JsonObject
            {
                ["at"] = Time(window.At),
                ["verdict"] = window.Judgement.Verdict.ToString(),
                ["value"] = window.Judgement.Shown,
                ["message"] = JudgementText.Describe(metric, window.Judgement),
            })]),
        })]),
        ["runs"] = new JsonObject
        {
            ["length"] = GoDuration.Format(result.Length),
            ["starts"] = new JsonArray([.. result.Starts.Select(start =>
                new JsonObject { ["at"] = Time(start.At), ["phase"] = start.Phase.ToString(), ["message"] = start.Message })]),
        },
    };

    /// <summary>Windows next to each other with the same verdict.</summary>
    public static IEnumerable<IReadOnlyList<Backtest.Window>> Stretches(IReadOnlyList<Backtest.Window> windows)
    {
        for (var from = 0; from < windows.Count;)
        {
            var to = from + 1;
            while (to < windows.Count && windows[to].Judgement.Verdict == windows[from].Judgement.Verdict) to++;
            yield return [.. windows.Skip(from).Take(to - from)];
            from = to;
        }
    }

    private static string Starts(BacktestResult result)
    {
        var all = result.Starts.Count;
        if (all == 0) return "no run fits into this time";
        var bad = result.Starts.Where(start => start.Phase == RunPhase.Failed).ToArray();
        var open = result.Starts.Count(start => start.Phase is RunPhase.Inconclusive or RunPhase.Error);
        var share = (100.0 * bad.Length / all).ToString("0.#", CultureInfo.InvariantCulture);
        return $"{all} runs of {GoDuration.Format(result.Length)}, one from each window on: {bad.Length} ({share}%) would have "
            + $"failed, {open} been inconclusive"
            + (bad.Length == 0 ? "" : $"; the first from {Time(bad[0].At)}: {bad[0].Message}");
    }

    private static string Tally(IReadOnlyList<Backtest.Window> windows) => $"{windows.Count} windows: " + string.Join(
        ", ", windows.GroupBy(window => window.Judgement.Verdict).OrderBy(same => same.Key)
        .Select(same => $"{same.Count()} {same.Key.ToString().ToLowerInvariant()}"));

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
