using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Rules;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>The CEL rules of a definition compile, and cost no more than the API server allows.</summary>
internal static class ExpressionRules
{
    private static readonly string[] Reasons = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

    /// <param name="isSound">Nothing else is wrong with the schema: otherwise what it says about the rules could not be relied on.</param>
    public static void Check(JsonObject schema, SchemaPlace place, List<FieldError> errors, RuleCosts costs, bool isSound)
    {
        var rules = CelRule.Read(schema);
        if (rules.Count == 0)
            return;
        var before = errors.Count;
        for (var i = 0; i < rules.Count; i++)
            Written(rules[i], schema, $"{place.Path}.x-kubernetes-validations[{i}]", errors);
        if (!isSound || errors.Count > before)
            return;
        var node = SchemaReader.Read(schema);
        if (SchemaTypes.Derive(node, place.IsRoot) is not { } type)
        {
            errors.Add(FieldError.Invalid(place.Path, "\"\"", "x-kubernetes-validations need a schema with a type"));
            return;
        }

        var values = place.MostValues ?? SchemaTypes.MostValues(type.LeastBytes);
        for (var i = 0; i < rules.Count; i++)
            Compiled(CompiledRule.Compile(rules[i], type), place, $"{place.Path}.x-kubernetes-validations[{i}]", values, errors, costs);
    }

    private static void Written(CelRule rule, JsonObject schema, string path, List<FieldError> errors)
    {
        if (rule.Rule.Trim().Length == 0)
            errors.Add(FieldError.Required($"{path}.rule", "rule is not specified"));
        var message = rule.Message.Trim();
        if (rule.Message.Length > 0 && message.Length == 0)
            errors.Add(FieldError.Invalid($"{path}.message", GoFormat.Quoted(rule.Message), "message must be non-empty if specified"));
        else if (HasLines(message))
            errors.Add(FieldError.Invalid($"{path}.message", GoFormat.Quoted(rule.Message), "message must not contain line breaks"));
        else if (HasLines(rule.Rule.Trim()) && message.Length == 0)
            errors.Add(FieldError.Required($"{path}.message", "message must be specified if rule contains line breaks"));
        if (rule.MessageExpression.Length > 0 && rule.MessageExpression.Trim().Length == 0)
            errors.Add(FieldError.Required($"{path}.messageExpression", "messageExpression must be non-empty if specified"));
        if (rule.Reason is not null && !Reasons.Contains(rule.Reason))
            errors.Add(FieldError.NotSupported($"{path}.reason", GoFormat.Quoted(rule.Reason),
                string.Join(", ", Reasons.Select(GoFormat.Quoted))));
        if (rule.FieldPath.Length > 0 && rule.FieldPath.Trim().Length == 0)
            errors.Add(
                FieldError.Invalid($"{path}.fieldPath", GoFormat.Quoted(rule.FieldPath), "fieldPath must be non-empty if specified"));
        else if (HasLines(rule.FieldPath))
            errors.Add(FieldError.Invalid($"{path}.fieldPath", GoFormat.Quoted(rule.FieldPath), "fieldPath must not contain line breaks"));
        else if (rule.FieldPath.Length > 0 && FieldPaths.Find(schema, rule.FieldPath.Trim()).Error is { } wrong)
            errors.Add(
                FieldError.Invalid($"{path}.fieldPath", GoFormat.Quoted(rule.FieldPath), $"fieldPath must be a valid path: {wrong}"));
    }

    private static void Compiled(CompiledRule rule, SchemaPlace place, string path, double values, List<FieldError> errors, RuleCosts costs)
    {
        if (rule.Error is not null)
            errors.Add(FieldError.Invalid($"{path}.rule", rule.Rule.Shown, rule.Error));
        else
            Cost(rule.Test!.MostCost * values, $"{path}.rule", "estimated rule cost", errors, costs);
        if (rule.MessageError is not null)
            errors.Add(FieldError.Invalid($"{path}.messageExpression", rule.Rule.Shown, rule.MessageError));
        else if (rule.Message is not null)
            Cost(rule.Message.MostCost * values, $"{path}.messageExpression", "estimated messageExpression cost", errors, costs);
        if (rule.IsTransition && place.WithoutPast is { } list)
            errors.Add(FieldError.Invalid($"{path}.rule", GoFormat.Quoted(rule.Rule.Rule),
                $"oldSelf cannot be used on the uncorrelatable portion of the schema within {list}"));
        if (rule.Error is null && !rule.IsTransition && rule.Rule.OptionalOldSelf is { } optional)
            errors.Add(FieldError.Invalid($"{path}.optionalOldSelf", optional ? "true"
                : "false", "may not be set if oldSelf is not used in rule"));
    }

    private static void Cost(double cost, string path, string what, List<FieldError> errors, RuleCosts costs)
    {
        if (cost > RuleCosts.MostOfRule)
            errors.Add(FieldError.Forbidden(path, RuleCosts.Exceeded(what, cost, RuleCosts.MostOfRule)));
        costs.Add(path, cost);
    }

    private static bool HasLines(string text) => text.Contains('\n') || text.Contains('\r');
}
