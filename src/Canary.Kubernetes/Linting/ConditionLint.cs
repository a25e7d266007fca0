using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.Core.Patterns;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Linting;

/// <summary>Metrics that say nothing of what is good: whatever they measure is Successful.</summary>
internal static class ConditionLint
{
    public static IEnumerable<LintFinding> Check(LintDocument document)
    {
        // The runs of Rollouts are the controller's.
        if (document.Kind == "Rollout" || Json.Object(document.Root, "spec", "rollout") is not null) yield break;
        Regex[] dry = [.. Json.Objects(document.Root, "spec", "dryRun")
            .Select(one => GoExpression.Compile(Json.Text(one, "metricName") ?? "(").Regex).OfType<Regex>()];
        var metrics = Json.Array(document.Root, "spec", "metrics");
        for (var index = 0; index < metrics?.Count; index++)
        {
            if (metrics[index] is not JsonObject metric || Decides(metric)
                || dry.Any(pattern => pattern.IsMatch(Json.Text(metric, "name") ?? ""))) continue;
            var red = Json.Object(metric, "provider", "red") is not null;
            yield return document.Finding($"spec.metrics[{index}]",
                $"metric \"{Json.Text(metric, "name")}\" is Successful whatever it measures: it has no successCondition and no "
                    + "failureCondition"
                + $"{(red ? ", and no min, max or compare" : "")}; give it one, or name it in dryRun where it is only to be shown") with
            { IsWarning = true };
        }
    }

    private static bool Decides(JsonObject metric) =>
        HasText(metric, "successCondition") || HasText(metric, "failureCondition") || metric["compare"] is not null
        || new[] { "min", "max" }.Any(bound => Json.Object(metric, "provider", "red")?[bound] is not null)
        || Json.Text(metric, "onNoData") is "failure";

    private static bool HasText(JsonObject metric, string field) => metric[field] is not null && Json.Text(metric, field) is not "";
}
