using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Documents.Rules;

/// <summary>Runs the CEL rules of a custom resource's schema on an object.</summary>
internal sealed class RuleValidation
{
    private readonly SchemaNode _root;
    private readonly Dictionary<SchemaNode, IReadOnlyList<CompiledRule>> _rules = new(ReferenceEqualityComparer.Instance);

    /// <param name="root">The schema of a resource, or of a value inside of one.</param>
    /// <param name="isResource">It is that of a resource.</param>
    public RuleValidation(SchemaNode root, bool isResource)
    {
        _root = root;
        Compile(root, isResource);
    }

    /// <param name="obj">The object, otherwise valid.</param>
    /// <param name="old">What is stored; null on creation. What did not change may go on breaking a rule that is newer than it.</param>
    public IReadOnlyList<FieldError> Check(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        Walk(obj, old, _root, "", errors);
        return errors;
    }

    /// <summary>Runs the rules on a value that is no whole object, such as a default.</summary>
    /// <param name="path">Put before each path.</param>
    public IReadOnlyList<FieldError> CheckValue(JsonNode? value, string path)
    {
        var errors = new List<FieldError>();
        Walk(value, null, _root, path, errors);
        return errors;
    }

    private void Compile(SchemaNode node, bool isResource)
    {
        if (!node.HasRules)
            return;
        if (node.Rules.Count > 0 && SchemaTypes.Derive(node, isResource) is { } type)
            _rules[node] = [.. node.Rules.Select(rule => CompiledRule.Compile(rule, type))];
        foreach (var child in node.Properties.Values.Append(node.Values).Append(node.Items))
        {
            if (child is not null)
                Compile(child, child.EmbeddedResource);
        }
    }

    private void Walk(JsonNode? node, JsonNode? old, SchemaNode schema, string path, List<FieldError> errors)
    {
        if (node is null || !schema.HasRules)
            return;
        foreach (var rule in _rules.GetValueOrDefault(schema, []))
            Run(rule, node, old, schema, path, errors);
        if (node is JsonObject members)
        {
            // In an atomic map a member has no past of its own.
            var before = schema.AtomicObject ? null : old;
            foreach (var (name, value) in members)
            {
                if (schema.Properties.TryGetValue(name, out var property))
                    Walk(value, before.Member(name), property, path.Length == 0 ? name : $"{path}.{name}", errors);
                else if (schema.Values is { } values)
                    Walk(value, before.Member(name), values, $"{path}[{name}]", errors);
            }
        }
        else if (node is JsonArray items && schema.Items is { } element)
        {
            for (var i = 0; i < items.Count; i++)
                Walk(items[i], Before(items[i], old, schema), element, $"{path}[{i}]", errors);
        }
    }

    private static JsonNode? Before(JsonNode? item, JsonNode? old, SchemaNode list) =>
        list.List == ListKind.Map && old is JsonArray before ? before.FirstOrDefault(candidate => ListRules.SameKeys(item, candidate, list))
        : null;

    private static void Run(CompiledRule rule, JsonNode node, JsonNode? old, SchemaNode schema, string path, List<FieldError> errors)
    {
        if (rule.Test is null || (rule.IsTransition && old is null && rule.Rule.OptionalOldSelf != true))
            return;
        if (!rule.IsTransition && old is not null && JsonNode.DeepEquals(node, old))
            return;
        var variables = new Dictionary<string, Func<object?>>(StringComparer.Ordinal)
        {
            ["self"] = () => JsonValues.Read(node, rule.Type),
            ["oldSelf"] = () => rule.Rule.OptionalOldSelf != true
                ? JsonValues.Read(old, rule.Type)
                : old is null ? OptionalValue.None : OptionalValue.Of(JsonValues.Read(old, rule.Type)),
        };
        var (value, error) = rule.Test.Evaluate(variables);
        if (value is true)
            return;
        var text = rule.Rule.Message.Trim().Length > 0 ? rule.Rule.Message.Trim() : null;
        if (error is not null)
        {
            errors.Add(FieldError.Invalid(path.Length == 0 ? "<nil>"
                : path, GoFormat.Quoted(schema.Type ?? ""), $"{error} evaluating rule: {text ?? rule.Rule.Rule.Trim()}"));
            return;
        }

        text = Told(rule, variables) ?? text ?? $"failed rule: {rule.Rule.Rule.Trim()}";
        errors.Add(Error(At(path, rule.Rule.FieldPath.Trim()), rule.Rule.Reason, GoFormat.Quoted(schema.Type ?? ""), text));
    }

    private static string? Told(CompiledRule rule, Dictionary<string, Func<object?>> variables) =>
        rule.Message?.Evaluate(variables).Value is string told && told.Trim() is { Length: > 0 } text && !text.Contains('\n')
        && !text.Contains('\r') ? text : null;

    private static string At(string path, string fieldPath)
    {
        var below = path.Length == 0 && fieldPath.StartsWith('.') ? fieldPath[1..] : fieldPath;
        return path.Length + below.Length == 0 ? "<nil>"
            : path + below.Replace("['", "[", StringComparison.Ordinal).Replace("']", "]", StringComparison.Ordinal);
    }

    private static FieldError Error(string path, string? reason, string shown, string text) => reason switch
    {
        "FieldValueRequired" => FieldError.Required(path, text),
        "FieldValueForbidden" => FieldError.Forbidden(path, text),
        "FieldValueDuplicate" => new FieldError(path, "FieldValueDuplicate", $"Duplicate value: {shown}: {text}"),
        _ => FieldError.Invalid(path, shown, text),
    };
}
