using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Planning;
using Canary.Core.Units;

namespace Canary.Cli.Planning;

/// <summary>A plan as JSON. Lengths are written as specs write them; what is not found has none.</summary>
internal static class PlanDocument
{
    public static JsonObject Build(RolloutPlan plan) => new()
    {
        ["rollout"] = plan.Rollout.Title,
        ["alpha"] = plan.Rollout.Spec.Alpha,
        ["isDefaultMetric"] = plan.Rollout.IsDefault,
        ["window"] = GoDuration.Format(plan.Window),
        ["lackingPods"] = new JsonArray([.. plan.LackingPods.Select(lack => (JsonNode)lack)]),
        ["warnings"] = new JsonArray([.. plan.Warnings.Select(warning => (JsonNode)warning)]),
        ["metrics"] = new JsonArray([.. plan.Metrics.Select(Build)]),
        ["objectives"] = new JsonArray([.. plan.Objectives.Select(objective => (JsonNode)objective.Build())]),
        ["suggestion"] = plan.Advice is { } advice ? Build(advice) : null,
    };

    private static JsonObject Build(MetricPlan metric) => new()
    {
        ["name"] = metric.Metric.Name,
        ["preset"] = ((ProviderSpec.Red)metric.Metric.Provider).Preset,
        ["alpha"] = metric.Metric.Comparison!.Alpha,
        ["tolerate"] = metric.Metric.Comparison.Tolerate,
        ["interval"] = GoDuration.Format(metric.Interval),
        ["lag"] = GoDuration.Format(metric.Planned.Lag),
        ["requestsPerSecond"] = Math.Round(metric.Baseline.RequestsPerSecond, 3),
        ["stableRequests"] = Math.Round(metric.Baseline.Requests),
        ["stableEvents"] = Math.Round(metric.Baseline.Events, 1),
        ["boundMilliseconds"] = metric.Baseline.Bound,
        ["rate"] = metric.Baseline.Rate,
        ["isRateUpperBound"] = metric.Baseline.IsUpperBound,
        ["steps"] = new JsonArray([.. metric.Ramp.Steps.Select(step => new JsonObject
        {
            ["step"] = step.Index,
            ["weight"] = step.Weight.Percent,
            ["time"] = step.Length is { } length ? GoDuration.Format(length) : null,
            ["alone"] = new JsonArray([.. MetricPlan.Regressions.Select(regression => Build(regression, metric.Alone(step, regression)))]),
        })]),
        ["whole"] = new JsonArray([.. MetricPlan.Regressions.Select(regression =>
        {
            var found = metric.Found(regression);
            var document = Build(regression, found);
            document["step"] = found?.Step;
            document["chanceWithWait"] = metric.ChanceWithWait(regression) is { } chance ? Math.Round(chance, 3) : null;
            document["isIfNobodyPromotes"] = found?.IsIfNobodyPromotes;
            Add(document, metric.Expected(regression));
            return document;
        })]),
        ["untilHarmless"] = metric.UntilHarmless is { } needed ? GoDuration.Format(needed) : null,
        ["warnings"] = new JsonArray([.. metric.Warnings.Select(warning => (JsonNode)warning)]),
    };

    private static JsonObject Build(double regression, Detection? found) => new()
    {
        ["regression"] = regression,
        ["after"] = found is null ? null : GoDuration.Format(found.After),
        ["requests"] = found is null ? null : Math.Round(found.Requests),
        ["events"] = found is null ? null : Math.Round(found.Events, 1),
    };

    private static JsonObject Build(StepAdvice advice)
    {
        var document = advice.Suggestion is { } suggestion ? Build(StepSuggestion.Regression, suggestion.Found)
            : Build(StepSuggestion.Regression, null);
        document["metric"] = advice.For.Metric.Name;
        document["within"] = GoDuration.Format(advice.Within);
        Add(document, advice.Suggestion?.Expected);
        document["leastRegression"] = advice.Least;
        document["needsBackground"] = advice.NeedsBackground;
        document["isNoBetter"] = advice.IsNoBetter;
        document["needed"] = advice.Needed is { } needed ? GoDuration.Format(needed) : null;
        document["steps"] = advice.Suggestion is null ? null : new JsonArray([.. advice.Suggestion.Steps.SelectMany(step => new JsonNode[]
        {
            new JsonObject { ["setWeight"] = step.Weight.Percent },
            new JsonObject { ["pause"] = new JsonObject { ["duration"] = GoDuration.Format(step.Length!.Value) } },
        })]);
        return document;
    }

    private static void Add(JsonObject document, RampOutcome? expected)
    {
        document["chance"] = expected is null ? null : Math.Round(expected.Chance, 3);
        document["expectedRequests"] = expected is null ? null : Math.Round(expected.Requests);
        document["expectedEvents"] = expected is null ? null : Math.Round(expected.Events, 1);
    }
}
