using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>Whether an applied configuration fits the types of its schema. Nothing is pruned here: an unknown field is an error.</summary>
internal static class TypedCheck
{
    /// <summary>The errors as one text; null where there is none.</summary>
    public static string? Check(JsonObject applied, SchemaNode schema)
    {
        var errors = new List<string>();
        Walk(applied, schema, "", errors);
        return errors.Count switch
        {
            0 => null,
            1 => errors[0],
            _ => "errors:\n" + string.Join('\n', errors.Select(error => "  " + error)),
        };
    }

    private static void Walk(JsonNode? value, SchemaNode? schema, string path, List<string> errors)
    {
        if (value is null || schema is null)
            return;
        if (schema.IsArray)
            List(value, schema, path, errors);
        else if (schema.IsObject)
            Object(value, schema, path, errors);
        else if (!schema.PreservesUnknown && Scalar(value, schema) is { } wrong)
            errors.Add($"{path}: {wrong}");
    }

    private static void Object(JsonNode value, SchemaNode schema, string path, List<string> errors)
    {
        if (value is not JsonObject members)
        {
            errors.Add($"{path}: expected map, got &{{{GoFormat.Plain(value)}}}");
            return;
        }

        foreach (var (name, member) in members)
            if (schema.Member(name) is { } inner)
                Walk(member, inner, $"{path}.{name}", errors);
            else if (!schema.PreservesUnknown)
                errors.Add($"{path}.{name}: field not declared in schema");
    }

    private static void List(JsonNode value, SchemaNode schema, string path, List<string> errors)
    {
        if (value is not JsonArray items)
        {
            errors.Add($"{path}: expected list, got &{{{GoFormat.Plain(value)}}}");
            return;
        }

        var seen = new HashSet<PathElement>();
        for (var i = 0; i < items.Count; i++)
        {
            var at = $"[{i.ToString(CultureInfo.InvariantCulture)}]";
            if (schema.List != ListKind.Atomic)
            {
                if (TypedTree.StepTo(items[i], schema) is not { } step)
                {
                    errors.Add($"{path}: element {i.ToString(CultureInfo.InvariantCulture)}: {WhyNoStep(items[i], schema)}");
                    continue;
                }

                at = step.Shown;
                if (!seen.Add(step))
                    errors.Add($"{path}: duplicate entries for key {at}");
            }

            Walk(items[i], schema.Items, path + at, errors);
        }
    }

    private static string WhyNoStep(JsonNode? item, SchemaNode list) => (list.List, item) switch
    {
        (ListKind.Map, null) => "associative list with keys may not have a null element",
        (ListKind.Map, JsonObject) =>
            $"associative list with keys has an element that omits key "
                + $"field {GoFormat.Quoted(list.ListKeys.First(key => ListRules.Key(item, key, list) is null))} (and doesn't have default "
                + "value)",
        (ListKind.Map, _) => "associative list with keys may not have non-map elements",
        (_, JsonObject) => "associative list without keys has an element that's a map type",
        _ => "not supported: associative list with lists as elements",
    };

    private static string? Scalar(JsonNode value, SchemaNode schema)
    {
        var kind = value is JsonValue ? value.GetValueKind() : JsonValueKind.Object;
        return schema.Type switch
        {
            "integer" or "number" => kind == JsonValueKind.Number ? null : $"expected numeric (int or float), got {GoFormat.GoType(value)}",
            "string" =>
                kind == JsonValueKind.String ? null : $"expected string, got &value.valueUnstructured{{Value:{GoFormat.Value(value)}}}",
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False ? null : $"expected boolean, got &{{{GoFormat.Plain(value)}}}",
            _ => value is JsonValue ? null : $"expected scalar, got {GoFormat.GoType(value)}",
        };
    }
}
