using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

public sealed class GivenARolloutThatIsDeleted
{
    private static readonly ObjectName Name = new("shop", "checkout");
    private static readonly Claim Claim = new("rollout-1", 6, 3);

    private Shop _shop = null!;
    private ITrafficRouter _router = null!;
    private KubernetesRolloutStore _store = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync();
        _router = new IstioDescriptor().Create(_shop.Cluster.Client, _shop.Caches);
        _store = new KubernetesRolloutStore(_shop.Cluster.Client, _shop.Caches);
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    [Test]
    public async Task WhenItIsHeldAndReleased_ThenItGoesOnceItIsReleased()
    {
        var held = await _store.HoldAsync(_shop.Snapshot(), A.Limit());
        var again = await _store.HoldAsync(_shop.Snapshot(), A.Limit());
        await _shop.Cluster.Client.DeleteAsync(KnownKinds.Rollouts, Name, new DeleteOptions(), A.Limit());
        await Eventually.ThatAsync(() => _shop.Snapshot().Deletion.IsAsked, "the deletion is seen");
        var deletion = _shop.Snapshot().Deletion;
        var released = await _store.ReleaseAsync(_shop.Snapshot(), A.Limit());

        Assert.That(held, Is.InstanceOf<SaveResult.Saved>());
        Assert.That(again, Is.InstanceOf<SaveResult.Saved>());
        Assert.That(deletion, Is.EqualTo(new RolloutDeletionState(true, true, DeletionPolicy.Restore)));
        Assert.That(released, Is.InstanceOf<SaveResult.Saved>());
        Assert.That(_shop.Cluster.List(KnownKinds.Rollouts), Is.Empty);
        Assert.That(_shop.Cluster.Writes.Count(write => write.StartsWith("PATCH", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    [Test]
    public async Task WhenOthersHoldItToo_ThenTheirsStay()
    {
        Change(document => document["metadata"]!["finalizers"] = new JsonArray("foregroundDeletion"));
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");

        await _store.HoldAsync(_shop.Snapshot(), A.Limit());
        Assert.That(Finalizers(), Is.EqualTo(new[] { "foregroundDeletion", "canary.delivery/traffic" }));
        await _store.ReleaseAsync(_shop.Snapshot(), A.Limit());

        Assert.That(Finalizers(), Is.EqualTo(new[] { "foregroundDeletion" }));
    }

    [Test]
    public async Task WhenItChangedSinceItWasRead_ThenThatIsAConflict()
    {
        await _shop.FreezeAsync();
        Change(document => document["metadata"]!["annotations"] = new JsonObject { ["a"] = "b" });

        Assert.That(await _store.HoldAsync(_shop.Snapshot(), A.Limit()), Is.InstanceOf<SaveResult.Conflict>());
    }

    [TestCase("Orphan", DeletionPolicy.Orphan)]
    [TestCase("Restore", DeletionPolicy.Restore)]
    [TestCase(null, DeletionPolicy.Restore)]
    public void WhenThePolicyIsRead_ThenTheRestOfTheSpecDoesNotMatter(string? text, DeletionPolicy policy)
    {
        var document = _shop.Cluster.Get(KnownKinds.Rollouts, "shop", "checkout");
        document["spec"] = new JsonObject { ["deletionPolicy"] = text };

        Assert.That(RolloutMapping.Read(document).Deletion.Policy, Is.EqualTo(policy));
    }

    [Test]
    public async Task WhenTheRoutesAreReleased_ThenOneWriteMovesTheWeightAndTakesTheClaimOff()
    {
        await _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(), RoutePlan.Only(Weight.FromPercent(20)), Claim, A.Limit());
        var before = _shop.Cluster.Writes.Count;

        var result = await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), Weight.Zero, Claim, A.Limit());

        Assert.That(result.Restored, Is.EqualTo(new[] { "VirtualService shop/checkout route primary from 20 to 0" }));
        Assert.That((_shop.Claimed(), _shop.Cluster.Writes.Count - before), Is.EqualTo(((string?)null, 1)));
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 100, 0 }));
    }

    [Test]
    public async Task WhenTheWeightsAreToStay_ThenTheClaimAloneGoes()
    {
        await _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(), RoutePlan.Only(Weight.FromPercent(20)), Claim, A.Limit());

        var result = await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), null, Claim, A.Limit());

        Assert.That((_shop.Claimed(), result.Restored.Count, result.Refused), Is.EqualTo(((string?)null, 0, (string?)null)));
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 80, 20 }));
    }

    [Test]
    public async Task WhenTheVirtualServiceIsGone_ThenItIsLeftAndNothingIsWaitedFor()
    {
        _shop.Cluster.Delete(IstioKinds.VirtualServices, "shop", "checkout");
        await Eventually.ThatAsync(() => _shop.Caches.Referenced(IstioKinds.VirtualServices).Cache.Get(Name) is null, "it is gone");

        var result = await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), Weight.Zero, Claim, A.Limit());

        Assert.That(result.Left, Is.EqualTo(new[] { "VirtualService shop/checkout is not there" }));
        Assert.That(result.Refused, Is.Null);
    }

    [Test]
    public async Task WhenItsRoutesCannotBeRead_ThenTheClaimGoesAllTheSame()
    {
        await _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(), RoutePlan.Only(Weight.FromPercent(20)), Claim, A.Limit());
        _shop.Edit(document => document["spec"]!["http"]![0]!["name"] = "renamed");
        await _shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");

        var result = await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), Weight.Zero, Claim, A.Limit());

        Assert.That((_shop.Claimed(), result.Refused), Is.EqualTo(((string?)null, (string?)null)));
        Assert.That(result.Left.Single(), Does.Contain("has no http route named primary"));
    }

    [Test]
    public async Task WhenAnotherLivingRolloutOwnsIt_ThenItIsLeftToThat()
    {
        _shop.Cluster.Put(KnownKinds.Rollouts,
            Shop.Rollout.Replace("name: checkout, namespace: shop, uid: rollout-1", "name: second, namespace: shop, uid: rollout-2",
                StringComparison.Ordinal));
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "second");
        _shop.Edit(document => document["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/claim"] = "rollout-2/6/9" });
        await _shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");

        var result = await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), Weight.Zero, Claim, A.Limit());

        Assert.That((_shop.Claimed(), result.Refused), Is.EqualTo(("rollout-2/6/9", (string?)null)));
        Assert.That(result.Left.Single(), Does.Contain("belongs to Rollout shop/second"));
    }

    [Test]
    public async Task WhenTheServerRefuses_ThenItIsWorthAnotherTry()
    {
        await _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(), RoutePlan.Only(Weight.FromPercent(20)), Claim, A.Limit());
        _shop.Cluster.Refusal = (_, _) => (403, "admission webhook denied it");

        var result = await _router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), Weight.Zero, Claim, A.Limit());

        Assert.That(result.Refused, Is.EqualTo("VirtualService shop/checkout: admission webhook denied it"));
    }

    [Test]
    public async Task WhenStableIsReleased_ThenItsClaimIsOff()
    {
        var workloads = new KubernetesWorkloads(_shop.Cluster.Client, _shop.Caches);
        await workloads.ClaimStableAsync(_shop.Snapshot(), _shop.Traffic(), Claim, A.Limit());

        var result = await workloads.ReleaseStableAsync(_shop.Snapshot(), _shop.Traffic(), Claim, A.Limit());

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(Json.Text(_shop.Cluster.Get(KnownKinds.Deployments, "shop", "checkout-stable"), "metadata", "annotations",
            "canary.delivery/claim"), Is.Null);
    }

    private void Change(Action<JsonObject> change)
    {
        var document = _shop.Cluster.Get(KnownKinds.Rollouts, "shop", "checkout");
        change(document);
        _shop.Cluster.Put(KnownKinds.Rollouts, document);
    }

    private string[] Finalizers() =>
        [.. (Json.Array(_shop.Cluster.Get(KnownKinds.Rollouts, "shop", "checkout"), "metadata", "finalizers")
            ?? []).Select(name => (string)name!)];
}
