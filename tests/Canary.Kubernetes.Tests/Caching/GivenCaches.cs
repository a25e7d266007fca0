using System;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Caching;

public sealed class GivenCaches
{
    private static readonly RolloutName Checkout = new("shop", "checkout");

    [Test]
    public async Task WhenSomethingThatTheRolloutNamesChanges_ThenTheRolloutIsAffected()
    {
        await using var shop = await Shop.StartAsync();
        (ResourceKind Kind, string Document)[] changes =
        [
            (KnownKinds.Rollouts, Shop.Rollout.Replace("setWeight: 5", "setWeight: 6", StringComparison.Ordinal)),
            (IstioKinds.VirtualServices, Shop.VirtualService.Replace("5s", "6s", StringComparison.Ordinal)),
            (KnownKinds.Deployments, Shop.Deployment("canary", "2.0.0")),
            (KnownKinds.EndpointSlices, Shop.Slice("checkout-canary-a", "checkout-canary")),
            (KnownKinds.Services, "{ metadata: { name: checkout-stable, namespace: shop }, spec: { selector: { app: x } } }"),
            (KnownKinds.AnalysisTemplates, "{ metadata: { name: smoke, namespace: shop }, spec: { metrics: [] } }"),
        ];

        foreach (var (kind, document) in changes)
        {
            Clear(shop);
            shop.Cluster.Put(kind, document);
            await Eventually.ThatAsync(() => Count(shop) > 0, $"a change of {kind} affects the rollout");
        }
    }

    [Test]
    public async Task WhenSomethingElseChanges_ThenNobodyIsAffectedAndItIsNotKeptWhole()
    {
        await using var shop = await Shop.StartAsync();
        Clear(shop);

        shop.Cluster.Put(IstioKinds.VirtualServices,
            Shop.VirtualService.Replace("name: checkout,", "name: other,", StringComparison.Ordinal));
        shop.Cluster.Put(KnownKinds.Deployments, Shop.Deployment("other", "1"));
        await shop.CaughtUpAsync(IstioKinds.VirtualServices, "other");
        await shop.CaughtUpAsync(KnownKinds.Deployments, "checkout-other");

        Assert.That(Count(shop), Is.Zero);
        Assert.That(shop.Caches.Cache(IstioKinds.VirtualServices).Get(new ObjectName("shop", "other"))!.ContainsKey("spec"), Is.False);
        Assert.That(shop.Caches.Deployments.Cache.Get(new ObjectName("shop", "checkout-other"))!.ContainsKey("spec"), Is.False);
    }

