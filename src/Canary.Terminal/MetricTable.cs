using System.Linq;
using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Canary.Terminal;

/// <summary>The metrics of an AnalysisRun: the last value, how many measurements were good, and what it is held to.</summary>
public static class MetricTable
{
    private static readonly (string Field, string Word)[] Counts =
        [("successful", "good"), ("failed", "failed"), ("inconclusive", "inconclusive"), ("errors", "errors")];

    public static IRenderable Draw(JsonObject run)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        for (var column = 0; column < 4; column++)
            table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, 2, 0), NoWrap = column < 2 });
        foreach (var metric in RunText.Metrics(run))
        {
            var phase = RunText.Phase((JsonNode)metric);
            table.AddRow(
                StyledText.Create(((string?)metric["name"] ?? "", ""), (IsDryRun(metric, run) ? " (dry run)" : "", "grey")),
                StyledText.Create((phase, PhaseColour.Find(phase))),
                new Text(Tally(metric)),
                StyledText.Create((Last(metric, run), ""), (Apart(Condition(metric, run)), "grey"),
                    (Apart((string?)metric["sparkline"] ?? ""), "grey")));
        }

        return table;
    }

    /// <summary>The value of the last measurement; a comparison is read by its odds, for the share of its last window alone says next to
    /// nothing.</summary>
    public static string Last(JsonObject metric, JsonObject run)
    {
        var last = (metric["measurements"] as JsonArray)?.LastOrDefault();
        if ((string?)last?["message"] is { Length: > 0 } odds && last["odds"] is not null && !IsTold(metric, run))
            return ShortNumber.Shorten(odds);
        return last?["value"] is { } value ? ShortNumber.Value(value.ToString()) + Interval(last["interval"]) : "";
    }

    /// <summary>A share of a few requests may be many things: its 95 percent interval stands beside it.</summary>
    public static string Interval(JsonNode? interval) =>
        (double?)interval?["low"] is { } low && (double?)interval["high"] is { } high
        ? $" ({ShortNumber.Percent(low)} to {ShortNumber.Percent(high)})" : "";

    // The message of a run that has ended is that of the metrics that decided it.
    private static bool IsTold(JsonObject metric, JsonObject run) => run["status"]?["endedAt"] is not null && !IsDryRun(metric, run)
        && (string?)metric["phase"] == (string?)run["status"]?["phase"] && (string?)metric["reason"] == "Compared";

    private static bool IsDryRun(JsonObject metric, JsonObject run) =>
        (run["spec"]?["dryRun"] as JsonArray ?? []).Any(one => (string?)one?["metricName"] == (string?)metric["name"]);

    private static string Tally(JsonObject metric)
    {
        var counts = string.Join(", ", Counts.Select(pair => (Count: (int?)metric[pair.Field] ?? 0, pair.Word))
            .Where(pair => pair.Count > 0).Select(pair => $"{pair.Count} {pair.Word}"));
        return counts.Length > 0 ? counts : "nothing measured yet";
    }

    private static string Condition(JsonObject metric, JsonObject run)
    {
        var spec = (run["spec"]?["metrics"] as JsonArray
            ?? []).FirstOrDefault(candidate => (string?)candidate?["name"] == (string?)metric["name"]);
        return (string?)metric["threshold"] ?? (string?)spec?["successCondition"]
            ?? (spec?["failureCondition"] is { } failure ? $"not: {failure}" : "");
    }

    private static string Apart(string text) => text.Length == 0 ? "" : "  " + text;
}
