using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using Microsoft.Extensions.Logging.Abstractions;

namespace Canary.Kubernetes.Tests;

/// <summary>A cluster with one Rollout and all that it names, and the caches that follow it.</summary>
internal sealed class Shop : IAsyncDisposable
{
    public const string Rollout = """
        metadata: { name: checkout, namespace: shop, uid: rollout-1 }
        spec:
          traffic:
            stable: { service: checkout-stable, workload: { name: checkout-stable } }
            canary: { service: checkout-canary, workload: { name: checkout-canary } }
            istio: { virtualServices: [{ name: checkout, routes: [primary] }] }
          strategy:
            canary:
              steps: [{ setWeight: 5 }, { analysis: { templates: [{ templateName: smoke }] } }]
        """;

    public const string VirtualService = """
        metadata: { name: checkout, namespace: shop }
        spec:
          hosts: [checkout]
          http:
          - name: primary
            timeout: 5s
            route:
            - { destination: { host: checkout-stable }, weight: 100 }
            - { destination: { host: checkout-canary }, weight: 0 }
        """;

    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;

    public FakeCluster Cluster { get; private set; } = null!;

    public RolloutCaches Caches { get; private set; } = null!;

    public List<RolloutName> Affected { get; } = [];

    public static async Task<Shop> StartAsync(Action<FakeCluster>? change = null)
    {
        var shop = new Shop { Cluster = await FakeCluster.StartAsync() };
        shop.Cluster.Put(KnownKinds.Rollouts, Rollout);
        shop.Cluster.Put(IstioKinds.VirtualServices, VirtualService);
        foreach (var (side, address) in new[] { ("stable", "10.0.0.1"), ("canary", "10.0.0.2") })
        {
            shop.Cluster.Put(KnownKinds.Services,
                $"{{ metadata: {{ name: checkout-{side}, namespace: shop }}, spec: {{ selector: {{ app: checkout, side: {side} }} }} }}");
            shop.Cluster.Put(KnownKinds.Deployments, Deployment(side, "1.0.0"));
            shop.Cluster.Put(KnownKinds.EndpointSlices,
                Slice($"checkout-{side}-a", $"checkout-{side}",
                    $"{{ addresses: [{address}], conditions: {{ ready: true }}, targetRef: {{ kind: Pod, name: pod-{side} }} }}"));
        }

        change?.Invoke(shop.Cluster);
        shop.Caches = new RolloutCaches(shop.Cluster.Client, null, TimeProvider.System, NullLogger<RolloutCaches>.Instance);
        shop._running = shop.Caches.RunAsync(shop._stop.Token);
        await shop.Caches.WaitForSyncAsync(A.Limit());
        // The kinds that not every Rollout needs are read later. What the first list of one tells would be taken for a change.
        await Eventually.ThatAsync(() => shop.Caches.All.All(cache => cache.HasSynced || cache.Problem is not null), "all kinds are read");
        shop.Caches.Affected += name =>
        {
            lock (shop.Affected) shop.Affected.Add(name);
        };
        return shop;
    }

    public static string Deployment(string side, string version, int ready = 1, int generation = 1) => $$"""
        metadata: { name: checkout-{{side}}, namespace: shop, generation: {{generation}} }
        spec:
          replicas: 1
          selector: { matchLabels: { app: checkout, side: {{side}} } }
          template:
            metadata: { creationTimestamp: null, labels: { app: checkout, side: {{side}}, team: payments } }
            spec: { containers: [{ name: app, image: "registry.example.com/checkout:{{version}}", resources: {} }] }
        status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: {{ready}} }
        """;

    public static string Slice(string name, string service, params string[] endpoints) => $$"""
        metadata: { name: {{name}}, namespace: shop, labels: { kubernetes.io/service-name: {{service}} } }
        addressType: IPv4
        endpoints: [{{string.Join(", ", endpoints)}}]
        """;

    /// <summary>The Rollout as the caches have it.</summary>
    public RolloutSnapshot Snapshot() => RolloutMapping.Read(Caches.Rollouts.Get(new ObjectName("shop", "checkout"))!);

    public TrafficSpec Traffic() => Snapshot().Spec!.Traffic;

    public long[] Weights(string name = "checkout") =>
        [.. Json.Objects(Cluster.Get(IstioKinds.VirtualServices, "shop", name)["spec"]!["http"]![0], "route")
            .Select(entry => Json.Whole(entry, "weight") ?? -1)];

    public string? Claimed(string name = "checkout") =>
        Json.Text(Cluster.Get(IstioKinds.VirtualServices, "shop", name), "metadata", "annotations", "canary.delivery/claim");

    /// <summary>Changes a VirtualService as another hand would.</summary>
    public void Edit(Action<JsonObject> edit, string name = "checkout")
    {
        var document = Cluster.Get(IstioKinds.VirtualServices, "shop", name);
        edit(document);
        Cluster.Put(IstioKinds.VirtualServices, document);
    }

    /// <summary>Waits until the caches have what the cluster has.</summary>
    public Task CaughtUpAsync(ResourceKind kind, string name) => Eventually.ThatAsync(
        () => Cached(kind).Get(new ObjectName("shop", name)) is { } known
        && Documents.ResourceVersion(known) == Documents.ResourceVersion(Cluster.Get(kind, "shop", name)), $"the cache has {kind} {name}");

    /// <summary>No watch of the caches sees anything from here on: they are behind.</summary>
    public async Task FreezeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await FreezeAsync();
        await Cluster.DisposeAsync();
        _stop.Dispose();
    }

    private ResourceCache Cached(ResourceKind kind) =>
        new[] { Caches.Rollouts, Caches.Runs, Caches.Templates, Caches.Services, Caches.EndpointSlices, Caches.Autoscalers,
            Caches.ScaledObjects, Caches.Deployments.Cache, Caches.StatefulSets.Cache, Caches.DaemonSets.Cache }
            .FirstOrDefault(cache => cache.Kind == kind) ?? Caches.Cache(kind);
}
