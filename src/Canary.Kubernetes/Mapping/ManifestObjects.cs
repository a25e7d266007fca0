using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>The objects of a document: itself, or the items of a <c>List</c>, as kubectl takes them apart.</summary>
public static class ManifestObjects
{
    private const string Suffix = "List";

    /// <summary>The objects, each with its path in the document (<c>items[2]</c>; empty for the document itself). What is no object is
    /// among them.</summary>
    /// <param name="root">The document.</param>
    public static IEnumerable<(JsonNode? Node, string Path)> Expand(JsonNode? root) => Expand(root, "");

    private static IEnumerable<(JsonNode? Node, string Path)> Expand(JsonNode? node, string path)
    {
        if (node is not JsonObject list || Json.Text(list, "kind") is not { } kind || !kind.EndsWith(Suffix, StringComparison.Ordinal)
            || !list.ContainsKey("items"))
        {
            yield return (node, path);
            yield break;
        }

        var at = path.Length == 0 ? "items" : $"{path}.items";
        if (list["items"] is not JsonArray items)
        {
            if (list["items"] is { } other) yield return (other, at);
            yield break;
        }

        for (var index = 0; index < items.Count; index++)
        {
            foreach (var found in Expand(Named(items[index], list, kind), $"{at}[{index}]")) yield return found;
        }
    }

    // The items of a list of one kind need not say it: the list does.
    private static JsonNode? Named(JsonNode? item, JsonObject list, string kind)
    {
        if (kind == Suffix || item is not JsonObject known || (known.ContainsKey("kind") && known.ContainsKey("apiVersion"))) return item;
        var named = (JsonObject)known.DeepClone();
        if (!named.ContainsKey("kind")) named["kind"] = kind[..^Suffix.Length];
        if (!named.ContainsKey("apiVersion")) named["apiVersion"] = list["apiVersion"]?.DeepClone();
        return named;
    }
}
