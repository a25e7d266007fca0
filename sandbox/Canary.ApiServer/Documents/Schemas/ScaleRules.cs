using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>The number of replicas that a scale subresource points at.</summary>
internal static class ScaleRules
{
    /// <param name="obj">The object.</param>
    /// <param name="path">Path as the definition gives it, with a leading dot; it stands in the errors as it is.</param>
    public static IReadOnlyList<FieldError> Check(JsonObject obj, string path)
    {
        JsonNode? node = obj;
        foreach (var name in path.Split('.').Skip(1))
        {
            if (node is not JsonObject members)
                return [Accessor(path, node, "map[string]interface{}")];
            if (!members.TryGetPropertyValue(name, out node))
                return [];
        }

        if (node.Whole() is not { } replicas)
            return [Accessor(path, node, "int64")];
        if (replicas < 0)
            return [FieldError.Invalid(path, GoFormat.Value(node), "should be a non-negative integer")];
        return replicas > int.MaxValue ? [FieldError.Invalid(path, GoFormat.Value(node), $"should be less than or equal to {int.MaxValue}")]
            : [];
    }

    private static FieldError Accessor(string path, JsonNode? node, string wanted) =>
        FieldError.Invalid(path, "0",
            $"{path} accessor error: {GoFormat.Plain(node)} is of the type {GoFormat.GoType(node)}, expected {wanted}");
}
