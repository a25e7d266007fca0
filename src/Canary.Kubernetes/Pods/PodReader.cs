using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Pods;

/// <summary>
/// Reads the pods behind a Service and who owns them: names, labels and owners alone, and only where a rollout asks. It asks the server
/// again when an EndpointSlice of the Service changed, and after half a minute, since a label that only a subset selects by changes no
/// EndpointSlice.
/// </summary>
internal sealed class PodReader(ApiClient client, RolloutCaches caches)
{
    /// <summary>Pods and ReplicaSets that are asked for one by one at a time: a Service has few that its selector does not find.</summary>
    private const int MostSingle = 16;

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(30);

    /// <summary>How long EndpointSlices may name a pod whose labels have changed.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<(string Namespace, string Service), (long At, long Since, BackingPods Pods)> _known = new();

    /// <summary>The EndpointSlices of a Service that hold addresses.</summary>
    public IReadOnlyList<JsonObject> Slices(string ns, string service) =>
        [.. caches.EndpointSlices.Find(RolloutCaches.ByService, $"{ns}/{service}")
            .Where(slice => Json.Text(slice, "addressType") != "FQDN")];

    /// <summary>The pods behind the endpoints.</summary>
    /// <exception cref="ApiException">Pods or ReplicaSets cannot be read.</exception>
    public async Task<BackingPods> ReadAsync(string ns, JsonObject service, CancellationToken cancel)
    {
        var key = (ns, Json.Name(service));
        var slices = Slices(ns, Json.Name(service));
        var selector = Json.Map(service, "spec", "selector");
        var versions = Versions(service, slices);
        var isKnown = _known.TryGetValue(key, out var last);
        var isSame = isKnown && last.Pods.Versions == versions;
        var since = isSame ? last.Since : caches.Time.GetTimestamp();
        var isConfirmed = isSame && caches.Time.GetElapsedTime(since) >= Lag;
        if (isSame && caches.Time.GetElapsedTime(last.At) < Lifetime) return last.Pods with { IsConfirmed = isConfirmed };

        var documents = await ListAsync(KnownKinds.Pods, ns, Text(selector), cancel);
        var pods = documents.ToDictionary(Json.Name, document => Pod(document, isSelected: true));
        var named = slices.SelectMany(slice => Json.Objects(slice, "endpoints")).Select(endpoint => Json.Text(endpoint, "pod"))
            .OfType<string>().Distinct();
        foreach (var name in named.Where(name => !pods.ContainsKey(name)).Take(MostSingle).ToArray())
        {
            var found = (await ListByNameAsync(KnownKinds.Pods, ns, name, cancel)).FirstOrDefault(document =>
                Json.Text(document, "metadata", "deletionTimestamp") is null);
            if (found is not null) pods[name] = Pod(found, isSelected: false);
        }

        var deployments = await DeploymentsAsync(ns, Text(selector), pods.Values, isKnown ? last.Pods : null, cancel);
        var read = new BackingPods(
            versions,
            pods.ToDictionary(pod => pod.Key,
                pod => pod.Value with { Deployment = pod.Value.Owner is { } owner ? deployments.GetValueOrDefault(owner.Uid) : null }),
            isConfirmed);
        _known[key] = (caches.Time.GetTimestamp(), since, read);
        return read;
    }

    /// <summary>Lets go of what is known of a Service that nobody asks about.</summary>
    public void Forget(string ns, string service) => _known.TryRemove((ns, service), out _);

    /// <summary>The Deployments by the uids of the ReplicaSets of these pods.</summary>
    private async Task<IReadOnlyDictionary<string, ObjectOwner>> DeploymentsAsync(
        string ns, string selector, IEnumerable<BackingPod> pods, BackingPods? before, CancellationToken cancel)
    {
        var owners = pods.Select(pod => pod.Owner).OfType<ObjectOwner>().Where(owner => owner.Kind == KnownKinds.ReplicaSets.Kind)
            .DistinctBy(owner => owner.Uid).ToArray();
        var known = new Dictionary<string, ObjectOwner>(StringComparer.Ordinal);
        foreach (var pod in before?.Pods.Values ?? [])
        {
            if (pod is { Owner: { } owner, Deployment: { } deployment }) known[owner.Uid] = deployment;
        }

        if (owners.All(owner => known.ContainsKey(owner.Uid))) return known;
        // A ReplicaSet has the labels of its pods, so the Service's selector finds it too.
        Note(await ListAsync(KnownKinds.ReplicaSets, ns, selector, cancel));
        foreach (var owner in owners.Where(owner => !known.ContainsKey(owner.Uid)).Take(MostSingle).ToArray())
            Note(await ListByNameAsync(KnownKinds.ReplicaSets, ns, owner.Name, cancel));
        return known;

        void Note(IEnumerable<JsonObject> sets)
        {
            foreach (var set in sets)
            {
                if (ObjectOwner.Read(set) is { Kind: "Deployment" } deployment) known[Documents.Uid(set)] = deployment;
            }
        }
    }

    private async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceKind kind, string ns, string selector, CancellationToken cancel) =>
        selector.Length == 0 ? []
        : (await client.ListAllAsync(kind, ns, new ListOptions(LabelSelector: selector, IsMetadataOnly: true), cancel)).Items;

    private async Task<IEnumerable<JsonObject>> ListByNameAsync(ResourceKind kind, string ns, string name, CancellationToken cancel) =>
        (await client.ListAllAsync(kind, ns, new ListOptions(FieldSelector: $"metadata.name={name}", IsMetadataOnly: true),
            cancel)).Items.Where(document => Json.Name(document) == name);

    private static BackingPod Pod(JsonObject document, bool isSelected) =>
        new(Json.Name(document), Documents.ResourceVersion(document), Json.Map(document, "metadata", "labels"), ObjectOwner.Read(document),
            null, isSelected);

    private static string Text(IReadOnlyDictionary<string, string> selector) =>
        string.Join(',', selector.OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    private static string Versions(JsonObject service, IEnumerable<JsonObject> slices) =>
        string.Join(',', slices.Append(service).Select(document => $"{Json.Name(document)}@{Documents.ResourceVersion(document)}")
            .Order(StringComparer.Ordinal));
}
