using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Conditions;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Linting;

/// <summary>Conditions that no answer of their query has the form for, such as <c>result &lt; 400</c> on a query whose answer is a list:
/// every measurement would be an Error.</summary>
internal static partial class ConditionTypeLint
{
    private static readonly MetricAnswer[] Vectors = [Vector(1), Vector(0), Vector(1, 2), Vector(0.5, 0.25, 0)];
    private static readonly MetricAnswer[] Scalars = [new MetricAnswer.Scalar(1, []), new MetricAnswer.Scalar(0, [])];

    public static IEnumerable<LintFinding> Check(LintDocument document)
    {
        if (Json.Object(document.Root, "spec", "rollout") is not null) yield break;
        var defaults = Json.Objects(document.Root, "spec", "args").GroupBy(argument => Json.Text(argument, "name") ?? "")
            .ToDictionary(same => same.Key, same => Json.Text(same.First(), "value") ?? "1");
        var metrics = Json.Array(document.Root, "spec", "metrics");
        for (var index = 0; index < metrics?.Count; index++)
        {
            if (metrics[index] is not JsonObject metric || AnswersOf(metric) is not { } answers) continue;
            foreach (var field in new[] { "successCondition", "failureCondition" })
            {
                var text = Placeholder()
                    .Replace(Json.Text(metric, field) ?? "", found => defaults.GetValueOrDefault(found.Groups[1].Value, "1"));
                if (text.Length > 0 && MetricCondition.Parse(text) is ConditionParse.Valid { Condition: var condition }
                    && Problem(condition, answers) is { } problem)
                    yield return document.Finding($"spec.metrics[{index}].{field}", problem);
            }
        }
    }

    private static string? Problem(MetricCondition condition, MetricAnswer[] answers)
    {
        var outcomes = answers.Select(answer => condition.Evaluate(answer)).ToArray();
        if (outcomes.Any(outcome => outcome is not (ConditionOutcome.Error or ConditionOutcome.NotBoolean))) return null;
        var why = outcomes[0] switch
        {
            ConditionOutcome.Error error => error.Message,
            ConditionOutcome.NotBoolean other => $"its value is neither true nor false but {other.Found}",
            _ => "",
        };
        var hint = answers[0] is MetricAnswer.Vector
            ? "the answer of this query is a list with a number for each series, and result[0] is that of the first"
            : "the answer of this query is one number, and result is that";
        return $"\"{condition.Text}\" can never be asked: {why}; {hint}";
    }

    /// <summary>Answers as the metric gets them; null: their form is not known here, or there is no query.</summary>
    private static MetricAnswer[]? AnswersOf(JsonObject metric)
    {
        if (Json.Object(metric, "provider", "red") is not null) return Vectors;
        if (Json.Object(metric, "provider", "prometheus") is not { } prometheus || prometheus["rangeQuery"] is not null
            || Json.Text(prometheus, "query") is not { Length: > 0 } query) return null;
        if (Scalar().IsMatch(query)) return Scalars;
        // Arithmetic of scalars is one too: where they are a part of it, either form may come.
        return MayBeScalar().IsMatch(query) || !query.Any(char.IsLetter) ? [.. Vectors, .. Scalars] : Vectors;
    }

    private static MetricAnswer.Vector Vector(params double[] values) => new([.. values.Select(value => new Sample([], value))], []);

    [GeneratedRegex(@"\{\{\s*args\.([^}\s]+)\s*\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^\s*scalar\s*\([^()]*(\([^()]*(\([^()]*\)[^()]*)*\)[^()]*)*\)\s*$")]
    private static partial Regex Scalar();

    [GeneratedRegex(@"\b(scalar|time|pi)\s*\(|\{\{")]
    private static partial Regex MayBeScalar();
}
