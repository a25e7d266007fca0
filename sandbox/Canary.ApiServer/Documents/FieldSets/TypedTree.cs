using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Schemas;

namespace Canary.ApiServer.Documents.FieldSets;

/// <summary>How a schema cuts a document into fields that have owners.</summary>
internal static class TypedTree
{
    /// <summary>True where the value is owned as one: scalars, atomic lists and objects. Without a schema lists are atomic and objects are
    /// not.</summary>
    public static bool IsLeaf(JsonNode? value, SchemaNode? schema) => value switch
    {
        JsonObject => schema is { AtomicObject: true },
        JsonArray => schema is null || schema.List == ListKind.Atomic,
        _ => true,
    };

    /// <summary>The elements of a list with the steps that lead to them; of two with the same step the first counts.</summary>
    public static List<(PathElement Step, JsonNode? Item)> Elements(JsonArray? items, SchemaNode? schema)
    {
        var elements = new List<(PathElement, JsonNode?)>();
        var seen = new HashSet<PathElement>();
        foreach (var item in items ?? [])
            if (StepTo(item, schema) is { } step && seen.Add(step))
                elements.Add((step, item));
        return elements;
    }

    /// <summary>The step to an element of a set or of a map; null where a key is missing or the element is of the wrong kind.</summary>
    public static PathElement? StepTo(JsonNode? item, SchemaNode? list)
    {
        if (list is not { List: ListKind.Map })
            return item is JsonObject or JsonArray ? null : PathElement.Value(item);
        if (item is not JsonObject)
            return null;
        var keys = new JsonObject();
        foreach (var key in list.ListKeys)
            if (ListRules.Key(item, key, list) is { } value)
                keys[key] = value.DeepClone();
            else
                return null;
        return PathElement.Key(keys);
    }

    /// <summary>All fields of a document that somebody who sends it owns.</summary>
    public static FieldSet Fields(JsonNode? value, SchemaNode? schema)
    {
        var fields = new FieldSet();
        switch (value)
        {
            case JsonObject members:
                foreach (var (name, member) in members)
                {
                    var element = PathElement.Field(name);
                    var inner = schema?.Member(name);
                    if (IsLeaf(member, inner) || member is JsonObject { Count: 0 } || schema?.Properties.ContainsKey(name) != true)
                        fields.Insert(element);
                    if (!IsLeaf(member, inner))
                        fields.Attach(element, Fields(member, inner));
                }

                break;
            case JsonArray items:
                foreach (var (step, item) in Elements(items, schema))
                {
                    fields.Insert(step);
                    if (!IsLeaf(item, schema?.Items))
                        fields.Attach(step, Fields(item, schema?.Items));
                }

                break;
        }

        return fields;
    }

    /// <summary>The document without the fields of a set; null where nothing is left of an object or a list.</summary>
    public static JsonNode? Remove(JsonNode? value, FieldSet removed, SchemaNode? schema)
    {
        if (IsLeaf(value, schema))
            return value?.DeepClone();
        switch (value)
        {
            case JsonObject members:
                var kept = new JsonObject();
                foreach (var (name, member) in members)
                {
                    var element = PathElement.Field(name);
                    if (!removed.Members.Contains(element))
                        kept[name] = removed.Under(element) is { } below ? Remove(member, below, schema?.Member(name))
                            : member?.DeepClone();
                }

                return kept.Count > 0 || members.Count == 0 ? kept : null;
            case JsonArray items:
                var left = new JsonArray();
                foreach (var item in items)
                {
                    var element = StepTo(item, schema);
                    if (element is null || !removed.Members.Contains(element))
                        left.Add(element is not null && removed.Under(element) is { } below ? Remove(item, below, schema?.Items)
                            : item?.DeepClone());
                }

                return left.Count > 0 || items.Count == 0 ? left : null;
            default:
                return value?.DeepClone();
        }
    }
}
