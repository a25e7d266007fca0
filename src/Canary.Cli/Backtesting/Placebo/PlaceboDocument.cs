using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>A placebo backtest as JSON.</summary>
internal static class PlaceboDocument
{
    public static JsonObject Build(PlaceboResult result) => new()
    {
        ["rollout"] = result.Title,
        ["from"] = Time(result.Question.From),
        ["to"] = Time(result.Question.To),
        ["samplesFrom"] = Time(result.DataFrom),
        ["length"] = GoDuration.Format(result.Length),
        ["seed"] = result.Question.Seed,
        ["alpha"] = result.Alpha,
        ["rollouts"] = result.Replays.Count,
        ["oneAfterTheOther"] = Math.Round(result.Draw.Apart, 3),
        ["rolledBack"] = result.RolledBack,
        ["share"] = Math.Round(result.Share, 6),
        ["interval"] = new JsonArray(Math.Round(result.Interval.Low, 6), Math.Round(result.Interval.High, 6)),
        ["conclusion"] = PlaceboText.Conclusion(result),
        ["waiting"] = result.Undecided,
        ["waitingFor"] = new JsonArray([.. PlaceboText.Reasons(result)
            .Select(one => new JsonObject { ["reason"] = one.Reason, ["rollouts"] = one.Count })]),
        ["leftOut"] = new JsonObject { ["tooFewPods"] = result.Draw.OnePod, ["podsReplaced"] = result.Draw.Replaced },
        ["notes"] = new JsonArray([.. result.Notes.Select(note => JsonValue.Create(note))]),
        ["metrics"] = new JsonArray([.. result.Metrics.Select(Build)]),
        ["replays"] = new JsonArray([.. result.Replays.Select(Build)]),
    };

    private static JsonObject Build(PlaceboMetric metric) => new()
    {
        ["name"] = metric.Name,
        ["preset"] = ((ProviderSpec.Red)metric.Test.Metric.Provider).Preset,
        ["alpha"] = metric.Alpha,
        ["tolerate"] = metric.Test.Metric.Comparison!.Tolerate,
        ["rolledBack"] = metric.RolledBack,
        ["advice"] = metric.Advice is { } advice
            ? new JsonObject { ["tolerate"] = advice.Tolerate, ["rolledBack"] = advice.RolledBack, ["isEnough"] = advice.IsEnough } : null,
        ["ranges"] = new JsonObject
        {
            ["rollouts"] = metric.Coverage.Known,
            ["excludeOneAtTheEnd"] = metric.Coverage.AtEnd,
            ["excludeOneAtSomeLook"] = metric.Coverage.Ever,
            ["interval"] = new JsonArray(Math.Round(metric.Coverage.Interval.Low, 6), Math.Round(metric.Coverage.Interval.High, 6)),
        },
        ["noise"] = new JsonArray([.. metric.Noise.Select(noise => new JsonObject
        {
            ["length"] = GoDuration.Format(noise.Length),
            ["windows"] = noise.Windows,
            ["overdispersion"] = Number(noise.Overdispersion),
            ["variation"] = Number(noise.Variation),
        })]),
    };

    private static JsonObject Build(PlaceboReplayed replay) => new()
    {
        ["at"] = Time(replay.Rollout.At),
        ["canaryPods"] = new JsonArray([.. replay.Rollout.Canary.Select(pod => JsonValue.Create(pod))]),
        ["stablePods"] = new JsonArray([.. replay.Rollout.Stable.Select(pod => JsonValue.Create(pod))]),
        ["metrics"] = new JsonArray([.. replay.Verdicts.Select(verdict => new JsonObject
        {
            ["name"] = verdict.Metric,
            ["verdict"] = verdict.Phase.ToString(),
            ["after"] = GoDuration.Format(verdict.After),
            ["message"] = verdict.Message,
            ["ratio"] = Build(verdict.Ranges.Last),
        })]),
    };

    // As the status of an AnalysisRun has it.
    private static JsonObject? Build(RatioRange range)
    {
        if (range == RatioRange.All) return null;
        var ratio = new JsonObject { ["low"] = range.Low };
        if (double.IsFinite(range.High)) ratio["high"] = range.High;
        return ratio;
    }

    private static JsonNode? Number(double number) => double.IsNaN(number) ? null : Math.Round(number, 6);

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
