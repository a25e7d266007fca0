using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Terminal;

namespace Canary.Sandbox.Demo;

/// <summary>Writes the outcome of the demo as lines and as JSON.</summary>
internal static class ResultText
{
    public static string Line(ScenarioResult result) => string.Create(CultureInfo.InvariantCulture,
        $"{result.Scenario.Version.Version} {Word(result.Outcome)} after {result.Duration.TotalSeconds:0.0} s; "
            + $"{result.CanaryRequests} requests to the canary, {result.CanaryFailures} of them "
            + $"failed{(result.Reason.Length == 0 ? "" : ": ")}{ShortNumber.Shorten(result.Reason)}");

    /// <summary>The last line: how many ended as expected.</summary>
    public static string Summary(IReadOnlyList<ScenarioResult> results) =>
        $"{results.Count(result => result.IsAsExpected)} of {results.Count} versions ended as expected";

    /// <summary>The whole document.</summary>
    public static JsonObject Document(IReadOnlyList<ScenarioResult> results) => new()
    {
        ["scenarios"] = new JsonArray([.. results.Select(result => new JsonObject
        {
            ["version"] = result.Scenario.Version.Version,
            ["outcome"] = Name(result.Outcome),
            ["reason"] = result.Reason,
            ["durationSeconds"] = Math.Round(result.Duration.TotalSeconds, 1),
            ["canaryRequests"] = result.CanaryRequests,
            ["canaryFailures"] = result.CanaryFailures,
            ["weights"] = new JsonArray([.. result.Weights.Select(weight => (JsonNode)weight)]),
        })]),
    };

    public static string Word(ScenarioOutcome outcome) => outcome switch
    {
        ScenarioOutcome.Promoted => "promoted",
        ScenarioOutcome.RolledBack => "rolled back",
        ScenarioOutcome.Other => "ended otherwise",
        ScenarioOutcome.TimedOut => "did not end in time",
    };

    private static string Name(ScenarioOutcome outcome) => outcome switch
    {
        ScenarioOutcome.Promoted => "promoted",
        ScenarioOutcome.RolledBack => "rolledBack",
        ScenarioOutcome.Other => "other",
        ScenarioOutcome.TimedOut => "timedOut",
    };
}
