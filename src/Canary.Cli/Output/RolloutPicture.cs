using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Cli.Reading;
using Canary.Terminal;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Canary.Cli.Output;

/// <summary>A Rollout with its sides, steps, analyses and history, as <c>canary status</c> shows it.</summary>
internal static class RolloutPicture
{
    private const int LabelWidth = 10;

    public static IRenderable Draw(RolloutDetails details, DateTimeOffset now, int width)
    {
        var (rollout, status) = (details.Rollout, details.Rollout["status"]);
        var room = width - LabelWidth;
        var grid = new Grid { Expand = false };
        grid.AddColumn(new GridColumn { Width = LabelWidth, Padding = new Padding(0), NoWrap = true });
        grid.AddColumn(new GridColumn { Padding = new Padding(0) });
        Add("Rollout", StyledText.Create((details.Name, "bold"), (Revision(status), "")));
        var late = details.Problem ?? UnseenChanges.Describe(details);
        if (late is not null) Add("Waiting", StyledText.Create((late, "yellow")));
        if (status is null) return grid;
        Add("Phase", Phase(details, now, late is null));
        Add("", new Text(ShortNumber.Shorten(details.Message)));
        Add("Weight", WeightBar.Draw((double?)status["weights"]?["applied"], (double?)status["weights"]?["desired"], room));
        if (SideTable.Draw(details, room) is { } sides) Add("Sides", sides);
        if (StepLine.Read(rollout) is { Count: > 0 } steps) Add("Steps", StepLine.Draw(steps, room));
        foreach (var (run, index) in details.Runs.Select((run, index) => (run, index))) Add(index == 0 ? "Analysis"
            : "", Draw(run, details.Message));
        foreach (var (problem, index) in Problems(status, now).Select((problem, index) => (problem, index))) Add(index == 0 ? "Problems"
            : "", new Text(problem));
        if (Request(status, now) is { } request) Add("Request", new Text(request));
        if (status["history"] is JsonArray { Count: > 0 } history) Add("History", Draw(history.OfType<JsonObject>(), details.Message, now));
        return grid;

        void Add(string label, IRenderable value) => grid.AddRow(StyledText.Create((label, "grey")), value);
    }

    // The phase of the release before is not in the colour of one that counts.
    private static Paragraph Phase(RolloutDetails details, DateTimeOffset now, bool isSeen)
    {
        var left = Countdown.Describe(details, now) is { } text ? $", {text}" : "";
        return isSeen ? StyledText.Create((details.Phase, $"bold {PhaseColour.Find(details.Phase)}"), (left, ""))
            : StyledText.Create(($"{details.Phase}, as last seen{left}", "grey"));
    }

    private static string Revision(JsonNode? status)
    {
        if (status is null) return "";
        var (canary, stable, attempt) =
            ((string?)status["canaryRevision"] ?? "none", (string?)status["stableRevision"] ?? "none", (int?)status["attempt"] ?? 1);
        return (canary == stable ? $", revision {stable}" : $", revision {canary} in place of {stable}") + (attempt > 1
            ? $", attempt {attempt}" : "");
    }

    private static Rows Draw(JsonObject run, string told)
    {
        var phase = RunText.Phase(run);
        // What the Rollout says already is not said twice.
        var message = told.Contains((string?)run["status"]?["message"] ?? "", StringComparison.Ordinal) ? "" : RunText.Message(run);
        // What each metric says stands in its own row.
        var head = StyledText.Create(($"{RunText.Place(run)}: ", ""), (phase, PhaseColour.Find(phase)),
            (message.Length > 0 ? $": {message}" : "", ""));
        return RunText.Metrics(run).Any() ? new Rows(head, new Padder(MetricTable.Draw(run), new Padding(2, 0, 0, 0))) : new Rows(head);
    }

    private static IEnumerable<string> Problems(JsonNode status, DateTimeOffset now) =>
        (status["conditions"] as JsonArray ?? []).OfType<JsonObject>().Where(IsProblem).Select(condition =>
        $"{condition["type"]} is {condition["status"]} for {Age.Format((string?)condition["lastTransitionTime"], now)}: "
            + ShortNumber.Shorten(
                (string?)condition["message"] is { Length: > 0 } message ? message : (string?)condition["reason"] ?? ""));

    // Some conditions are news when they hold, the others when they do not. What is unknown without a word of why is no news: nothing is
    // being released.
    private static bool IsProblem(JsonObject condition)
    {
        var (state, reason, message) = ((string?)condition["status"], (string?)condition["reason"], (string?)condition["message"] ?? "");
        return (string?)condition["type"] switch
        {
            "Reconciling" or "Ready" or "Stalled" => false,
            "CapacitySufficient" => state == "False" || reason == "MoreNeededLater",
            "CanaryReady" => state == "False" || reason == "ReadyAgain",
            "WeightConflict" or "StableChanged" or "TrafficMismatch" => state == "True",
            _ => state == "False" || (state == "Unknown" && message.Length > 0),
        };
    }

    /// <summary>The last request, where it was made in this rollout, or after the last one.</summary>
    private static string? Request(JsonNode status, DateTimeOffset now)
    {
        if (status["lastRequest"] is not JsonObject last) return null;
        var begin = (string?)status["startedAt"] ?? (string?)status["history"]?[0]?["startedAt"];
        if (Time(begin) is { } start && Time((string?)last["at"]) < start) return null;
        return $"{last["action"]} by {last["by"]}, {Age.Format((string?)last["at"], now)} ago: "
            + $"{((bool?)last["carriedOut"] == true ? "" : "refused: ")}{last["message"]}";
    }

    private static Table Draw(IEnumerable<JsonObject> history, string told, DateTimeOffset now)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        for (var column = 0; column < 4; column++)
            table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, 2, 0), NoWrap = column < 3 });
        foreach (var entry in history)
        {
            var (outcome, reason) = ((string?)entry["outcome"] ?? "", (string?)entry["reason"] ?? "");
            table.AddRow(
                new Text((string?)entry["revision"] ?? ""),
                StyledText.Create((outcome, PhaseColour.Find(outcome))),
                new Text($"{Age.Format((string?)entry["endedAt"], now)} ago"),
                new Text(
                    $"at most {ShortNumber.Format((double?)entry["highestWeight"] ?? 0)} %"
                        + (reason.Length == 0 || told.Contains(reason, StringComparison.Ordinal) ? ""
                            : $": {ShortNumber.Shorten(reason)}")));
        }

        return table;
    }

    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
}
