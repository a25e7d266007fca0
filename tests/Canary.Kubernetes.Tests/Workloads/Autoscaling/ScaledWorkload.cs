using System;
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

namespace Canary.Kubernetes.Tests.Workloads.Autoscaling;

/// <summary>One Deployment that a ScaledObject of KEDA scales, up to 12 pods.</summary>
public abstract class ScaledWorkload
{
    private protected const string Paused = "autoscaling.keda.sh/paused";
    private protected const string PausedFor = "canary.delivery/paused-for";

    private protected const string Rollout = """
        metadata: { name: checkout, namespace: shop, uid: rollout-1 }
        spec:
          workload: { name: checkout }
          traffic: { istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
          strategy: { canary: { steps: [{ setWeight: 5 }] } }
        """;

    private protected const string Deployment = """
        metadata: { name: checkout, namespace: shop, generation: 1 }
        spec:
          replicas: 3
          selector: { matchLabels: { app: checkout } }
          template:
            metadata: { labels: { app: checkout } }
            spec: { containers: [{ name: app, image: "registry.example.com/a:1.0.0", ports: [{ name: http, containerPort: 8080 }] }] }
        status: { observedGeneration: 1, replicas: 3, updatedReplicas: 3, availableReplicas: 3 }
        """;

    private protected const string Scaled = """
        metadata: { name: web, namespace: shop, labels: { app.kubernetes.io/instance: shop-of-argocd }, annotations: { a: b } }
        spec:
          scaleTargetRef: { name: checkout }
          maxReplicaCount: 12
          triggers: [{ type: rabbitmq, metadata: { queueName: orders, value: "20" } }]
        status: { lastActiveTime: "2026-12-01T10:00:00Z" }
        """;

    private protected static readonly CopyLevels Copying = new(StableServing.Workload, null, null, null);
    private protected static readonly CopyLevels Serving = new(StableServing.Copy, null, null, null)
    {
        Autoscaler = new AutoscalerLevels(1, false),
        PausesAutoscaler = true,
    };

    private protected Shop _shop = null!;

    private protected KubernetesWorkloads Workloads => new(_shop.Cluster.Client, _shop.Caches);

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    private protected async Task AssertRefusedAsync(string message)
    {
        var before = _shop.Cluster.Writes.Count;
        var problem = (await ObserveAsync()).Problems.Single();
        var result = await ArrangeAsync(Serving);

        Assert.Multiple(() =>
        {
            Assert.That(problem.Path, Is.EqualTo("spec.workload.name"));
            Assert.That(problem.Message, Does.Contain(message));
            Assert.That(result, Is.InstanceOf<WriteResult.Refused>());
            Assert.That(_shop.Cluster.Writes, Has.Count.EqualTo(before));
        });
    }

    private protected async Task StartAsync(string scaledObject, Action<FakeCluster>? change = null) =>
        _shop = await Shop.StartAsync(cluster =>
    {
        foreach (var side in new[] { "stable", "canary" })
        {
            cluster.Delete(KnownKinds.Deployments, "shop", $"checkout-{side}");
            cluster.Delete(KnownKinds.Services, "shop", $"checkout-{side}");
        }

        cluster.Put(KnownKinds.Rollouts, Rollout);
        cluster.Put(KnownKinds.Deployments, Deployment);
        cluster.Put(KnownKinds.ScaledObjects, scaledObject);
        change?.Invoke(cluster);
    });

    private protected async Task ServeAsync()
    {
        await ArrangeAsync(Copying);
        BeReady("checkout-stable");
        await CaughtUpAsync();
        await ArrangeAsync(Serving);
    }

    // As KEDA makes it: with the labels of the ScaledObject.
    private protected void PutOfKeda(string scaledObject, string target, string labels = "") =>
        _shop.Cluster.Put(KnownKinds.HorizontalPodAutoscalers, $$"""
            metadata:
              name: keda-hpa-{{scaledObject}}
              namespace: shop
              labels: { {{labels}} }
              ownerReferences: [{ apiVersion: keda.sh/v1alpha1, kind: ScaledObject, name: {{scaledObject}}, uid: u, controller: true }]
            spec: { scaleTargetRef: { apiVersion: apps/v1, kind: Deployment, name: {{target}} }, minReplicas: 1, maxReplicas: 12 }
            """);

    private protected Task<WorkloadReading> ObserveAsync() => Workloads.ObserveAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

    private protected async Task<WriteResult> ArrangeAsync(CopyLevels levels)
    {
        var result = await Workloads.ArrangeAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, levels, A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private protected async Task<HandBackResult> HandBackAsync()
    {
        var result = await Workloads.HandBackAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private protected async Task CaughtUpAsync()
    {
        foreach (var kind in new[] { KnownKinds.Deployments, KnownKinds.Services, KnownKinds.HorizontalPodAutoscalers,
            KnownKinds.ScaledObjects })
        {
            foreach (var document in _shop.Cluster.List(kind)) await _shop.CaughtUpAsync(kind, Json.Name(document));
        }
    }

    private protected int Affected()
    {
        lock (_shop.Affected) return _shop.Affected.Count;
    }

    private protected void BeReady(string name)
    {
        var document = _shop.Cluster.Get(KnownKinds.Deployments, "shop", name);
        var replicas = Json.Whole(document, "spec", "replicas")!;
        document["status"] = new JsonObject
        {
            ["observedGeneration"] = Json.Whole(document, "metadata", "generation"),
            ["replicas"] = replicas,
            ["updatedReplicas"] = replicas,
            ["availableReplicas"] = replicas,
        };
        _shop.Cluster.Put(KnownKinds.Deployments, document);
    }

    private protected void Change(string name, Action<JsonObject> change)
    {
        var document = Get(name);
        change(document);
        _shop.Cluster.Put(KnownKinds.ScaledObjects, document);
    }

    private protected string[] ScalerWrites() =>
        [.. _shop.Cluster.Writes.Where(write => write.Contains("scale", StringComparison.Ordinal))
            .Select(write => $"{write.Split(' ')[0]} {write[write.IndexOf("scaledobjects", StringComparison.Ordinal)..]}")];

    private protected JsonObject Get(string name) => _shop.Cluster.Get(KnownKinds.ScaledObjects, "shop", name);

    private protected string? Annotations(string name) => Get(name)["metadata"]!["annotations"]?.ToJsonString();

    private protected string? Text(string name, string annotation) => Json.Text(Get(name), "metadata", "annotations", annotation);
}
