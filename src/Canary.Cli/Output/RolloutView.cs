using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Cli.Watching;

namespace Canary.Cli.Output;

/// <summary>A Rollout and its analysis runs as text for a person.</summary>
internal static class RolloutView
{
    private const int BarWidth = 20;

    /// <summary><c>3/6</c>: the step in force, of how many.</summary>
    public static string StepText(JsonObject rollout)
    {
        var steps = Steps(rollout).Count;
        var index = (int?)rollout["status"]?["currentStepIndex"] ?? 0;
        return (string?)rollout["status"]?["step"] ?? (steps == 0 ? "" : $"{Math.Min(index + 1, steps)}/{steps}");
    }

    public static string Render(RolloutDetails details, DateTimeOffset now)
    {
        var (text, rollout, runs) = (new StringBuilder(), details.Rollout, details.Runs);
        var status = rollout["status"];
        Line(text, "Name", $"{rollout["metadata"]?["namespace"]}/{rollout["metadata"]?["name"]}");
        Line(text, "Phase", (string?)status?["phase"] ?? "Unknown: no controller has looked at it yet");
        if (status is null) return text.ToString();
        if ((details.Trouble ?? UnseenChanges.Describe(details)) is { } late) Line(text, "Waiting", late);
        Line(text, "Message", (string?)status["message"] ?? "");
        Line(text, "Revision", Revisions(status));
        Line(text, "Weight", Weights(status));
        RenderSteps(text, rollout);
        RenderRuns(text, runs);
        RenderConditions(text, status, now);
        if (status["lastRequest"] is JsonObject last)
            Line(text, "Request", $"{last["action"]} by {last["by"]}, {Age.Of((string?)last["at"], now)} ago: {((bool?)last["carriedOut"] == true ? "" : "refused: ")}{last["message"]}");
        RenderHistory(text, status, now);
        return text.ToString();
    }

    /// <summary>The steps in force: those of the running rollout where there is one.</summary>
    private static IReadOnlyList<JsonNode?> Steps(JsonObject rollout)
    {
        var spec = rollout["status"]?["accepted"] ?? rollout["spec"];
        return [.. spec?["strategy"]?["canary"]?["steps"] as JsonArray ?? []];
    }

    private static string Revisions(JsonNode status)
    {
        var canary = (string?)status["canaryRevision"] ?? "none";
        var stable = (string?)status["stableRevision"] ?? "none";
        var attempt = (int?)status["attempt"] ?? 1;
        return (canary == stable ? $"{stable}, the stable one" : $"{canary} (stable: {stable})") + (attempt > 1 ? $", attempt {attempt}" : "");
    }

    private static string Weights(JsonNode status)
    {
        var desired = (double?)status["weights"]?["desired"] ?? 0;
        var applied = (double?)status["weights"]?["applied"];
        var filled = (int)Math.Round((applied ?? 0) / 100 * BarWidth);
        var bar = new string('#', filled).PadRight(BarWidth, '.');
        return applied is { } shown
            ? string.Create(CultureInfo.InvariantCulture, $"[{bar}] canary {shown:0.##} %") + (shown == desired ? "" : string.Create(CultureInfo.InvariantCulture, $", wanted {desired:0.##} %"))
            : string.Create(CultureInfo.InvariantCulture, $"canary {desired:0.##} % wanted; the routes do not all show it");
    }

    private static void RenderSteps(StringBuilder text, JsonObject rollout)
    {
        var steps = Steps(rollout);
        if (steps.Count == 0) return;
        var phase = (string?)rollout["status"]?["phase"];
        var isRunning = phase is "Progressing" or "Paused" or "Promoting";
        var current = (bool?)rollout["status"]?["beforeSteps"] == true ? -1 : (int?)rollout["status"]?["currentStepIndex"] ?? 0;
        text.Append("Steps:\n");
        for (var index = 0; index < steps.Count; index++)
        {
            var mark = !isRunning ? ' ' : index < current ? '+' : index == current ? '>' : ' ';
            text.Append(CultureInfo.InvariantCulture, $"  {mark} {index + 1} {Describe(steps[index])}\n");
        }
    }

    private static string Describe(JsonNode? step) => step switch
    {
        { } when step["setWeight"] is { } weight => $"setWeight {weight}",
        { } when step["pause"] is { } pause => pause["duration"] is { } duration ? $"pause {duration}" : "pause until promoted",
        { } when step["analysis"] is { } analysis =>
            "analysis " + string.Join(", ", (analysis["templates"] as JsonArray ?? []).Select(template => (string?)template?["templateName"])),
        _ => step?.ToJsonString() ?? "",
    };

