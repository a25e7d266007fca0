using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>Fills in defaults and removes nulls that the schema does not allow.</summary>
/// <remarks>
/// null is kept where it is allowed (and then not defaulted), replaced by the default where there is one, and dropped otherwise.
/// Inside a list it stays and is an error of validation.
/// </remarks>
internal static class SchemaDefaults
{
    public static void Fill(JsonNode? node, SchemaNode schema)
    {
        Default(node, schema);
        DropNulls(node, schema);
    }

    private static void Default(JsonNode? node, SchemaNode? schema)
    {
        if (schema is null)
            return;
        if (node is JsonObject members)
        {
            foreach (var (name, property) in schema.Properties)
                if (property.HasDefault && (!members.TryGetPropertyValue(name, out var value) || IsForbiddenNull(value, property)))
                    members[name] = property.Default?.DeepClone();
            foreach (var name in Names(members))
            {
                var member = schema.Member(name);
                if (member is not null && member.HasDefault && IsForbiddenNull(members[name], member))
                    members[name] = member.Default?.DeepClone();
                Default(members[name], member);
            }
        }
        else if (node is JsonArray items && schema.Items is { } element)
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (element.HasDefault && IsForbiddenNull(items[i], element))
                    items[i] = element.Default?.DeepClone();
                Default(items[i], element);
            }
        }
    }

    private static void DropNulls(JsonNode? node, SchemaNode? schema)
    {
        if (schema is null)
            return;
        if (node is JsonObject members)
            foreach (var name in Names(members))
            {
                var member = schema.Member(name);
                if (member is not null && IsForbiddenNull(members[name], member))
                    members.Remove(name);
                else
                    DropNulls(members[name], member);
            }
        else if (node is JsonArray items)
            foreach (var item in items)
                DropNulls(item, schema.Items);
    }

    private static bool IsForbiddenNull(JsonNode? value, SchemaNode schema) => value is null && !schema.Nullable;

    private static List<string> Names(JsonObject members) => [.. members.Select(member => member.Key)];
}
