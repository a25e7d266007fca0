using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Definitions;

/// <summary>Inside alternatives a structural schema says what values must hold, and nothing about what they are.</summary>
internal static class NestedRules
{
    private static readonly (string Keyword, string Reason)[] Forbidden =
    [
        ("type", "must be empty to be structural"), ("additionalProperties", "must be undefined to be structural"),
        ("default", "must be undefined to be structural"),
        ("title", "must be empty to be structural"), ("description", "must be empty to be structural"),
        ("nullable", "must be false to be structural"),
        ("x-kubernetes-preserve-unknown-fields", "must be false to be structural"),
        ("x-kubernetes-embedded-resource", "must be false to be structural"),
        ("x-kubernetes-int-or-string", "must be false to be structural"), ("x-kubernetes-list-map-keys", "must be empty to be structural"),
        ("x-kubernetes-list-type", "must be undefined to be structural"), ("x-kubernetes-map-type", "must be undefined to be structural"),
        ("x-kubernetes-validations", "must be empty to be structural"),
    ];

    /// <summary>Checks the alternatives of one schema.</summary>
    public static void Check(JsonObject schema, string path, List<FieldError> errors)
    {
        // The two ways in which an int-or-string may say its types.
        var isOne = schema.Member("x-kubernetes-int-or-string").IsTrue();
        var skipsAny = isOne && IsIntOrString(schema.Member("anyOf"));
        var skipsFirst = isOne && IsIntOrString((schema.Member("allOf") as JsonArray)?.FirstOrDefault().Member("anyOf"));
        Parts(schema, path, skipsAny, skipsFirst, errors);
    }

    private static void Parts(JsonObject schema, string path, bool skipsAny, bool skipsFirst, List<FieldError> errors)
    {
        foreach (var keyword in (string[])["allOf", "anyOf", "oneOf"])
        {
            var list = schema.Member(keyword) as JsonArray ?? [];
            for (var i = 0; i < list.Count; i++)
                if (list[i] is JsonObject part)
                    Walk(part, $"{path}.{keyword}[{i}]", skipsType: keyword == "anyOf" && skipsAny, skipsAny: keyword == "allOf" && i == 0
                        && skipsFirst, errors);
        }

        if (schema.Member("not") is JsonObject not)
            Walk(not, $"{path}.not", skipsType: false, skipsAny: false, errors);
    }

    private static void Walk(JsonObject schema, string path, bool skipsType, bool skipsAny, List<FieldError> errors)
    {
        foreach (var (keyword, reason) in Forbidden)
            if (schema.Member(keyword) is { } value
                && !(value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.False
                    && keyword != "additionalProperties") && !(skipsType && keyword == "type"))
                errors.Add(FieldError.Forbidden($"{path}.{keyword}", reason));
        if (schema.At("properties", "metadata") is not null)
            errors.Add(FieldError.Forbidden($"{path}.properties[metadata]", "must not be specified in a nested context"));
        foreach (var (name, property) in schema.Member("properties") as JsonObject ?? [])
            if (property is JsonObject inner)
                Walk(inner, $"{path}.properties[{name}]", skipsType: false, skipsAny: false, errors);
        if (schema.Member("items") is JsonObject items)
            Walk(items, $"{path}.items", skipsType: false, skipsAny: false, errors);
        Parts(schema, path, skipsAny, skipsFirst: false, errors);
    }

    private static bool IsIntOrString(JsonNode? anyOf) =>
        anyOf is JsonArray { Count: 2 } parts && parts[0].Member("type").Text() == "integer" && parts[1].Member("type").Text() == "string";
}
