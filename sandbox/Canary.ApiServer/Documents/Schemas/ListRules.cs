using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>Elements of sets and keys of maps are unique.</summary>
internal static class ListRules
{
    public static IReadOnlyList<FieldError> Check(JsonNode? document, SchemaNode schema)
    {
        var errors = new List<FieldError>();
        Walk(document, schema, "", errors);
        return errors;
    }

    public static bool SameKeys(JsonNode? left, JsonNode? right, SchemaNode list) =>
        left is JsonObject && right is JsonObject
        && list.ListKeys.All(key => JsonNode.DeepEquals(Key(left, key, list), Key(right, key, list)));

    /// <summary>Value of a key of an element, or the default that the schema gives the key.</summary>
    public static JsonNode? Key(JsonNode? item, string key, SchemaNode list) =>
        item.Member(key) ?? (list.Items is { } element && element.Properties.TryGetValue(key, out var property) ? property.Default : null);

    private static void Walk(JsonNode? node, SchemaNode? schema, string path, List<FieldError> errors)
    {
        if (schema is null)
            return;
        if (node is JsonObject members)
            foreach (var (name, value) in members)
                Walk(value, schema.Member(name), path.Length == 0 ? name : $"{path}.{name}", errors);
        if (node is not JsonArray items)
            return;
        for (var i = 0; i < items.Count; i++)
            Walk(items[i], schema.Items, $"{path}[{i}]", errors);
        errors.AddRange(Duplicates(items, schema, path));
    }

    private static IEnumerable<FieldError> Duplicates(JsonArray items, SchemaNode schema, string path)
    {
        if (schema.List == ListKind.Atomic)
            yield break;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < items.Count; i++)
        {
            var shown = schema.List == ListKind.Set ? JsonTexts.Sorted(items[i]) : Keys(items[i], schema);
            if (!seen.Add(JsonTexts.Compact(shown)))
                yield return FieldError.Duplicate($"{path}[{i}]", GoFormat.Value(shown));
        }
    }

    private static JsonObject Keys(JsonNode? item, SchemaNode list)
    {
        var keys = new JsonObject();
        foreach (var key in list.ListKeys)
            if (item.Member(key) is { } value)
                keys[key] = value.DeepClone();
        return keys;
    }
}
