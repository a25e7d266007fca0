using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Sets;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads.Sets;

/// <summary>A cluster with one set named <c>web</c>, its Service and its Rollout.</summary>
public abstract class OneSet
{
    private protected static readonly SetLevels Nothing = new(null, null, null, null);

    private protected Shop _shop = null!;

    private protected abstract ResourceKind Kind { get; }

    /// <summary>The sides in <c>spec.traffic</c>, each with a comma behind it.</summary>
    private protected virtual string Sides => "";

    private protected KubernetesWorkloads Workloads { get; private set; } = null!;

    [TearDown]
    public async Task StopAsync()
    {
        if (_shop is not null) await _shop.DisposeAsync();
        _shop = null!;
    }

    private protected async Task StartAsync(string set, params string[] pods)
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, $$"""
                metadata: { name: checkout, namespace: shop, uid: rollout-1 }
                spec:
                  workload: { kind: {{Kind.Kind}}, name: web }
                  traffic: { {{Sides}}istio: { virtualServices: [{ name: checkout, routes: [primary] }] } }
                  strategy: { canary: { steps: [{ setWeight: 5 }] } }
                """);
            cluster.Put(KnownKinds.Services, """
                metadata: { name: web, namespace: shop }
                spec: { selector: { app: web }, ports: [{ name: http, port: 80, targetPort: http }] }
                """);
            cluster.Put(Kind, set);
            foreach (var pod in pods) cluster.Put(KnownKinds.Pods, pod);
        });
        Workloads = new KubernetesWorkloads(_shop.Cluster.Client, _shop.Caches);
    }

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
        var document = Get(Kind, "web");
        change(document);
        _shop.Cluster.Put(Kind, document);
        await CaughtUpAsync();
    }

    private protected async Task CaughtUpAsync()
    {
        foreach (var kind in new[] { Kind, KnownKinds.Services, IstioKinds.DestinationRules })
        {
            foreach (var document in _shop.Cluster.List(kind)) await _shop.CaughtUpAsync(kind, Json.Name(document));
        }
    }

    /// <summary>The Rollout as it is once the set was taken over at this revision.</summary>
    private protected RolloutSnapshot TakenOver(string revision) => _shop.Snapshot() is var rollout
        ? rollout with
        {
            Status = rollout.Status with { StableRevision = revision, CanaryRevision = revision, Accepted = rollout.Spec },
        }
        : null!;

    private protected int Requests(string part) =>
        _shop.Cluster.Requests.Count(request => request.PathAndQuery.Contains(part, StringComparison.Ordinal));

    private protected JsonObject Get(ResourceKind kind, string name) => _shop.Cluster.Get(kind, "shop", name);

    private protected string Selector(string service) => string.Join(',', Json.Map(Get(KnownKinds.Services, service), "spec", "selector")
        .OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));
}
