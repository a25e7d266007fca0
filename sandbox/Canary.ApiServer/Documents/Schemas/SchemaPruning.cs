using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>Finds and removes members that the schema does not know.</summary>
internal static class SchemaPruning
{
    private static readonly string[] ResourceMembers = ["apiVersion", "kind", "metadata"];

    /// <summary>Paths of unknown members in the order of the document, <c>spec.steps[0].nope</c>; the document is left as it is.</summary>
    public static IReadOnlyList<string> Find(JsonObject document, SchemaNode schema)
    {
        var found = new List<string>();
        Walk(document, schema, "", found, remove: false);
        return found;
    }

    public static void Remove(JsonObject document, SchemaNode schema) => Walk(document, schema, "", [], remove: true);

    private static void Walk(JsonNode? node, SchemaNode? schema, string path, List<string> found, bool remove)
    {
        if (node is JsonArray items)
        {
            for (var i = 0; i < items.Count; i++)
                Walk(items[i], schema?.Items
                    ?? (schema is { PreservesUnknown: true } ? SchemaNode.Anything : null), $"{path}[{i}]", found, remove);
            return;
        }

        if (node is not JsonObject members || schema is { PreservesUnknown: true, Properties.Count: 0, Values: null })
            return;
        foreach (var name in members.Select(member => member.Key).ToList())
        {
            var inner = path.Length == 0 ? name : $"{path}.{name}";
            if (schema?.Member(name) is { } member)
                Walk(members[name], member, inner, found, remove);
            else if (schema is { PreservesUnknown: true }
                || (schema is { EmbeddedResource: true } && ResourceMembers.Contains(name, StringComparer.Ordinal)))
                continue;
            else
            {
                found.Add(inner);
                if (remove)
                    members.Remove(name);
            }
        }
    }
}
