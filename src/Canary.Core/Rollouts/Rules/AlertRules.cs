using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Red;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Rules;

/// <summary>What a schema cannot say about <c>spec.alerts</c>.</summary>
internal static class AlertRules
{
    private const int MostRules = 32;
    private const int MostLabels = 32;
    private const int MostValues = 64;

    /// <summary>All that is wrong with the rules, each with its path; empty where nothing is.</summary>
    public static IEnumerable<SpecError> Check(EquatableArray<AlertRule> rules)
    {
        if (rules.Count > MostRules) yield return new SpecError("spec.alerts", $"it has {rules.Count} rules; allowed are {MostRules}");
        for (var i = 0; i < rules.Count; i++)
        {
            var (rule, path) = (rules[i], $"spec.alerts[{i}]");
            foreach (var error in CheckLabels(rule, $"{path}.matchLabels")) yield return error;
            if (rule.MatchExpressions.Count > MostLabels)
                yield return new SpecError($"{path}.matchExpressions",
                    $"it has {rule.MatchExpressions.Count} entries; allowed are {MostLabels}");
            for (var e = 0; e < rule.MatchExpressions.Count; e++)
            {
                foreach (var error in CheckExpression(rule.MatchExpressions[e], $"{path}.matchExpressions[{e}]")) yield return error;
            }

            foreach (var error in CheckIdentity(rule.IdentityLabels, $"{path}.identityLabels")) yield return error;
            var same = rules.Take(i).Select((other, index) => (other, index))
                .FirstOrDefault(one => Selects(rule) && IsSame(rule, one.other));
            if (same.other is not null)
                yield return new SpecError($"{path}.matchLabels",
                    $"it is the same as that of spec.alerts[{same.index}]; give one rule for the same alerts");
        }
    }

    private static IEnumerable<SpecError> CheckLabels(AlertRule rule, string path)
    {
        var labels = rule.MatchLabels;
        if (!Selects(rule)) yield return new SpecError(path, "it is empty, and every alert would match; give at least one label");
        if (labels.Count > MostLabels) yield return new SpecError(path, $"it has {labels.Count} labels; allowed are {MostLabels}");
        if (labels.Any(label => string.IsNullOrWhiteSpace(label.Name)))
            yield return new SpecError(path, "a label has no name; the name of the alert itself is alertname");
        foreach (var label in labels.Where(label => !string.IsNullOrWhiteSpace(label.Name) && !PromQlText.IsLabelName(label.Name)))
            yield return new SpecError(path, NoName(label.Name));
        foreach (var twice in labels.GroupBy(label => label.Name).Where(same => same.Count() > 1))
            yield return new SpecError(path, $"label '{twice.Key}' is given {twice.Count()} times; an alert has each label once");
    }

    private static IEnumerable<SpecError> CheckExpression(AlertMatchExpression expression, string path)
    {
        if (!PromQlText.IsLabelName(expression.Key)) yield return new SpecError($"{path}.key", NoName(expression.Key));
        var takesValues = expression.Operator is not (AlertMatchOperator.Exists or AlertMatchOperator.DoesNotExist);
        if (takesValues && expression.Values.Count == 0)
            yield return new SpecError($"{path}.values", $"it is empty; {expression.Operator} needs at least one value");
        if (!takesValues && expression.Values.Count > 0)
            yield return new SpecError($"{path}.values", $"it has {expression.Values.Count} values; {expression.Operator} takes none");
        if (expression.Values.Count > MostValues)
            yield return new SpecError($"{path}.values", $"it has {expression.Values.Count} values; allowed are {MostValues}");
        for (var v = 0; v < expression.Values.Count; v++)
        {
            if (expression.ProblemOf(v) is { } problem) yield return new SpecError($"{path}.values[{v}]", problem);
        }
    }

    private static IEnumerable<SpecError> CheckIdentity(EquatableArray<string> names, string path)
    {
        if (names.Count > MostLabels) yield return new SpecError(path, $"it has {names.Count} names; allowed are {MostLabels}");
        for (var n = 0; n < names.Count; n++)
        {
            if (!PromQlText.IsLabelName(names[n])) yield return new SpecError($"{path}[{n}]", NoName(names[n]));
            else if (names.Take(n).Contains(names[n])) yield return new SpecError($"{path}[{n}]", $"'{names[n]}' is named twice");
        }
    }

    private static bool Selects(AlertRule rule) => rule.MatchLabels.Count + rule.MatchExpressions.Count > 0;

    private static bool IsSame(AlertRule rule, AlertRule other) =>
        rule.MatchLabels.ToHashSet().SetEquals(other.MatchLabels) && rule.MatchExpressions.ToHashSet().SetEquals(other.MatchExpressions);

    private static string NoName(string name) =>
        $"'{name}' is no name of a label; a name has letters, digits and underscores, and begins with no digit";
}
