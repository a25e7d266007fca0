using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Sets;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads.Sets;

/// <summary>A cluster with one StatefulSet of three pods, its Service and its Rollout.</summary>
public abstract class OneStatefulSet
{
    private protected const string Rollout = """
        metadata: { name: checkout, namespace: shop, uid: rollout-1 }
        spec:
          workload: { kind: StatefulSet, name: web }
          traffic: { istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
          strategy: { canary: { steps: [{ setWeight: 5 }] } }
        """;

    private protected const string Set = """
        metadata: { name: web, namespace: shop, generation: 1, uid: set-1, annotations: { team: payments } }
        spec:
          replicas: 3
          serviceName: web-headless
          updateStrategy: { type: RollingUpdate, rollingUpdate: { partition: 0 } }
          selector: { matchLabels: { app: web } }
          template:
            metadata: { labels: { app: web } }
            spec: { containers: [{ name: app, image: "registry.example.com/web:1.0.0", ports: [{ name: http, containerPort: 8080 }] }] }
        status: { observedGeneration: 1, replicas: 3, readyReplicas: 3, currentReplicas: 3, updatedReplicas: 3, currentRevision: web-1, updateRevision: web-1 }
        """;

    private protected static readonly SetLevels Nothing = new(null, null, null, null);

    private protected Shop _shop = null!;

    private protected KubernetesWorkloads Workloads => new(_shop.Cluster.Client, _shop.Caches);

    [TearDown]
    public async Task StopAsync()
    {
        if (_shop is not null) await _shop.DisposeAsync();
        _shop = null!;
    }

    private protected async Task StartAsync(string set = Set) => _shop = await Shop.StartAsync(cluster =>
    {
        cluster.Put(KnownKinds.Rollouts, Rollout);
        cluster.Put(KnownKinds.Services, """
            metadata: { name: web, namespace: shop }
            spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
            """);
        cluster.Put(KnownKinds.StatefulSets, set);
        for (var index = 0; index < 3; index++) cluster.Put(KnownKinds.Pods, Pod($"web-{index}", "web-1"));
    });

    private protected static string Pod(string name, string revision, bool isReady = true) => $$"""
        metadata:
          name: {{name}}
          namespace: shop
          labels: { app: web, controller-revision-hash: {{revision}} }
          ownerReferences: [{ apiVersion: apps/v1, kind: StatefulSet, name: web, uid: set-1, controller: true }]
        status: { conditions: [{ type: Ready, status: "{{isReady}}" }] }
        """;

    private protected Task<WorkloadReading> ObserveAsync() => Workloads.ObserveAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

    private protected async Task<WriteResult> ArrangeAsync(SetLevels levels)
    {
        var result = await Workloads.ArrangeSetAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, levels, A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private protected async Task<HandBackResult> HandBackAsync()
    {
        var result = await Workloads.HandBackAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());
        await CaughtUpAsync();
        return result;
    }

    private protected async Task ChangeAsync(Action<JsonObject> change)
    {
        var document = Get(KnownKinds.StatefulSets, "web");
        change(document);
        _shop.Cluster.Put(KnownKinds.StatefulSets, document);
        await CaughtUpAsync();
    }

    private protected async Task CaughtUpAsync()
    {
        foreach (var kind in new[] { KnownKinds.StatefulSets, KnownKinds.Services })
        {
            foreach (var document in _shop.Cluster.List(kind)) await _shop.CaughtUpAsync(kind, Json.Name(document));
        }
    }

    private protected JsonObject Get(ResourceKind kind, string name) => _shop.Cluster.Get(kind, "shop", name);

    private protected long? Partition =>
        Json.Whole(Get(KnownKinds.StatefulSets, "web"), "spec", "updateStrategy", "rollingUpdate", "partition");

    private protected string Selector(string service) => string.Join(',', Json.Map(Get(KnownKinds.Services, service), "spec", "selector")
        .OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
