using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;

namespace Canary.Kubernetes.Workloads;

/// <summary>Counts the ready addresses of a Service, or of those of its pods that have the labels of a subset.</summary>
internal sealed class SidePods(PodReader reader)
{
    /// <exception cref="ApiException">The pods of a subset cannot be read.</exception>
    public async Task<int> CountReadyAsync(string ns, JsonObject service, IReadOnlyDictionary<string, string>? subset,
        CancellationToken cancel)
    {
        if (subset is null) return CountReady(ns, service);
        var behind = await reader.ReadAsync(ns, service, cancel);
        return Count(Ready(ns, service)
            .Where(endpoint => Json.Text(endpoint, "pod") is { } pod && behind.Pods.TryGetValue(pod, out var found) && Has(found, subset)));
    }

    /// <summary>All that are ready behind the Service.</summary>
    public int CountReady(string ns, JsonObject service) => Count(Ready(ns, service));

    /// <summary>Those that are ready behind the Service and are among these pods. An EndpointSlice names the pods of an earlier selector
    /// for a while.</summary>
    public int CountReady(string ns, JsonObject service, IReadOnlySet<string> pods) =>
        Count(Ready(ns, service).Where(endpoint => Json.Text(endpoint, "pod") is { } pod && pods.Contains(pod)));

    /// <summary>The pod has all these labels.</summary>
    public static bool Has(BackingPod pod, IReadOnlyDictionary<string, string> labels) =>
        labels.All(label => pod.Labels.GetValueOrDefault(label.Key) == label.Value);

    private IEnumerable<JsonObject> Ready(string ns, JsonObject service) =>
        reader.Slices(ns, Json.Name(service)).SelectMany(slice => Json.Objects(slice, "endpoints"))
        .Where(endpoint => Json.Flag(endpoint, "ready") is not false);

    /// <summary>An address may stand in two slices for a moment, and a pod has one of each family.</summary>
    private static int Count(IEnumerable<JsonObject> ready) =>
        ready.Select(endpoint => Json.Text(endpoint, "pod") ?? Json.Text(Json.Array(endpoint, "addresses")?.FirstOrDefault()))
        .OfType<string>().Distinct().Count();
}