    [Test]
    public async Task WhenARolloutNamesWhatWasNotKept_ThenItIsReadAtTheFirstLook()
    {
        await using var shop = await Shop.StartAsync(cluster => cluster.Put(IstioKinds.VirtualServices,
            Shop.VirtualService.Replace("name: checkout,", "name: other,", StringComparison.Ordinal)));
        shop.Cluster.Put(KnownKinds.Rollouts,
            Shop.Rollout.Replace("{ name: checkout, routes", "{ name: other, routes", StringComparison.Ordinal));
        await shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
        var router = new IstioDescriptor().Create(shop.Cluster.Client, shop.Caches);

        var reading = await router.ReadAsync(shop.Snapshot(), shop.Traffic(), A.Limit());
        var applied = await router.ApplyAsync(shop.Snapshot(), shop.Traffic(),
            RoutePlan.Only(Weight.FromPercent(5)), new Claim("rollout-1", 1), A.Limit());

        Assert.That(reading.Problems, Is.Empty);
        Assert.That(applied, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(shop.Weights("other"), Is.EqualTo(new long[] { 95, 5 }));
        Assert.That((await router.ReadAsync(shop.Snapshot(), shop.Traffic(), A.Limit())).Routes.Single().NamedCanaryWeight,
            Is.EqualTo(Weight.FromPercent(5)));
    }

    [Test]
    public async Task WhenTheWatchIsBehind_ThenANewLeaderSeesWhatTheFormerOneSavedAllTheSame()
    {
        await using var shop = await Shop.StartAsync();
        await shop.FreezeAsync();
        shop.Cluster.Put(KnownKinds.Rollouts, Shop.Rollout.Replace("setWeight: 5", "setWeight: 6", StringComparison.Ordinal)
            .Replace("{ name: checkout, routes", "{ name: other, routes", StringComparison.Ordinal));

        await shop.Caches.CatchUpAsync(A.Limit());

        Assert.That(((Canary.Core.Rollouts.Step.SetWeight)shop.Snapshot().Spec!.Steps[0]).Weight, Is.EqualTo(Weight.FromPercent(6)));
        Assert.That(shop.Caches.OwnerOf("rollout-1", IstioKinds.VirtualServices, new ObjectName("shop", "other")), Is.EqualTo(Checkout),
            "what it names is known too");
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task WhenWeWrite_ThenOurEchoAffectsNobodyEvenWhereItOvertakesTheAnswer(bool isOvertaken)
    {
        await using var shop = await Shop.StartAsync();
        Clear(shop);
        if (isOvertaken)
        {
            shop.Cluster.BeforeTheAnswer = async () =>
            {
                await shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");
                await shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");
            };
        }

        var store = new KubernetesRolloutStore(shop.Cluster.Client, shop.Caches);
        await new IstioDescriptor().Create(shop.Cluster.Client, shop.Caches).ApplyAsync(shop.Snapshot(), shop.Traffic(),
            RoutePlan.Only(Weight.FromPercent(5)),
            new Claim("rollout-1", 1), A.Limit());
        await store.SaveAsync(shop.Snapshot(), shop.Snapshot().Status with { Message = "x" }, A.Limit());
        shop.Cluster.Put(KnownKinds.EndpointSlices, Shop.Slice("checkout-canary-a", "checkout-canary"));
        await Eventually.ThatAsync(() => Count(shop) > 0, "the change of another hand is seen");
        await shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");
        await shop.CaughtUpAsync(KnownKinds.Rollouts, "checkout");

        Assert.That(Count(shop), Is.EqualTo(1));
    }

    [Test]
    public async Task WhenAnotherHandWritesWhileOurWriteIsOnItsWay_ThenThatIsToldWhenOursIsDone()
    {
        await using var shop = await Shop.StartAsync();
        Clear(shop);
        shop.Cluster.BeforeTheAnswer = async () =>
        {
            shop.Edit(document => document["spec"]!["http"]![0]!["timeout"] = "9s");
            await shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");
        };

        await new IstioDescriptor().Create(shop.Cluster.Client, shop.Caches).ApplyAsync(shop.Snapshot(), shop.Traffic(),
            RoutePlan.Only(Weight.FromPercent(5)),
            new Claim("rollout-1", 1), A.Limit());
        await Eventually.ThatAsync(() => Count(shop) > 0, "the change is told");

        Assert.That(Count(shop), Is.EqualTo(1));
    }

    [Test]
    public async Task WhenARolloutChangesWhileOurWriteOfItHasNoAnswer_ThenThatIsSeenAtOnce()
    {
        await using var shop = await Shop.StartAsync();
        var seen = 0;
        shop.Caches.Seen += _ => Interlocked.Increment(ref seen);
        var duringTheWrite = -1;
        shop.Cluster.BeforeTheAnswer = async () =>
        {
            // The cache has the change a moment before it tells of it.
            await Eventually.ThatAsync(() => Volatile.Read(ref seen) > 0, "the change is seen");
            duringTheWrite = seen;
        };

        await new KubernetesRolloutStore(shop.Cluster.Client, shop.Caches).SaveAsync(shop.Snapshot(),
            shop.Snapshot().Status with { Message = "x" }, A.Limit());

        Assert.That(duringTheWrite, Is.EqualTo(1));
    }

    [Test]
    public async Task WhenIstioIsNotInstalled_ThenItIsAProblemOfTheRolloutWhichHealsByItself()
    {
        await using var shop =
            await Shop.StartAsync(cluster => cluster.Absent.UnionWith(["virtualservices", "destinationrules", "clusteranalysistemplates"]));
        var router = new IstioDescriptor().Create(shop.Cluster.Client, shop.Caches);

        var before = await router.ReadAsync(shop.Snapshot(), shop.Traffic(), A.Limit());
        Clear(shop);
        shop.Cluster.Absent.Clear();
        await Eventually.ThatAsync(
            () => Count(shop) > 0 && shop.Caches.Referenced(IstioKinds.VirtualServices).Problem is null, "the rollout is looked at again");
        var after = await router.ReadAsync(shop.Snapshot(), shop.Traffic(), A.Limit());

        Assert.That(shop.Caches.HasSynced, Is.True);
        Assert.That(before.Problems.Single().ToString(), Is.EqualTo(
            "spec.traffic.istio: VirtualServices cannot be read: the API server serves virtualservices.networking.istio.io in none of the "
                + "versions v1, v1beta1, v1alpha3; install it, or give its CustomResourceDefinition such a version"));
        Assert.That(after.Problems, Is.Empty);
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_ThenItIsAffectedAndForgotten()
    {
        await using var shop = await Shop.StartAsync();
        Clear(shop);

        shop.Cluster.Delete(KnownKinds.Rollouts, "shop", "checkout");
        await Eventually.ThatAsync(() => Count(shop) > 0, "told");

        Assert.That(shop.Caches.Names, Is.Empty);
    }

    private static void Clear(Shop shop)
    {
        lock (shop.Affected) shop.Affected.Clear();
    }

    private static int Count(Shop shop)
    {
        lock (shop.Affected) return shop.Affected.Count(name => name == Checkout);
    }
}
