using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Reading;

/// <summary>The autoscaling/v1 Scale of an object, made from it and written back into it.</summary>
internal static class ScaleDocument
{
    public static JsonObject Build(ServedResource resource, JsonObject obj)
    {
        var paths = resource.Scale!;
        var metadata = new JsonObject { ["name"] = obj.Name() };
        foreach (var member in new[] { "namespace", "uid", "resourceVersion", "creationTimestamp" })
        {
            if (obj.Child("metadata")?[member] is { } value)
                metadata[member] = value.DeepClone();
        }

        var spec = new JsonObject();
        if (At(obj, paths.SpecReplicas)?.DeepClone() is { } wanted && wanted.ToJsonString() != "0")
            spec["replicas"] = wanted;
        var status = new JsonObject { ["replicas"] = At(obj, paths.StatusReplicas)?.DeepClone() ?? 0 };
        if (Selector(obj, paths) is { Length: > 0 } selector)
            status["selector"] = selector;
        return new JsonObject
        {
            ["kind"] = "Scale",
            ["apiVersion"] = "autoscaling/v1",
            ["metadata"] = metadata,
            ["spec"] = spec,
            ["status"] = status,
        };
    }

    /// <summary>The object with the replicas that a Scale asks for: none means zero.</summary>
    public static JsonObject WriteInto(ServedResource resource, JsonObject obj, JsonObject scale)
    {
        var result = obj.Copy();
        var members = resource.Scale!.SpecReplicas.Split('.', StringSplitOptions.RemoveEmptyEntries);
        var parent = result;
        foreach (var member in members[..^1])
        {
            if (parent[member] is not JsonObject child)
                parent[member] = child = [];
            parent = child;
        }

        parent[members[^1]] = scale.Child("spec")?["replicas"]?.DeepClone() ?? 0;
        var metadata = result.Metadata();
        if (scale.ResourceVersion() is { Length: > 0 } version)
            metadata["resourceVersion"] = version;
        else
            metadata.Remove("resourceVersion");
        return result;
    }

    private static JsonNode? At(JsonObject obj, string path) =>
        path.Split('.', StringSplitOptions.RemoveEmptyEntries).Aggregate((JsonNode?)obj, (node, member) => (node as JsonObject)?[member]);

    private static string? Selector(JsonObject obj, ScalePaths paths)
    {
        if (paths.LabelSelector is null)
            return null;

        return At(obj, paths.LabelSelector) switch
        {
            JsonObject structured =>
                string.Join(',', (structured.Child("matchLabels") ?? []).OrderBy(l => l.Key, StringComparer.Ordinal)
                    .Select(l => $"{l.Key}={l.Value}")),
            JsonValue text => text.ToString(),
            _ => null,
        };
    }
}
