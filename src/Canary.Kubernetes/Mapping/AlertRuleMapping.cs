using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>An entry of <c>spec.alerts</c>.</summary>
internal static class AlertRuleMapping
{
    public static AlertRule Read(FieldReader alert)
    {
        var labels = alert.Child("matchLabels");
        if (alert.IsPresent && !alert.Has("matchLabels") && !alert.Has("matchExpressions"))
            alert.Fail("matchLabels", "it is missing, and so is matchExpressions; give at least one label");
        return new AlertRule(
            labels.Keys.Order(StringComparer.Ordinal).Select(name => new Label(name, labels.Text(name) ?? "")).ToEquatableArray(),
            alert.Name<AlertAction>("action") ?? AlertAction.Abort,
            alert.Flag("includeExisting", false))
        {
            MatchExpressions = alert.Items("matchExpressions").Select(ReadExpression).ToEquatableArray(),
            IdentityLabels = alert.Texts("identityLabels").ToEquatableArray(),
        };
    }

    public static JsonNode Write(AlertRule alert) => new JsonObject()
        .Put("matchLabels", alert.MatchLabels.Count == 0 ? null
            : new JsonObject(alert.MatchLabels.Select(label => KeyValuePair.Create(label.Name, (JsonNode?)label.Value))))
        .PutList("matchExpressions", alert.MatchExpressions, WriteExpression)
        .Put("action", FieldReader.Camel(alert.Action.ToString()))
        .PutFlag("includeExisting", alert.IncludeExisting)
        .PutList("identityLabels", alert.IdentityLabels, name => name);

    private static AlertMatchExpression ReadExpression(FieldReader expression)
    {
        var comparison = ReadOperator(expression);
        return new AlertMatchExpression(expression.RequiredText("key", "the name of a label is needed"), comparison,
            expression.Texts("values").ToEquatableArray());
    }

    // As Kubernetes writes them: with a capital, and in no other way.
    private static AlertMatchOperator ReadOperator(FieldReader expression)
    {
        var text = expression.RequiredText("operator", $"one of {string.Join(", ", Enum.GetNames<AlertMatchOperator>())} is needed");
        foreach (var value in Enum.GetValues<AlertMatchOperator>())
        {
            if (value.ToString() == text) return value;
        }

        if (text.Length > 0)
            expression.Fail("operator", $"it is '{text}'; allowed are {string.Join(", ", Enum.GetNames<AlertMatchOperator>())}");
        return AlertMatchOperator.Exists;
    }

    private static JsonObject WriteExpression(AlertMatchExpression expression) =>
        new JsonObject { ["key"] = expression.Key, ["operator"] = expression.Operator.ToString() }
        .PutList("values", expression.Values, value => value);
}
