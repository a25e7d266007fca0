using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Cli.Output;
using Canary.Core.Analysis;
using Canary.Core.Planning;
using Canary.Core.Units;

namespace Canary.Cli.Planning;

/// <summary>The part of a plan that is about an objective.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Baseline">The service as it is: stable.</param>
/// <param name="Ramp">The steps as time.</param>
internal sealed record ObjectiveSection(MetricSpec Metric, Baseline Baseline, Ramp Ramp)
{
    /// <summary>How many times as fast the budget burns.</summary>
    public static readonly IReadOnlyList<double> Burns = [2, 5, 10];

    private readonly ObjectivePlan _plan = new(Metric);

    private double Allowed => Metric.Comparison!.Objective!.Allowed;

    /// <summary>Requests to the canary until it is shown without any error.</summary>
    private double? Clean => _plan.FindKept(0);

    /// <summary>The same if as many fail as of stable's; null: stable has none, or it is never shown.</summary>
    private double? AsStable => Baseline.IsUpperBound ? null : _plan.FindKept(Baseline.Rate);

    public void Render(StringBuilder text, TimeSpan window)
    {
        var comparison = Metric.Comparison!;
        var what = Baseline.Bound is { } bound ? $"requests slower than {NumberText.Short(bound, 6)} ms" : "failed requests";
        text.Append(string.Create(CultureInfo.InvariantCulture,
            $"\nMetric:   {Metric.Name}, {what} by preset {((ProviderSpec.Red)Metric.Provider).Preset}; objective "
                + $"{NumberText.Format(Math.Round(comparison.Objective!.Target * 100, 8))} %; "
                + $"alpha {NumberText.Short(comparison.Alpha, 3)}; a window each {GoDuration.Format(Interval)}, "
                + $"read {GoDuration.Format(comparison.Lag)} later\n"));
        text.Append(string.Create(CultureInfo.InvariantCulture,
            $"Service:  {NumberText.Short(Baseline.RequestsPerSecond, 3)} requests/s; in the last {GoDuration.Format(window)} "
                + $"{Baseline.Events:N0} of {Baseline.Requests:N0} requests to stable are such, which burns the error budget "
                + $"{NumberText.Short(Baseline.Events / Math.Max(1, Baseline.Requests) / Allowed, 2)} times as fast as the objective "
                + $"allows\n"));
        text.Append("\nUntil a canary is found that burns the error budget so many times as fast, and until one is shown to keep the ")
            .Append("objective, on average\n\n");
        List<IReadOnlyList<string>> rows =
            [["WEIGHT", .. Burns.Select(burn => $"{NumberText.Short(burn, 3)}x IN"), "KEPT, NO ERRORS", "KEPT, AS STABLE"]];
        foreach (var weight in Weights())
        {
            var perSecond = PerSecond(weight);
            rows.Add([$"{weight} %", .. Burns.Select(burn => Cell(Missed(burn, perSecond), perSecond)), Cell(Clean, perSecond),
                Baseline.IsUpperBound ? "" : Cell(AsStable, perSecond)]);
        }

        foreach (var row in Columns.Render(rows).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            text.Append(row.TrimEnd()).Append('\n');
        if (Warning is { } warning) text.Append("warning: ").Append(warning).Append('\n');
    }

    public JsonObject Build() => new()
    {
        ["name"] = Metric.Name,
        ["objective"] = Metric.Comparison!.Objective!.Target,
        ["burnRate"] = Metric.Comparison.Objective.BurnRate,
        ["alpha"] = Metric.Comparison.Alpha,
        ["requestsPerSecond"] = Math.Round(Baseline.RequestsPerSecond, 3),
        ["stableRequests"] = Math.Round(Baseline.Requests),
        ["stableEvents"] = Math.Round(Baseline.Events, 1),
        ["keptWithoutErrors"] = Clean,
        ["keptAsStable"] = AsStable,
        ["weights"] = new JsonArray([.. Weights().Select(weight => (JsonNode)new JsonObject
        {
            ["weight"] = weight.Percent,
            ["missed"] = new JsonArray([.. Burns.Select(burn => (JsonNode)new JsonObject
            {
                ["burn"] = burn,
                ["requests"] = Missed(burn, PerSecond(weight)),
            })]),
        })]),
        ["warnings"] = Warning is { } warning ? new JsonArray(warning) : new JsonArray(),
    };

    private double PerSecond(Weight weight) => Baseline.RequestsPerSecond * (double)weight.Percent / 100;

    private TimeSpan Interval => Metric.Interval ?? TimeSpan.FromSeconds(30);

    private string? Warning => Baseline.Events <= 0 || Baseline.IsUpperBound ? null
        : Baseline.Interval.Low > Allowed
            ? "stable itself misses the objective: every version would be rolled back. Ask for less, or compare with stable"
        : Baseline.Rate > Allowed / 2
            ? "stable uses more than half of the error budget: a canary that is as good can hardly be shown to keep the objective"
        : null;

    private double? Missed(double burn, double perSecond) => _plan.FindMissed(burn, perSecond * Interval.TotalSeconds);

    // The weights of the steps, and all of the traffic, which the canary has at the end.
    private IEnumerable<Weight> Weights() => Ramp.Steps.Select(step => step.Weight).Append(Weight.Full)
        .Where(weight => weight > Weight.Zero).Distinct().OrderBy(weight => weight.Percent);

    private string Cell(double? requests, double perSecond)
    {
        if (requests is not { } needed) return "never";
        var seconds = needed / perSecond;
        var length = seconds > TimeSpan.FromDays(366).TotalSeconds ? "over a year" : PlanText.Length(TimeSpan.FromSeconds(seconds));
        return string.Create(CultureInfo.InvariantCulture, $"{length}, {needed:N0} req");
    }
}