    private static void RenderRuns(StringBuilder text, IReadOnlyList<JsonObject> runs)
    {
        if (runs.Count == 0) return;
        text.Append("Analysis:\n");
        foreach (var run in runs)
        {
            var message = (string?)run["status"]?["message"];
            text.Append(CultureInfo.InvariantCulture, $"  {Place(run["spec"]?["rollout"])}: {(string?)run["status"]?["phase"] ?? "Pending"}");
            text.Append(message is { Length: > 0 } ? $": {message}\n" : "\n");
            foreach (var metric in run["status"]?["metrics"] as JsonArray ?? []) text.Append("    ").Append(Describe(metric!, run)).Append('\n');
        }
    }

    private static string Place(JsonNode? rollout) => ((string?)rollout?["edge"], (int?)rollout?["step"]) switch
    {
        ("pre", _) => "before the first step",
        ("post", _) => "after the last step",
        (_, { } index) => $"step {index + 1}",
        _ => "background",
    };

    private static string Describe(JsonNode metric, JsonObject run)
    {
        var last = (metric["measurements"] as JsonArray)?.LastOrDefault();
        var counts = string.Join(", ", new[] { ("successful", "good"), ("failed", "failed"), ("inconclusive", "inconclusive"), ("errors", "errors") }
            .Select(pair => (Count: (int?)metric[pair.Item1] ?? 0, Word: pair.Item2)).Where(pair => pair.Count > 0).Select(pair => $"{pair.Count} {pair.Word}"));
        var spec = (run["spec"]?["metrics"] as JsonArray ?? []).FirstOrDefault(candidate => (string?)candidate?["name"] == (string?)metric["name"]);
        var condition = (string?)metric["threshold"] ?? (string?)spec?["successCondition"] ?? (spec?["failureCondition"] is { } failure ? $"not: {failure}" : "");
        var isDryRun = (run["spec"]?["dryRun"] as JsonArray ?? []).Any(one => (string?)one?["metricName"] == (string?)metric["name"]);
        return $"{metric["name"]}{(isDryRun ? " (dry run)" : "")}: {metric["phase"]}; {(counts.Length > 0 ? counts : "nothing measured yet")}"
            + Last(last, (string?)run["status"]?["message"] ?? "")
            + (condition.Length > 0 ? $" ({condition})" : "")
            + (metric["sparkline"] is { } line ? $"  {line}" : "");
    }

    // A comparison is read by its odds: the share of its last window alone says next to nothing. Where the run ended by them, they stand in the line above.
    private static string Last(JsonNode? last, string message) => (string?)last?["message"] is { Length: > 0 } words && last["odds"] is not null && !message.Contains(words, StringComparison.Ordinal) ? $"; {words}"
        : last?["value"] is { } value ? $"; last {value}{Interval(last["interval"])}"
        : "";

    // A share of a few requests may be many things: its 95 percent interval stands beside it.
    internal static string Interval(JsonNode? interval) =>
        (double?)interval?["low"] is { } low && (double?)interval["high"] is { } high ? string.Create(CultureInfo.InvariantCulture, $" ({low * 100:0.##} % to {high * 100:0.##} %)") : "";

    private static void RenderConditions(StringBuilder text, JsonNode status, DateTimeOffset now)
    {
        var unhappy = (status["conditions"] as JsonArray ?? []).OfType<JsonObject>().Where(IsWorthSaying).ToList();
        if (unhappy.Count == 0) return;
        text.Append("Conditions:\n");
        foreach (var condition in unhappy)
            text.Append(CultureInfo.InvariantCulture, $"  {condition["type"]}={condition["status"]} for {Age.Of((string?)condition["lastTransitionTime"], now)}: {condition["reason"]}: {condition["message"]}\n");
    }

    // Reconciling, Stalled and WeightConflict are news when they hold, the others when they do not.
    private static bool IsWorthSaying(JsonObject condition) => (string?)condition["type"] switch
    {
        "Reconciling" => false,
        "Ready" => false,
        "CapacitySufficient" => (string?)condition["status"] == "False" || (string?)condition["reason"] == "MoreNeededLater",
        "CanaryReady" => (string?)condition["status"] == "False" || (string?)condition["reason"] == "ReadyAgain",
        "Stalled" or "WeightConflict" => (string?)condition["status"] == "True",
        _ => (string?)condition["status"] != "True",
    };

    private static void RenderHistory(StringBuilder text, JsonNode status, DateTimeOffset now)
    {
        if (status["history"] is not JsonArray { Count: > 0 } history) return;
        text.Append("History:\n");
        foreach (var entry in history)
            text.Append(CultureInfo.InvariantCulture, $"  {entry?["revision"]} {entry?["outcome"]} {Age.Of((string?)entry?["endedAt"], now)} ago, at most {entry?["highestWeight"]} %: {entry?["reason"]}\n");
    }

    private static void Line(StringBuilder text, string name, string value) => text.Append($"{name}:".PadRight(10)).Append(value).Append('\n');
}
