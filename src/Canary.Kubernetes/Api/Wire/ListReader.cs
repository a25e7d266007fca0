using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Api.Wire;

/// <summary>Lists as servers send them.</summary>
internal static class ListReader
{
    public static ObjectList Read(JsonObject list, ResourceKind kind)
    {
        var items = new List<JsonObject>();
        if (list["items"] is JsonArray found)
        {
            // Out of the array, so that an item neither keeps the list alive nor has a parent when it is put into another document.
            foreach (var item in found.OfType<JsonObject>().Where(item => ObjectName.Of(item).Name.Length > 0).ToList())
                items.Add(Named(item, kind));
            found.Clear();
        }

        var next = Documents.Metadata(list, "continue");
        return new ObjectList(items, Documents.ResourceVersion(list), next.Length == 0 ? null : next);
    }

    /// <summary>Items of built-in kinds come without apiVersion and kind; events of a watch have them. Here all have them.</summary>
    private static JsonObject Named(JsonObject item, ResourceKind kind)
    {
        if (!item.ContainsKey("kind")) item.Insert(0, "kind", kind.Kind);
        if (!item.ContainsKey("apiVersion")) item.Insert(0, "apiVersion", kind.ApiVersion);
        return item;
    }
}
