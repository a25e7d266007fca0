using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace Canary.Terminal;

/// <summary>The steps of a Rollout as a line, each with how it stands.</summary>
public static class StepLine
{
    private const string Link = " ─ ";

    /// <summary>The steps in force, with the analyses before and after them and the promotion; empty: there are none.</summary>
    public static IReadOnlyList<StepItem> Read(JsonObject rollout)
    {
        var status = rollout["status"];
        var strategy = (status?["accepted"] ?? rollout["spec"])?["strategy"];
        if (strategy?["blueGreen"] is { } blueGreen) return BlueGreenLine.Read(status, blueGreen);
        var canary = StrategySteps.Find(strategy);
        JsonNode?[] steps = [.. canary?["steps"] as JsonArray ?? []];
        if (steps.Length == 0) return [];
        var (place, here) = Place(status, steps.Length);
        var items = new List<StepItem>();
        if (canary?["preAnalysis"] is { } before) items.Add(new StepItem($"{Describe(before)} first", Mark(-1)));
        items.AddRange(steps.Select((step, index) => new StepItem(Describe(step), Mark(index))));
        if (canary?["postAnalysis"] is { } after) items.Add(new StepItem($"{Describe(after)} last", Mark(steps.Length, isVerifying: true)));
        items.Add(new StepItem("promote", Mark(steps.Length)));
        return items;

        StepMark Mark(int index, bool isVerifying = false)
        {
            if (here is StepMark.Pending or StepMark.Done) return here;
            if (index < place) return StepMark.Done;
            if (index > place) return StepMark.Pending;
            if (place < steps.Length || canary?["postAnalysis"] is null) return here;
            // The analysis after the last step comes between the last raise and the promotion.
            var isAtPost = (string?)status?["promotion"] is null or "ConfirmingFull" or "Verifying";
            return isVerifying == isAtPost ? here : isVerifying ? StepMark.Done : StepMark.Pending;
        }
    }

    /// <summary><c>3/6</c>: the step in force, of how many.</summary>
    public static string Short(JsonObject rollout)
    {
        var status = rollout["status"];
        var steps = (StrategySteps.Find((status?["accepted"] ?? rollout["spec"])?["strategy"])?["steps"] as JsonArray)?.Count ?? 0;
        return (string?)status?["step"] ?? (steps == 0 ? "" : $"{Math.Min(((int?)status?["currentStepIndex"] ?? 0) + 1, steps)}/{steps}");
    }

    /// <summary>The line, on as many rows as the width asks for; no step is cut in two.</summary>
    public static Markup Draw(IReadOnlyList<StepItem> items, int width)
    {
        var text = new StringBuilder();
        var used = 0;
        for (var index = 0; index < items.Count; index++)
        {
            var plain = $"{Sign(items[index].Mark)} {items[index].Text}";
            if (index > 0 && used + Link.Length + plain.Length > width)
            {
                text.Append('\n');
                used = 0;
            }
            else if (index > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"[grey]{Link}[/]");
                used += Link.Length;
            }

            text.Append(CultureInfo.InvariantCulture, $"[{Colour(items[index].Mark)}]{Markup.Escape(plain)}[/]");
            used += plain.Length;
        }

        return new Markup(text.ToString());
    }

    // The step that a status stands at, and how it stands there: -1 is before the first one, their number is after the last.
    private static (int Index, StepMark Mark) Place(JsonNode? status, int count)
    {
        var index = (bool?)status?["beforeSteps"] == true ? -1 : Math.Min((int?)status?["currentStepIndex"] ?? 0, count);
        return (string?)status?["phase"] switch
        {
            "Progressing" or "Paused" when (bool?)status?["restarting"] == true => (0, StepMark.Pending),
            "Progressing" or "Paused" or "Promoting" => (index, StepMark.Current),
            "RollingBack" or "RolledBack" => (index, StepMark.Failed),
            "Degraded" when status?["startedAt"] is not null => (index, StepMark.Current),
            "Healthy" when (string?)status?["history"]?[0]?["outcome"] == "Promoted"
                && (string?)status?["history"]?[0]?["revision"] == (string?)status?["stableRevision"] => (count, StepMark.Done),
            _ => (0, StepMark.Pending),
        };
    }

    internal static string Describe(JsonNode? step) => step switch
    {
        { } when step["setWeight"] is { } weight => $"{weight} %",
        { } when step["pause"] is { } pause => pause["duration"] is { } duration ? $"pause {duration}" : "pause",
        { } when step["setCanaryScale"] is JsonObject scale => "scale " + Scale(scale),
        { } when (step["setHeaderRoute"] ?? step["setMirrorRoute"]) is JsonObject route => RouteText.Describe(route,
            isHeader: step["setHeaderRoute"] is not null),
        { } when (step["analysis"] ?? step)["templates"] is JsonArray templates =>
            "analysis " + string.Join(", ", templates.Select(template => (string?)template?["templateName"])),
        _ => step?.ToJsonString() ?? "",
    };

    private static string Scale(JsonObject scale) => scale switch
    {
        { } when scale["replicas"] is { } replicas => $"{replicas}",
        { } when scale["weight"] is { } weight => $"{weight} %",
        _ => "with the weight",
    };

    private static string Sign(StepMark mark) => mark switch
    {
        StepMark.Pending => "·",
        StepMark.Current => "▶",
        StepMark.Done => "✓",
        StepMark.Failed => "✗",
    };

    private static string Colour(StepMark mark) => mark switch
    {
        StepMark.Pending => "grey",
        StepMark.Current => "bold yellow",
        StepMark.Done => "green",
        StepMark.Failed => "bold red",
    };
}
