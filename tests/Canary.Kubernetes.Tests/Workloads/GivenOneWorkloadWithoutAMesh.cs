using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Dispatch;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>The Service that clients call is the route: the router alone writes its selector, and the workload gets it back.</summary>
public sealed class GivenOneWorkloadWithoutAMesh : OneWorkload
{
    private static readonly CopyLevels Following = new(StableServing.Copy, null, null, "one");

    private static readonly string WithoutMesh = Rollout.Replace("istio: { virtualServices: [{ name: checkout, routes: [primary] }] }",
        "service: {}", System.StringComparison.Ordinal);

    [Test]
    public async Task WhenTheCopyServes_ThenTheRouterMovesTheClientsThere_AndNobodyElse()
    {
        await StartAsync(rollout: WithoutMesh);
        _shop.Cluster.Put(KnownKinds.Services, "{ metadata: { name: metrics, namespace: shop }, spec: { selector: { app: checkout } } }");
        await CaughtUpAsync();
        await ServeFromTheCopyAsync(isStarted: true);
        var (before, due) = (Selector("checkout"), (await ObserveAsync()).Copy!.IsClientServiceDue);

        await RouteAsync(0);

        Assert.Multiple(() =>
        {
            Assert.That((before, due), Is.EqualTo(("app=checkout", false)));
            Assert.That(Selector("checkout"), Is.EqualTo("app=checkout-stable"));
            Assert.That(Selector("metrics"), Is.EqualTo("canary.delivery/serves=checkout"), "another Service follows the labels");
        });
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenTheServiceHasTheSelectorOfItsTeam()
    {
        await StartAsync(rollout: WithoutMesh);
        await ServeFromTheCopyAsync(isStarted: true);
        await RouteAsync(0);
        await HandBackAsync();
        BeReady("checkout");
        await CaughtUpAsync();

        var back = await HandBackAsync();
        await CaughtUpAsync();

        Assert.That(back.IsCopyIdle, Is.True);
        Assert.That(Selector("checkout"), Is.EqualTo("app=checkout"));
        Assert.That(Json.Text(Get(KnownKinds.Services, "checkout"), "metadata", "annotations", "canary.delivery/original-selector"),
            Is.Null);
    }

    [TestCase("", "app=checkout", "canary.delivery/serves=checkout")]
    [TestCase(", tier: web", "app=checkout,tier=web", "canary.delivery/serves=checkout")]
    public async Task WhenAnotherServiceIsNamed_ThenTheOneBeforeFollowsTheLabels_AndKeepsItsOwnSelector(string more, string own,
        string selector)
    {
        await StartRoutedAsync(more);
        await NameAsync(WithoutMesh.Replace("workload: { name: checkout }", "workload: { name: checkout, service: shop }"));
        await ArrangeAsync(Following);
        var due = (await ObserveAsync()).Copy!.IsClientServiceDue;

        await ArrangeAsync(Following);

        Assert.Multiple(() =>
        {
            Assert.That(due, Is.True);
            Assert.That(Selector("checkout"), Is.EqualTo(selector));
            Assert.That(Annotation("claim"), Is.Null);
            Assert.That(Annotation("original-selector"), Is.EqualTo("{\"" + own.Replace("=", "\":\"").Replace(",", "\",\"") + "\"}"));
        });
        Assert.That((await ObserveAsync()).Copy!.IsClientServiceDue, Is.False);
        await HandBackAsync();
        BeReady("checkout");
        await CaughtUpAsync();
        await HandBackAsync();
        await CaughtUpAsync();
        Assert.That((Selector("checkout"), Annotation("original-selector")), Is.EqualTo((own, (string?)null)),
            "when the Rollout is deleted");
    }

    [Test]
    public async Task WhenItsOwnSelectorFindsBothSides_ThenTheServiceBeforeGetsItBackAtOnce()
    {
        await StartRoutedAsync("", "{ team: payments }");
        await NameAsync(WithoutMesh.Replace("workload: { name: checkout }", "workload: { name: checkout, service: shop }"));

        await ArrangeAsync(Following);
        await ArrangeAsync(Following);

        Assert.That((Selector("checkout"), Annotation("claim"), Annotation("original-selector")),
            Is.EqualTo(("team=payments", (string?)null, (string?)null)));
    }

    [Test]
    public async Task WhenTheRouterIsAnotherOne_ThenTheServiceFollowsTheLabels_AndTheCopysPodsHaveThemFirst()
    {
        await StartRoutedAsync("");
        // A release that was cut: the weight is noted, and a pod of stable has lost its label.
        var service = Get(KnownKinds.Services, "checkout");
        service["metadata"]!["annotations"]!["canary.delivery/weight"] = "20";
        _shop.Cluster.Put(KnownKinds.Services, service);
        PutCopyPod();
        await NameAsync(Rollout);

        await ArrangeAsync(Serving);

        Assert.Multiple(() =>
        {
            Assert.That(Selector("checkout"), Is.EqualTo("canary.delivery/serves=checkout"));
            Assert.That((Annotation("claim"), Annotation("weight")), Is.EqualTo(((string?)null, (string?)null)));
            Assert.That(Annotation("original-selector"), Is.EqualTo("{\"app\":\"checkout\"}"));
            Assert.That(Labels(Get(KnownKinds.Pods, "copy-1"), "metadata", "labels").GetValueOrDefault("canary.delivery/serves"),
                Is.EqualTo("checkout"));
            Assert.That(_shop.Cluster.Writes.TakeLast(2), Is.EqualTo(new[]
            {
                "PATCH /api/v1/namespaces/shop/pods/copy-1", "PATCH /api/v1/namespaces/shop/services/checkout",
            }), "no moment in which the Service asks for a label that no pod has");
        });
    }

    [TestCase("service: shop", TestName = "WhenItIsDeletedBeforeTheServiceFollowed_ThenThatHasTheSelectorOfItsTeam")]
    [TestCase(null, TestName = "WhenItIsDeletedBeforeTheRouterChanged_ThenTheServiceHasTheSelectorOfItsTeam")]
    public async Task WhenTheRolloutIsDeletedBeforeTheServiceFollowed(string? service)
    {
        await StartRoutedAsync("");
        await NameAsync(service is null ? Rollout
            : WithoutMesh.Replace("workload: { name: checkout }", $"workload: {{ name: checkout, {service} }}"));
        if (service is not null) await ArrangeAsync(Following);

        await HandBackAsync();
        BeReady("checkout");
        await CaughtUpAsync();
        await HandBackAsync();
        await CaughtUpAsync();
        var removed = await Workloads.RemoveCopyAsync(_shop.Snapshot(), _shop.Snapshot().Spec!, A.Limit());

        Assert.That((Selector("checkout"), Annotation("claim"), Annotation("original-selector")),
            Is.EqualTo(("app=checkout", (string?)null, (string?)null)));
        Assert.That(Selector("checkout-stable"), Is.EqualTo("app=checkout"), "Canary made it, and a route may name it for ever");
        Assert.That(removed, Is.InstanceOf<WriteResult.Applied>());
    }

    // The Service checkout is the route, at 0.
    private async Task StartRoutedAsync(string more, string? selector = null)
    {
        await StartAsync(Deployment.Replace("team: payments", "team: payments" + more), WithoutMesh);
        if (more.Length > 0 || selector is not null)
        {
            _shop.Cluster.Put(KnownKinds.Services, Service.Replace("{ app: checkout }, session",
                $"{selector ?? $"{{ app: checkout{more} }}"}, session"));
            await CaughtUpAsync();
        }

        _shop.Cluster.Put(KnownKinds.Services,
            "{ metadata: { name: shop, namespace: shop }, spec: { selector: { app: checkout, team: payments }, ports: [{ port: 80 }] } }");
        await CaughtUpAsync();
        await ServeFromTheCopyAsync(isStarted: true);
        await RouteAsync(0);
    }

    private async Task NameAsync(string rollout)
    {
        _shop.Cluster.Put(KnownKinds.Rollouts, rollout);
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
    }

    private void PutCopyPod()
    {
        _shop.Cluster.Put(KnownKinds.ReplicaSets, """
            metadata:
              name: copy-a
              namespace: shop
              uid: set-a
              labels: { app: checkout-stable }
              ownerReferences: [{ apiVersion: apps/v1, kind: Deployment, name: checkout-stable, uid: deployment-2, controller: true }]
            spec: {}
            """);
        _shop.Cluster.Put(KnownKinds.Pods, """
            metadata:
              name: copy-1
              namespace: shop
              labels: { app: checkout-stable }
              ownerReferences: [{ apiVersion: apps/v1, kind: ReplicaSet, name: copy-a, uid: set-a, controller: true }]
            """);
    }

    private string? Annotation(string name) =>
        Json.Text(Get(KnownKinds.Services, "checkout"), "metadata", "annotations", "canary.delivery/" + name);

    private async Task RouteAsync(int percent)
    {
        var result = await new TrafficRouter(_shop.Cluster.Client, _shop.Caches).ApplyAsync(_shop.Snapshot(), _shop.Traffic(),
            RoutePlan.Only(Weight.FromPercent(percent)), new Claim("rollout-1", 1, 1), A.Limit());
        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        await CaughtUpAsync();
    }
}
