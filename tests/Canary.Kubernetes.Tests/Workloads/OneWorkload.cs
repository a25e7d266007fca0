using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>A cluster with one Deployment, its Service and its Rollout.</summary>
public abstract class OneWorkload
{
    private protected const string Rollout = """
        metadata: { name: checkout, namespace: shop, uid: rollout-1 }
        spec:
          workload: { name: checkout }
          traffic: { istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
          strategy: { canary: { steps: [{ setWeight: 5 }] } }
        """;

    private protected const string Deployment = """
        metadata:
          name: checkout
          namespace: shop
          generation: 1
          labels: { app: checkout, app.kubernetes.io/instance: shop-of-argocd }
          annotations: { argocd.argoproj.io/tracking-id: "shop:apps/Deployment:shop/checkout" }
        spec:
          replicas: 3
          minReadySeconds: 5
          selector: { matchLabels: { app: checkout } }
          template:
            metadata: { labels: { app: checkout, team: payments } }
            spec:
              containers: [{ name: app, image: "registry.example.com/checkout:1.0.0", ports: [{ name: http, containerPort: 8080 }] }]
              topologySpreadConstraints:
              - { maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway, labelSelector: { matchLabels: { app: checkout } } }
        status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 }
        """;

    private protected const string Service = """
        metadata: { name: checkout, namespace: shop, labels: { app: checkout } }
        spec: { selector: { app: checkout }, sessionAffinity: ClientIP, ports: [{ name: http, port: 80, targetPort: http, nodePort: 30080 }] }
        """;

    private protected static readonly CopyLevels Copying = new(StableServing.Workload, null, null, null);
    private protected static readonly CopyLevels Serving = new(StableServing.Copy, null, null, null);

    private protected Shop _shop = null!;

    private protected KubernetesWorkloads Workloads => new(_shop.Cluster.Client, _shop.Caches, Key);

    /// <summary>The Secret with the key of hashes of ConfigMaps and Secrets; null: none is a part of a revision.</summary>
    private protected virtual ObjectName? Key => null;

    [TearDown]
    public async Task StopAsync()
    {
        if (_shop is not null) await _shop.DisposeAsync();
        _shop = null!;
    }

    private protected async Task GoneOrCaughtUpAsync(string service)
    {
        await Eventually.ThatAsync(() => _shop.Caches.Services.Get(new ObjectName("shop", service)) is not { } known
            || Json.Map(known, "spec", "selector").Count == 2, "the cache knows");
        await CaughtUpAsync();
    }

    private protected async Task ServeFromTheCopyAsync(bool isStarted = false)
    {
        if (!isStarted) await StartAsync();
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();
        await ArrangeAsync(Serving);
        await ArrangeAsync(new CopyLevels(StableServing.Copy, null, 0, null));
        Change("checkout", document => document["status"] = Status(0, (int)Json.Whole(document, "metadata", "generation")!));
        await CaughtUpAsync();
    }

    private protected async Task StartAsync(string deployment = Deployment, string rollout = Rollout) =>
        _shop = await Shop.StartAsync(cluster =>
        {
            foreach (var side in new[] { "stable", "canary" })
            {
                cluster.Delete(KnownKinds.Deployments, "shop", $"checkout-{side}");
                cluster.Delete(KnownKinds.Services, "shop", $"checkout-{side}");
            }

            cluster.Put(KnownKinds.Rollouts, rollout);
            cluster.Put(KnownKinds.Services, Service);
            cluster.Put(KnownKinds.Deployments, deployment);
        });

    private protected Task<WorkloadReading> ObserveAsync() => Workloads.ObserveAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

    private protected async Task<WriteResult> ArrangeAsync(CopyLevels levels)
    {
        var result = await Workloads.ArrangeAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, levels, A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private protected Task<HandBackResult> HandBackAsync() => Workloads.HandBackAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

    private protected async Task CaughtUpAsync()
    {
        foreach (var kind in new[] { KnownKinds.Deployments, KnownKinds.Services })
        {
            foreach (var document in _shop.Cluster.List(kind)) await _shop.CaughtUpAsync(kind, Json.Name(document));
        }
    }

    private protected void BeReady(string name) => Change(name,
        document => document["status"] = Status((int)Json.Whole(document, "spec", "replicas")!, (int)Json.Whole(document, "metadata",
            "generation")!));

    private protected static JsonObject Status(int replicas, int generation) => new()
    {
        ["observedGeneration"] = generation,
        ["replicas"] = replicas,
        ["updatedReplicas"] = replicas,
        ["availableReplicas"] = replicas,
    };

    private protected void Change(string name, Action<JsonObject> change)
    {
        var document = Get(KnownKinds.Deployments, name);
        change(document);
        _shop.Cluster.Put(KnownKinds.Deployments, document);
    }

    private protected JsonObject Get(ResourceKind kind, string name) => _shop.Cluster.Get(kind, "shop", name);

    private protected string Selector(string service) => string.Join(',', Labels(Get(KnownKinds.Services, service), "spec", "selector")
        .OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    private protected static IReadOnlyDictionary<string, string> Labels(JsonObject document, params string[] path) =>
        Json.Map(document, path);

    private protected static bool IsSelected(IReadOnlyDictionary<string, string> selector, JsonObject deployment)
    {
        var labels = Labels(deployment, "spec", "template", "metadata", "labels");
        return selector.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
    }

    private protected static JsonNode WithHash(JsonNode template, string hash)
    {
        var copy = template.DeepClone();
        copy["metadata"]!["labels"]!["pod-template-hash"] = hash;
        return copy;
    }
}
