using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Workloads;

/// <summary>Counts the ready addresses of a Service, or of those of its pods that have the labels of a subset.</summary>
internal sealed class SidePods(ApiClient client, RolloutCaches caches)
{
    private readonly ConcurrentDictionary<(string Namespace, string Selector), (string Versions, IReadOnlySet<string> Pods)> _pods = new();

    public async Task<int> CountReadyAsync(string ns, JsonObject service, IReadOnlyDictionary<string, string>? subset, CancellationToken cancel)
    {
        var slices = caches.EndpointSlices.Find(RolloutCaches.ByService, $"{ns}/{Json.Name(service)}").Where(slice => Json.Text(slice, "addressType") != "FQDN").ToArray();
        var ready = slices.SelectMany(slice => Json.Objects(slice, "endpoints")).Where(endpoint => Json.Flag(endpoint, "ready") is not false);
        if (subset is not null)
        {
            var pods = await FindPodsAsync(ns, slices, Json.Map(service, "spec", "selector"), subset, cancel);
            ready = ready.Where(endpoint => Json.Text(endpoint, "pod") is { } pod && pods.Contains(pod));
        }

        // An address may stand in two slices for a moment, and a pod has one of each family.
        return ready.Select(endpoint => Json.Text(endpoint, "pod") ?? Json.Text(Json.Array(endpoint, "addresses")?.FirstOrDefault())).OfType<string>().Distinct().Count();
    }

    /// <summary>The pods that have the labels: asked for again only when an EndpointSlice of the Service changed.</summary>
    private async Task<IReadOnlySet<string>> FindPodsAsync(
        string ns, IReadOnlyList<JsonObject> slices, IReadOnlyDictionary<string, string> selector, IReadOnlyDictionary<string, string> subset, CancellationToken cancel)
    {
        var labels = selector.Where(label => !subset.ContainsKey(label.Key)).Concat(subset).OrderBy(label => label.Key, System.StringComparer.Ordinal);
        var text = string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"));
        var versions = string.Join(',', slices.Select(slice => $"{Json.Name(slice)}@{Documents.ResourceVersion(slice)}").Order(System.StringComparer.Ordinal));
        if (_pods.TryGetValue((ns, text), out var known) && known.Versions == versions) return known.Pods;
        var list = await client.ListAllAsync(KnownKinds.Pods, ns, new ListOptions(LabelSelector: text), cancel);
        IReadOnlySet<string> pods = list.Items.Select(Json.Name).ToHashSet();
        _pods[(ns, text)] = (versions, pods);
        return pods;
    }
}
