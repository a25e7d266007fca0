using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Dispatch;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.PlainService;

/// <summary>A workload and its stable copy behind one Service, without a mesh. <see cref="FollowAsync"/> is the controller of
/// EndpointSlices.</summary>
public abstract class PlainServiceShop
{
    private protected const string Copy = "app=checkout-stable";
    private protected const string Workload = "app=checkout";
    private protected const string Both = "canary.delivery/serves=checkout";

    private protected Shop _shop = null!;

    private protected FakeCluster Cluster => _shop.Cluster;

    private protected TrafficRouter Router => new(Cluster.Client, _shop.Caches);

    private protected string? Claimed => Annotation("canary.delivery/claim");

    private protected string? Labelled => Annotation("canary.delivery/weight");

    [TearDown]
    public async Task StopAsync()
    {
        if (_shop is not null) await _shop.DisposeAsync();
        _shop = null!;
    }

    /// <summary>Weight 0: so many pods of stable serve, and so many of the canary do not.</summary>
    private protected async Task StartAsync(int stable = 10, int canary = 2, string selector = "{ app: checkout-stable }")
    {
        _shop = await Shop.StartAsync(cluster =>
        {
            cluster.Put(KnownKinds.Rollouts, Rollout(0, 0, 0, 1));
            foreach (var side in new[] { "stable", "canary" })
            {
                cluster.Delete(KnownKinds.Deployments, "shop", $"checkout-{side}");
                cluster.Delete(KnownKinds.EndpointSlices, "shop", $"checkout-{side}-a");
            }

            Service(cluster, "checkout-stable", "{ app: checkout-stable }", "labels: { canary.delivery/rollout: checkout }");
            Service(cluster, "checkout-canary", "{ app: checkout }", "labels: { canary.delivery/rollout: checkout }");
            Service(cluster, "checkout", selector, "annotations: { team: payments }");
            for (var index = 0; index < stable; index++) AddPod(cluster, "stable", index);
            for (var index = 0; index < canary; index++) AddPod(cluster, "canary", index);
            Follow(cluster);
        });
        await CaughtUpAsync();
    }

    /// <summary>The status of the Rollout, in percent.</summary>
    private protected async Task WantAsync(int desired, int previous, int? applied, long sequence)
    {
        Cluster.Put(KnownKinds.Rollouts, Rollout(desired, previous, applied, sequence));
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
    }

    private protected Task<WriteResult> ApplyAsync(int percent, long sequence, long term = 6) => Router.ApplyAsync(_shop.Snapshot(),
        _shop.Traffic(), RoutePlan.Only(Weight.FromPercent(percent)), new Claim("rollout-1", term, sequence), A.Limit());

    /// <summary>Wants a weight, writes it, and waits until the endpoints follow.</summary>
    private protected async Task ReachAsync(int percent, int before, long sequence)
    {
        await WantAsync(percent, before, before, sequence);
        Assert.That(await ApplyAsync(percent, sequence), Is.InstanceOf<WriteResult.Applied>());
        await FollowAsync();
        Assert.That((await ReadAsync()).NamedCanaryWeight, Is.EqualTo(Weight.FromPercent(percent)));
        await WantAsync(percent, percent, percent, sequence);
    }

