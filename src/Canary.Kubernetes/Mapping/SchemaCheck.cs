using System;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;

namespace Canary.Kubernetes.Mapping;

/// <summary>Checks a document against a schema without an API server: what that would refuse, and the unknown fields that it would
/// drop.</summary>
internal static class SchemaCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    /// <param name="schema">What is allowed.</param>
    /// <param name="node">What was found.</param>
    /// <param name="path">Its field; empty for the document.</param>
    /// <param name="report">Told each field and what is wrong with it.</param>
    public static void Check(Schema schema, JsonNode? node, string path, Action<string, string> report)
    {
        if (node is null) return; // The server drops a null that is not allowed, or puts the default in its place.
        if (WrongType(schema.Type, node) is { } needed)
        {
            report(path, $"it is {Found(node)}; {needed} is needed");
            return;
        }

        switch (node)
        {
            case JsonObject map:
                CheckObject(schema, map, path, report);
                break;
            case JsonArray list:
                CheckList(schema, list, path, report);
                break;
            default:
                CheckScalar(schema, node, path, report);
                break;
        }
    }

    private static string? WrongType(SchemaType type, JsonNode node)
    {
        var kind = node.GetValueKind();
        var isWhole = Json.Whole(node) is not null;
        return type switch
        {
            SchemaType.Object => kind is JsonValueKind.Object ? null : "an object",
            SchemaType.Array => kind is JsonValueKind.Array ? null : "a list",
            SchemaType.String => kind is JsonValueKind.String ? null : "a string",
            SchemaType.Integer => isWhole ? null : "a whole number",
            SchemaType.Number => kind is JsonValueKind.Number ? null : "a number",
            SchemaType.Boolean => kind is JsonValueKind.True or JsonValueKind.False ? null : "true or false",
            SchemaType.IntOrString => isWhole || kind is JsonValueKind.String ? null : "a whole number or a string",
            SchemaType.NumberOrString => kind is JsonValueKind.Number or JsonValueKind.String ? null : "a number or a string",
        };
    }

    private static void CheckObject(Schema schema, JsonObject map, string path, Action<string, string> report)
    {
        string At(string key) => path.Length == 0 ? key : $"{path}.{key}";
        foreach (var property in schema.Properties.Where(property => property.IsRequired && !map.ContainsKey(property.Name)))
            report(At(property.Name), $"it is missing; {property.Schema.Description}");
        foreach (var (key, value) in map)
        {
            if (schema.Properties.FirstOrDefault(property => property.Name == key) is { } property)
                Check(property.Schema, value, At(key), report);
            else if (schema.Values is not null) Check(schema.Values, value, At(key), report);
            else if (schema.Properties.Count > 0)
                report(At(key), $"there is no such field; allowed are {string.Join(", ", schema.Properties.Select(one => one.Name))}");
        }

        if (map.Count < schema.MinProperties || map.Count > schema.MaxProperties)
        {
            report(path, schema is { MinProperties: 1, MaxProperties: 1 }
                ? $"it has {(map.Count == 0 ? "none" : string.Join(" and ", map.Select(entry => entry.Key)))}; exactly one "
                    + $"of {string.Join(", ", schema.Properties.Select(one => one.Name))} is allowed"
                : $"it has {map.Count} fields; {schema.MinProperties ?? 0} to {schema.MaxProperties} are allowed");
        }
    }

    private static void CheckList(Schema schema, JsonArray list, string path, Action<string, string> report)
    {
        if (list.Count < schema.MinItems) report(path, $"it has {list.Count} members; at least {schema.MinItems} are needed");
        if (list.Count > schema.MaxItems) report(path, $"it has {list.Count} members; at most {schema.MaxItems} are allowed");
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is null) report($"{path}[{index}]", "it is null; a value is needed");
            if (schema.Items is not null) Check(schema.Items, list[index], $"{path}[{index}]", report);
        }

        if (schema.Keys.Count == 0) return;
        foreach (var twice in Enumerable.Range(0, list.Count)
            .GroupBy(index => string.Join('/', schema.Keys.Select(key => Json.Text(list[index], key)))).Where(group => group.Count() > 1))
        {
            if (twice.Key.Length > 0)
                report($"{path}[{twice.Last()}].{schema.Keys[0]}", $"'{twice.Key}' stands there twice; each is allowed once");
        }
    }

    private static void CheckScalar(Schema schema, JsonNode node, string path, Action<string, string> report)
    {
        if (Json.Text(node) is { } text)
        {
            if (schema.Choices.Count > 0 && !schema.Choices.Contains(text))
                report(path, $"it is '{text}'; allowed are {string.Join(", ", schema.Choices)}");
            if (text.Length < schema.MinLength) report(path, "it is empty; a value is needed");
            else if (text.Length > schema.MaxLength)
                report(path, $"it has {text.Length} characters; at most {schema.MaxLength} are allowed");
            else if (schema.Pattern is not null && !Regex.IsMatch(text, schema.Pattern, RegexOptions.None, Patience))
                report(path, WrongPattern(schema, text));
            if (schema.Format == "date-time" && !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, out _))
                report(path, $"it is '{text}'; a time such as 2026-01-31T12:00:00Z is needed");
        }
        else if (node.GetValueKind() is JsonValueKind.Number
            && decimal.TryParse(node.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            if (number < schema.Minimum || number > schema.Maximum) report(path, $"it is {node.ToJsonString()}; {Range(schema)}");
        }
    }

    private static string Range(Schema schema) => (schema.Minimum, schema.Maximum) switch
    {
        ({ } low, { } high) => $"{low} to {high} is allowed",
        ({ } low, null) => $"at least {low} is needed",
        (_, var high) => $"at most {high} is allowed",
    };

    private static string WrongPattern(Schema schema, string text) => schema.Pattern!.Contains("(ns|us|", StringComparison.Ordinal)
        ? $"it is '{text}'; a duration such as 90s, 2m30s or whole seconds is needed"
        : $"it is '{text}'; it must match {schema.Pattern}";

    private static string Found(JsonNode node) => node switch
    {
        JsonObject => "an object",
        JsonArray => "a list",
        _ => node.ToJsonString(),
    };
}
