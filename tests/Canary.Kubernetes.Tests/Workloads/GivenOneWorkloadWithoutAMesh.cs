using System.Threading.Tasks;
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

    private async Task RouteAsync(int percent)
    {
        var result = await new TrafficRouter(_shop.Cluster.Client, _shop.Caches).ApplyAsync(_shop.Snapshot(), _shop.Traffic(),
            RoutePlan.Only(Weight.FromPercent(percent)), new Claim("rollout-1", 1, 1), A.Limit());
        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        await CaughtUpAsync();
    }
}
