using System;
using System.Collections.Generic;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Alerts;
using Canary.Engine.Measuring;
using Canary.Engine.Passes;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Workloads;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Faults;

/// <summary>Over HTTP, with the engine, stores, router and client of the controller: a gateway holds a PATCH from 0 to 20 and answers 504;
/// meanwhile the rollout is aborted; then the PATCH arrives.</summary>
public sealed class GivenARaiseThatIsHeldOnItsWay : ILeadership
{
    private static readonly RolloutName Name = new("shop", "checkout");
    private static readonly ObjectName Object = new("shop", "checkout");

    private readonly List<JsonArray> _held = [];
    private Shop _shop = null!;
    private RolloutReconciler _reconciler = null!;

    long? ILeadership.Term => 1;

    Task<bool> ILeadership.IsStillOursAsync(long term, CancellationToken cancel) => Task.FromResult(true);

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync(cluster => cluster.Put(KnownKinds.Rollouts, Shop.Rollout.Replace(
            "[{ setWeight: 5 }, { analysis: { templates: [{ templateName: smoke }] } }]", "[{ setWeight: 20 }, { pause: {} }]",
            StringComparison.Ordinal)));
        var (client, caches, inbox) = (_shop.Cluster.Client, _shop.Caches, new MeasurementInbox());
        var store = new KubernetesRolloutStore(client, caches);
        var (workloads, router) = (new KubernetesWorkloads(client, caches), new IstioDescriptor().Create(client, caches));
        _reconciler = new RolloutReconciler(
            store,
            workloads,
            router,
            new KubernetesNotifier(client, "one", TimeProvider.System, NullLogger<KubernetesNotifier>.Instance),
            this,
            new ClaimStamper(store, workloads, router, NullLogger<ClaimStamper>.Instance),
            new Measurer([], inbox, TimeProvider.System, NullLogger<Measurer>.Instance),
            inbox,
            new FiringAlerts(TimeProvider.System),
            TimeProvider.System,
            NullLoggerFactory.Instance);
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenItArrivesAfterTheAbort_ThenItIsRefused()
    {
        await PassUntilAsync(() => Status("phase") == "Healthy");
        _shop.Cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "2.0.0")
            .Replace("observedGeneration: 1", "observedGeneration: 2", StringComparison.Ordinal));
        await _shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-canary");
        _shop.Cluster.Refusal = (request, body) =>
        {
            if (request.Method != "PATCH" || !request.Path.Value!.Contains("/virtualservices/", StringComparison.Ordinal)) return null;
            lock (_held) _held.Add((JsonArray)body!.DeepClone());
            return (504, "gateway timeout");
        };
        await PassUntilAsync(() => _held.Count > 0);

        _shop.Cluster.Refusal = (_, _) => null;
        var rollout = _shop.Cluster.Get(KnownKinds.Rollouts, "shop", "checkout");
        rollout["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/request"] = """{"id":"a1","action":"abort"}""" };
        _shop.Cluster.Put(KnownKinds.Rollouts, rollout);
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
        await PassUntilAsync(() => Status("phase") == "RolledBack");
        foreach (var late in _held)
        {
            var refusal = await A.ProblemAsync(() =>
                _shop.Cluster.Client.PatchAsync(IstioKinds.VirtualServices, Object, new Patch.JsonPatch(late), null, A.Write, A.Limit()));
            Assert.That(refusal.Status.Code, Is.EqualTo(422));
        }

        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 100, 0 }));
        Assert.That(_shop.Claimed(), Is.EqualTo($"rollout-1/1/{Status("writeSequence")}"));
    }

    private string? Status(string field) => _shop.Cluster.Get(KnownKinds.Rollouts, "shop", "checkout")["status"]?[field]?.ToString();

    private async Task PassUntilAsync(Func<bool> isThere)
    {
        for (var pass = 0; pass < 40 && !isThere(); pass++) await _reconciler.ReconcileAsync(Name, A.Limit());
        Assert.That(isThere(), Is.True, () => $"{Status("phase")}: {Status("message")}");
    }
}
