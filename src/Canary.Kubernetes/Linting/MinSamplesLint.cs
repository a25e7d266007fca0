using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.Core.Analysis;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Linting;

/// <summary>Comparisons whose <c>minSamples</c> looks like a number of requests. They count expected errors.</summary>
internal static partial class MinSamplesLint
{
    /// <summary>From so many on it is hardly meant as errors.</summary>
    public const int Suspicious = 50;

    public static IEnumerable<LintFinding> Check(LintDocument document)
    {
        // The runs of Rollouts are the controller's.
        if (document.Kind == "Rollout" || Json.Object(document.Root, "spec", "rollout") is not null) yield break;
        var values = Json.Objects(document.Root, "spec", "args").GroupBy(argument => Json.Text(argument, "name") ?? "")
            .ToDictionary(same => same.Key, same => Json.Text(same.First(), "value") ?? "", StringComparer.Ordinal);
        var metrics = Json.Array(document.Root, "spec", "metrics");
        for (var index = 0; index < metrics?.Count; index++)
        {
            if (metrics[index] is not JsonObject metric || !IsSequential(metric)
                || Read(metric, values) is not (>= Suspicious and var least)) continue;
            var requests = Math.Round(least / Comparison.LeastExpected);
            yield return document.Finding($"spec.metrics[{index}].minSamples", string.Create(CultureInfo.InvariantCulture,
                $"with compare it counts expected errors, not requests: {least:N0} errors, of 1 % of the requests or more, take up to "
                    + $"{requests:N0} requests to the canary; the default is {Comparison.DefaultExpectedEvents}, which takes up to "
                    + $"{Math.Round(Comparison.DefaultExpectedEvents / Comparison.LeastExpected):N0}")) with
            { IsWarning = true };
        }
    }

    private static bool IsSequential(JsonObject metric) =>
        Json.Object(metric, "compare") is { } compare && (compare["judge"] is null || Json.Text(compare, "judge") == "sequential");

    private static int? Read(JsonObject metric, Dictionary<string, string> values)
    {
        var text = metric["minSamples"] is JsonValue value ? value.ToString() : "";
        var filled = Placeholder().Replace(text, found => values.GetValueOrDefault(found.Groups[1].Value, found.Value));
        return int.TryParse(filled, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    [GeneratedRegex(@"\{\{\s*args\.([^}\s]+)\s*\}\}")]
    private static partial Regex Placeholder();
}