    private protected async Task<RouteObservation> ReadAsync() =>
        (await Router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit())).Routes.Single();

    /// <summary>EndpointSlices of all Services, by selectors and labels as they are.</summary>
    private protected async Task FollowAsync()
    {
        Follow(Cluster);
        await CaughtUpAsync();
    }

    private protected async Task CaughtUpAsync()
    {
        foreach (var kind in new[] { KnownKinds.Services, KnownKinds.EndpointSlices })
        {
            foreach (var document in Cluster.List(kind)) await _shop.CaughtUpAsync(kind, Json.Name(document));
        }
    }

    /// <summary>Changes a Service or a pod as another hand would.</summary>
    private protected void Edit(ResourceKind kind, string name, Action<JsonObject> change)
    {
        var document = Cluster.Get(kind, "shop", name);
        change(document);
        Cluster.Put(kind, document);
    }

    private protected void Select(string service, string key, string value) =>
        Edit(KnownKinds.Services, service, document => document["spec"]!["selector"] = new JsonObject { [key] = value });

    private protected void BeUnready(string pod) => Edit(KnownKinds.Pods, pod, document => document["status"] = new JsonObject());

    private protected string Selector() => string.Join(',', Json
        .Map(Cluster.Get(KnownKinds.Services, "shop", "checkout"), "spec", "selector").OrderBy(label => label.Key, StringComparer.Ordinal).Select(label => $"{label.Key}={label.Value}"));

    private protected string? Annotation(string name) =>
        Json.Text(Cluster.Get(KnownKinds.Services, "shop", "checkout"), "metadata", "annotations", name);

    /// <summary>Pods of a side that have the label, by name.</summary>
    private protected string[] Serving(string side) =>
        [.. Cluster.List(KnownKinds.Pods).Where(pod => Json.Name(pod).StartsWith(side, StringComparison.Ordinal)
            && Json.Map(pod, "metadata", "labels").ContainsKey("canary.delivery/serves")).Select(Json.Name)];

    /// <summary>How many pods of stable and of the canary are behind the Service, by labels and selector.</summary>
    private protected (int Canary, int Stable) Behind()
    {
        var behind = Selected(Cluster, Cluster.Get(KnownKinds.Services, "shop", "checkout")).Select(Json.Name).ToArray();
        return (behind.Count(pod => pod.StartsWith("canary", StringComparison.Ordinal)),
            behind.Count(pod => pod.StartsWith("stable", StringComparison.Ordinal)));
    }

    private protected static void AddPod(FakeCluster cluster, string side, int index, bool isServing = false)
    {
        // The copy's template has the label, and that of the workload is the team's.
        var labels = side == "stable" ? "app: checkout-stable, canary.delivery/serves: checkout"
            : isServing ? "app: checkout, canary.delivery/serves: checkout" : "app: checkout";
        cluster.Put(KnownKinds.Pods, $$"""
            metadata: { name: {{side}}-{{index}}, namespace: shop, labels: { {{labels}} } }
            status: { conditions: [{ type: Ready, status: "True" }] }
            """);
    }

    private static void Service(FakeCluster cluster, string name, string selector, string metadata) => cluster.Put(KnownKinds.Services,
        $"{{ metadata: {{ name: {name}, namespace: shop, {metadata} }}, spec: {{ selector: {selector}, ports: [{{ port: 80 }}] }} }}");

    private static IEnumerable<JsonObject> Selected(FakeCluster cluster, JsonObject service) =>
        cluster.List(KnownKinds.Pods).Where(pod => Json.Map(service, "spec", "selector")
            .All(label => Json.Map(pod, "metadata", "labels").GetValueOrDefault(label.Key) == label.Value));

    private static void Follow(FakeCluster cluster)
    {
        foreach (var service in cluster.List(KnownKinds.Services))
            cluster.Put(KnownKinds.EndpointSlices, Shop.Slice($"{Json.Name(service)}-a", Json.Name(service),
                [.. Selected(cluster, service).Select((pod, index) => $"{{ addresses: [10.0.0.{index}], conditions: {{ ready: "
                    + $"{(Json.Array(pod, "status", "conditions") is null ? "false" : "true")} }}, "
                    + $"targetRef: {{ kind: Pod, name: {Json.Name(pod)} }} }}")]));
    }

    private static string Rollout(int desired, int previous, int? applied, long sequence) => $$"""
        metadata: { name: checkout, namespace: shop, uid: rollout-1 }
        spec:
          workload: { name: checkout }
          traffic: { service: {} }
          strategy: { canary: { steps: [{ setWeight: 20 }, { setWeight: 50 }] } }
        status:
          startedAt: "2026-01-31T12:00:00Z"
          stableRevision: one
          canaryRevision: two
          writeSequence: {{sequence}}
          workload: { stableReplicas: 10 }
          weights: { desired: {{desired}}, previous: {{previous}}{{(applied is { } shown ? $", applied: {shown}" : "")}} }
          accepted:
            workload: { name: checkout }
            traffic: { service: {} }
            strategy: { canary: { steps: [{ setWeight: 20 }, { setWeight: 50 }] } }
        """;
}
