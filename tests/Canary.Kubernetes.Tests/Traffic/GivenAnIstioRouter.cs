using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

public sealed class GivenAnIstioRouter
{
    private static readonly Claim Claim = new("rollout-1", 6);

    private Shop _shop = null!;
    private ITrafficRouter _router = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync();
        _router = new IstioDescriptor().Create(_shop.Cluster.Client, _shop.Caches);
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenAWeightIsApplied_ThenOneWriteMovesItAndStampsTheClaimAndTheNextLookShowsIt()
    {
        var before = _shop.Cluster.Get(IstioKinds.VirtualServices, "shop", "checkout");

        var result = await ApplyAsync(25);
        var reading = await _router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 75, 25 }));
        Assert.That(_shop.Claimed(), Is.EqualTo("rollout-1/6"));
        Assert.That(reading.Routes.Single().NamedCanaryWeight, Is.EqualTo(Weight.FromPercent(25)));
        Assert.That(reading.Routes.Single().Name, Is.EqualTo("VirtualService shop/checkout route primary"));
        Assert.That(JsonDifference.Between(before["spec"], _shop.Cluster.Get(IstioKinds.VirtualServices, "shop", "checkout")["spec"]),
            Is.EqualTo(new[] { "/http/0/route/0/weight", "/http/0/route/1/weight" }));
    }

    [Test]
    public async Task WhenTheWeightIsThereAlready_ThenNothingIsSent()
    {
        await ApplyAsync(25);

        var again = await ApplyAsync(25);

        Assert.That(again, Is.EqualTo(new WriteResult.Applied(0)));
        Assert.That(_shop.Cluster.Writes, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task WhenItIsPatched_ThenManagerAndStrictValidationAreSent()
    {
        await ApplyAsync(25);

        Assert.That(_shop.Cluster.Requests.Single(request => request.Method == "PATCH").PathAndQuery,
            Does.Contain("fieldManager=canary").And.Contain("fieldValidation=Strict"));
    }

    [Test]
    public async Task WhenAnotherHandWroteSinceItWasRead_ThenItIsContendedAndTheNextPassSeesIt()
    {
        await ApplyAsync(25);
        await _shop.FreezeAsync();
        _shop.Edit(document => document["spec"]!["http"]![0]!["route"]![1]!["weight"] = 99);

        var result = await ApplyAsync(50);

        Assert.That(result, Is.InstanceOf<WriteResult.Contended>());
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 75, 99 }));
        Assert.That(await ApplyAsync(50), Is.EqualTo(new WriteResult.Applied(1)));
    }

    [Test]
    public async Task WhenALaterLeaderStampedTheRoute_ThenTheOneThatWokeUpChangesNothing()
    {
        await ApplyAsync(25);
        await _shop.FreezeAsync();
        _shop.Edit(document => document["metadata"]!["annotations"]!["canary.delivery/claim"] = "rollout-1/7");

        var result = await ApplyAsync(50);

        Assert.That(result, Is.InstanceOf<WriteResult.Lost>());
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 75, 25 }));
    }

    [Test]
    public async Task WhenTheRouteWasNeverClaimed_ThenAClaimMadeMeanwhileFencesTheOldLeaderOff()
    {
        await _shop.FreezeAsync();
        _shop.Edit(document => document["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/claim"] = "rollout-1/7" });

        var result = await ApplyAsync(50);

        Assert.That(result, Is.InstanceOf<WriteResult.Lost>());
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 100, 0 }));
    }

    [Test]
    public async Task WhenANewLeaderClaims_ThenTheClaimAloneChanges()
    {
        await ApplyAsync(25);

        var result = await _router.ClaimAsync(_shop.Snapshot(), _shop.Traffic(), Claim with { Term = 9 }, A.Limit());
        var again = await _router.ClaimAsync(_shop.Snapshot(), _shop.Traffic(), Claim with { Term = 9 }, A.Limit());

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(again, Is.EqualTo(new WriteResult.Applied(0)));
        Assert.That(_shop.Claimed(), Is.EqualTo("rollout-1/9"));
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 75, 25 }));
    }

    [TestCase(403, "admission webhook \"validate.istio.io\" denied the request")]
    [TestCase(422, "spec.http[0].route[1].weight: Invalid value")]
    public async Task WhenTheServerRefuses_ThenTheMessageIsKept(int code, string message)
    {
        _shop.Cluster.Refusal = (_, _) => (code, message);

        var result = await ApplyAsync(25);

        Assert.That(result, Is.EqualTo(new WriteResult.Refused($"VirtualService shop/checkout: {message}")));
    }

    [Test]
    public async Task WhenAnotherLivingRolloutOwnsIt_ThenItIsAProblemAndHandsStayOff()
    {
        await ApplyAsync(25);
        _shop.Cluster.Put(KnownKinds.Rollouts,
            Shop.Rollout.Replace("name: checkout, namespace: shop, uid: rollout-1", "name: second, namespace: shop, uid: rollout-2",
                StringComparison.Ordinal));
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "second");
        var second = _shop.Snapshot() with { Uid = "rollout-2", Name = new RolloutName("shop", "second") };

        var reading = await _router.ReadAsync(second, _shop.Traffic(), A.Limit());
        var result = await _router.ApplyAsync(second, _shop.Traffic(), RoutePlan.Only(Weight.Full), new Claim("rollout-2", 6), A.Limit());

        Assert.That(reading.Problems.Single().ToString(), Is.EqualTo(
            "spec.traffic.istio.virtualServices[0].name: VirtualService shop/checkout belongs to Rollout shop/checkout, which names it "
                + "too; one Rollout a VirtualService is allowed"));
        Assert.That(result, Is.InstanceOf<WriteResult.Lost>());
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 75, 25 }));
    }

    [Test]
    public async Task WhenTheOwnerIsGone_ThenItIsTakenOver()
    {
        _shop.Edit(document =>
            document["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/claim"] = "long-gone/99", ["other"] = "x" });
        await _shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");

        var result = await ApplyAsync(5);

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(_shop.Claimed(), Is.EqualTo("rollout-1/6"));
    }

    [Test]
    public async Task WhenOneOfTwoVirtualServicesIsMissing_ThenTheOtherIsWrittenAllTheSame()
    {
        await ApplyAsync(25);
        var istio = (IstioSpec)_shop.Traffic().Router;
        var traffic = _shop.Traffic() with
        {
            Router =
            istio with { VirtualServices = [new VirtualServiceReference("missing", []), .. istio.VirtualServices] }
        };

        var reading = await _router.ReadAsync(_shop.Snapshot(), traffic, A.Limit());
        var result = await _router.ApplyAsync(_shop.Snapshot(), traffic, RoutePlan.Only(Weight.Zero), Claim, A.Limit());

        Assert.That(reading.Problems.Single()
            .ToString(),
            Is.EqualTo("spec.traffic.istio.virtualServices[0].name: VirtualService shop/missing is not there; there are checkout"));
        Assert.That(reading.Routes.Select(route => route.NamedCanaryWeight), Is.EqualTo(new[] { Weight.FromPercent(25) }),
            "what is gone does not hide what is there");
        Assert.That(result, Is.EqualTo(new WriteResult.Refused("VirtualService shop/missing is not there")));
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 100, 0 }));
    }

    [Test]
    public async Task WhenOneOfTwoVirtualServicesCannotBeUnderstood_ThenNothingIsTakenForKnown()
    {
        await ApplyAsync(25);
        _shop.Cluster.Put(IstioKinds.VirtualServices,
            Shop.VirtualService.Replace("name: checkout, namespace", "name: renamed, namespace", StringComparison.Ordinal));
        await _shop.CaughtUpAsync(IstioKinds.VirtualServices, "renamed");
        var istio = (IstioSpec)_shop.Traffic().Router;
        var traffic = _shop.Traffic() with
        {
            Router =
            istio with { VirtualServices = [new VirtualServiceReference("renamed", ["other"]), .. istio.VirtualServices] }
        };

        var reading = await _router.ReadAsync(_shop.Snapshot(), traffic, A.Limit());

        Assert.That(reading.Routes, Is.Empty);
        Assert.That(reading.Problems.Single().ToString(), Does.Contain("has no http route named other"));
    }

    [Test]
    public async Task WhenOneOfTwoVirtualServicesIsAnotherRolloutsNow_ThenTheOtherIsWrittenAllTheSame()
    {
        await ApplyAsync(25);
        _shop.Cluster.Put(IstioKinds.VirtualServices,
            Shop.VirtualService.Replace("name: checkout, namespace",
                "name: taken, annotations: { canary.delivery/claim: rollout-2/6 }, namespace", StringComparison.Ordinal));
        _shop.Cluster.Put(KnownKinds.Rollouts, Shop.Rollout
            .Replace("name: checkout, namespace: shop, uid: rollout-1", "name: second, namespace: shop, uid: rollout-2",
                StringComparison.Ordinal)
            .Replace("[{ name: checkout,", "[{ name: taken,", StringComparison.Ordinal));
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "second");
        await _shop.CaughtUpAsync(IstioKinds.VirtualServices, "taken");
        var istio = (IstioSpec)_shop.Traffic().Router;
        var traffic = _shop.Traffic() with
        {
            Router =
            istio with { VirtualServices = [new VirtualServiceReference("taken", []), .. istio.VirtualServices] }
        };

        var result = await _router.ApplyAsync(_shop.Snapshot(), traffic, RoutePlan.Only(Weight.Zero), Claim, A.Limit());

        Assert.That(result, Is.InstanceOf<WriteResult.Lost>());
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 100, 0 }));
        Assert.That(_shop.Claimed("taken"), Is.EqualTo("rollout-2/6"));
    }

    private Task<WriteResult> ApplyAsync(int percent) =>
        _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(), RoutePlan.Only(Weight.FromPercent(percent)), Claim, A.Limit());
}
