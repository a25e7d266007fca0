using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>The schemas inside a CustomResourceDefinition as they are decoded: values of a wrong type, words that are no keywords, and
/// empty members that are left out.</summary>
internal static class SchemaReading
{
    private static readonly string[] RuleFields = ["rule", "message", "messageExpression", "reason", "fieldPath", "optionalOldSelf"];

    /// <summary>Words that are no keywords, as <c>spec.versions[0].schema.openAPIV3Schema.properties.spec.x-my-keyword</c>.</summary>
    public static IReadOnlyList<string> UnknownFields(JsonObject definition)
    {
        var found = new List<string>();
        foreach (var (schema, path) in Schemas(definition))
            Walk(schema, path, found.Add, isCleaned: false);
        return found;
    }

    /// <summary>Removes what is unknown, and what is empty, as it is not written again.</summary>
    public static void Clean(JsonObject definition)
    {
        foreach (var (schema, path) in Schemas(definition))
            Walk(schema, path, _ => { }, isCleaned: true);
    }

    /// <summary>The first value of a wrong type in the words of Go's decoder; null where there is none.</summary>
    public static string? DecodingError(JsonObject definition) =>
        Schemas(definition).Select(one => Wrong(one.Schema, "spec.versions.schema.openAPIV3Schema"))
        .FirstOrDefault(error => error is not null);

    private static IEnumerable<(JsonObject Schema, string Path)> Schemas(JsonObject definition)
    {
        var versions = definition.At("spec", "versions") as JsonArray ?? [];
        for (var i = 0; i < versions.Count; i++)
            if (versions[i].At("schema", "openAPIV3Schema") is JsonObject schema)
                yield return (schema, $"spec.versions[{i}].schema.openAPIV3Schema");
    }

    private static void Walk(JsonObject schema, string path, Action<string> tell, bool isCleaned)
    {
        foreach (var (name, value) in schema.ToList())
        {
            if (SchemaField.Find(name) is not { } field)
            {
                tell($"{path}.{name}");
                if (isCleaned)
                    schema.Remove(name);
                continue;
            }

            foreach (var (inner, below) in Inner(field, value, $"{path}.{name}"))
                Walk(inner, below, tell, isCleaned);
            if (field.Name == "x-kubernetes-validations" && value is JsonArray rules)
                Rules(rules, $"{path}.{name}", tell, isCleaned);
            if (isCleaned && IsEmpty(field, schema[name]))
                schema.Remove(name);
        }
    }

    private static void Rules(JsonArray rules, string path, Action<string> tell, bool isCleaned)
    {
        for (var i = 0; i < rules.Count; i++)
            foreach (var name in (rules[i] as JsonObject ?? []).Select(member => member.Key).Except(RuleFields).ToList())
            {
                tell($"{path}[{i}].{name}");
                if (isCleaned)
                    ((JsonObject)rules[i]!).Remove(name);
            }
    }

    private static IEnumerable<(JsonObject Schema, string Path)> Inner(SchemaField field, JsonNode? value, string path) => value switch
    {
        JsonObject members when field.IsMap =>
            members.Where(member => member.Value is JsonObject).Select(member => ((JsonObject)member.Value!, $"{path}.{member.Key}")),
        JsonObject schema when field.Kind.Contains("JSONSchemaProps", StringComparison.Ordinal) => [(schema, path)],
        JsonArray schemas when field.Kind.Contains("JSONSchemaProps", StringComparison.Ordinal) =>
            schemas.Select((schema, i) => (Schema: schema as JsonObject, Path: $"{path}[{i}]")).Where(one => one.Schema is not null)
            .Select(one => (one.Schema!, one.Path)),
        _ => [],
    };

    private static bool IsEmpty(SchemaField field, JsonNode? value) => value switch
    {
        null => true,
        JsonArray { Count: 0 } => true,
        JsonObject { Count: 0 } => field.IsMap,
        JsonValue when !field.IsPointer => value.Text() == "" || value.GetValueKind() == JsonValueKind.False,
        _ => false,
    };

    private static string? Wrong(JsonObject schema, string path)
    {
        foreach (var (name, value) in schema)
        {
            if (value is null || SchemaField.Find(name) is not { } field)
                continue;
            var below = $"{path}.{name}";
            if (Expected(field.Kind, value) is { } expected)
                return $"json: cannot unmarshal {Found(value)} into Go struct field JSONSchemaProps.{below} of type {expected}";
            // A map from names to schemas is one field of the structure: the names are not in the path.
            if (Inner(field, value, below).Select(inner => Wrong(inner.Schema, below))
                .FirstOrDefault(error => error is not null) is { } error)
                return error;
        }

        return null;
    }

    private static string? Expected(string kind, JsonNode value)
    {
        var json = value.GetValueKind();
        return kind.TrimStart('*') switch
        {
            "string" => json == JsonValueKind.String ? null : "string",
            "bool" => json is JsonValueKind.True or JsonValueKind.False ? null : "bool",
            "float64" => json == JsonValueKind.Number ? null : "float64",
            "int64" => value.Whole() is not null ? null : "int64",
            "[]string" => value is JsonArray texts ? texts.All(text => text.Text() is not null) ? null : "string" : "[]string",
            "apiextensions.JSONSchemaProps" => value is JsonObject ? null : "v1.JSONSchemaProps",
            "[]apiextensions.JSONSchemaProps" =>
                value is JsonArray schemas && schemas.All(schema => schema is JsonObject) ? null : "[]v1.JSONSchemaProps",
            "[]apiextensions.JSON" => value is JsonArray ? null : "[]v1.JSON",
            "apiextensions.ValidationRules" => value is JsonArray rules && rules.All(IsRule) ? null : "v1.ValidationRules",
            "apiextensions.JSONSchemaPropsOrArray" => value is JsonObject or JsonArray ? null : "v1.JSONSchemaPropsOrArray",
            "apiextensions.JSONSchemaPropsOrBool" =>
                value is JsonObject || json is JsonValueKind.True or JsonValueKind.False ? null : "v1.JSONSchemaPropsOrBool",
            "apiextensions.JSONSchemaDependencies" => value is JsonObject ? null : "v1.JSONSchemaDependencies",
            "map[string]apiextensions.JSONSchemaProps" or "apiextensions.JSONSchemaDefinitions" =>
                value is JsonObject members && members.All(member => member.Value is null or JsonObject) ? null
                : "map[string]v1.JSONSchemaProps",
            _ => null,
        };
    }

    private static bool IsRule(JsonNode? rule) =>
        rule is JsonObject members && members.All(member => member.Value is null || member.Key switch
        {
            "optionalOldSelf" => member.Value.GetValueKind() is JsonValueKind.True or JsonValueKind.False,
            "rule" or "message" or "messageExpression" or "reason" or "fieldPath" => member.Value.Text() is not null,
            _ => true,
        });

    private static string Found(JsonNode value) => value switch
    {
        JsonObject => "object",
        JsonArray => "array",
        _ => value.GetValueKind() switch
        {
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            _ => "bool",
        },
    };
}
