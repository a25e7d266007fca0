using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>A DestinationRule as far as its subsets go: labels by subset name.</summary>
internal sealed record DestinationRule(
    string Namespace, string Name, string Created, string Host, IReadOnlyList<string> ExportTo,
    IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Subsets)
{
    public static DestinationRule Read(JsonObject item)
    {
        var subsets = new Dictionary<string, IReadOnlyDictionary<string, string>>();
        foreach (var subset in item.ItemsAt("spec", "subsets"))
        {
            subsets.TryAdd(subset.TextAt("name") ?? "", subset.TextsAt("labels"));
        }

        return new(
            item.Namespace(), item.Name(), item.TextAt("metadata", "creationTimestamp") ?? "",
            MeshNames.Full(item.TextAt("spec", "host") ?? "", item.Namespace()),
            [.. item.At("spec", "exportTo") is JsonArray texts ? texts.Select(text => text?.GetValue<string>() ?? "") : []], subsets);
    }

    /// <summary>True for the host itself and for a pattern such as <c>*.shop.svc.cluster.local</c>.</summary>
    public bool Covers(string host) => Host == host || (Host.StartsWith('*') && host.EndsWith(Host[1..], System.StringComparison.Ordinal));
}
