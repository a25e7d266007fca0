using System.Linq;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

/// <summary>Istio serves v1 since 1.22; before, v1beta1 alone, and long before v1alpha3. All three have the same fields.</summary>
public sealed class GivenAnIstioOfAnotherVersion
{
    private static readonly Claim Claim = new("rollout-1", 6);

    [TestCase("v1beta1")]
    [TestCase("v1alpha3")]
    [TestCase("v1alpha3", "v1beta1")]
    public async Task WhenItHasNoV1_ThenItsOwnVersionIsReadWatchedAndWritten(params string[] versions)
    {
        await using var shop = await Shop.StartAsync(cluster => cluster.ServeIstio(versions));
        var router = new IstioDescriptor().Create(shop.Cluster.Client, shop.Caches);

        var before = await router.ReadAsync(shop.Snapshot(), shop.Traffic(), A.Limit());
        var written = await router.ApplyAsync(shop.Snapshot(), shop.Traffic(), RoutePlan.Only(Weight.FromPercent(25)), Claim, A.Limit());
        shop.Edit(document => document["spec"]!["http"]![0]!["timeout"] = "9s");
        await shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");

        Assert.That(before.Problems, Is.Empty);
        Assert.That(written, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(shop.Weights(), Is.EqualTo(new long[] { 75, 25 }));
        Assert.That(shop.Cluster.Writes.Single(),
            Is.EqualTo($"PATCH /apis/networking.istio.io/{versions[^1]}/namespaces/shop/virtualservices/checkout"));
        Assert.That(shop.Cluster.Requests.Any(request => request.PathAndQuery.StartsWith(
            $"/apis/networking.istio.io/{versions[^1]}/destinationrules?watch=true", System.StringComparison.Ordinal)), Is.True);
    }

    [TestCase("v1beta1", "v1")]
    [TestCase("v1", "v1beta1")]
    [TestCase("v1alpha3", "v1")]
    public async Task WhenItIsUpgradedMeanwhile_ThenTheNextWriteAndTheWatchesFollow(string from, string to)
    {
        await using var shop = await Shop.StartAsync(cluster => cluster.ServeIstio(from));
        var router = new IstioDescriptor().Create(shop.Cluster.Client, shop.Caches);
        await router.ApplyAsync(shop.Snapshot(), shop.Traffic(), RoutePlan.Only(Weight.FromPercent(25)), Claim, A.Limit());

        shop.Cluster.ServeIstio(to);
        var written = await router.ApplyAsync(shop.Snapshot(), shop.Traffic(), RoutePlan.Only(Weight.FromPercent(0)), Claim, A.Limit());
        shop.Edit(document => document["spec"]!["http"]![0]!["timeout"] = "9s");
        await shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");
        var reading = await router.ReadAsync(shop.Snapshot(), shop.Traffic(), A.Limit());

        Assert.That(written, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(shop.Weights(), Is.EqualTo(new long[] { 100, 0 }));
        Assert.That(shop.Cluster.Writes[^1], Does.Contain($"/{to}/"));
        Assert.That((reading.Problems.Count, reading.Routes.Single().NamedCanaryWeight), Is.EqualTo((0, Weight.Zero)));
    }

    [Test]
    public async Task WhenAnObjectIsMissing_ThenDiscoveryIsNotAskedForIt()
    {
        await using var cluster = await FakeCluster.StartAsync();

        for (var times = 0; times < 3; times++)
            Assert.That(await cluster.Client.FindAsync(IstioKinds.VirtualServices, new ObjectName("shop", "gone"), A.Limit()), Is.Null);

        Assert.That(cluster.Requests, Has.Count.EqualTo(3));
    }

    [Test]
    public async Task WhenAnObjectIsCreated_ThenItSaysTheVersionThatIsServed()
    {
        await using var cluster = await FakeCluster.StartAsync();
        cluster.ServeIstio("v1beta1");

        await cluster.Client.CreateAsync(IstioKinds.VirtualServices, "shop",
            Yaml.Object("{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: a, namespace: shop } }"), A.Write,
            A.Limit());

        Assert.That(await cluster.Client.ServesAsync(IstioKinds.VirtualServices, A.Limit()), Is.True);
        Assert.That(cluster.Requests.Last(request => request.Method == "POST").Body, Does.Contain("networking.istio.io/v1beta1"));
    }

    [Test]
    public async Task WhenNothingThatIsKnownIsServed_ThenTheProblemNamesTheVersions()
    {
        await using var shop = await Shop.StartAsync(cluster => cluster.ServeIstio("v2"));

        var reading = await new IstioDescriptor().Create(shop.Cluster.Client, shop.Caches)
            .ReadAsync(shop.Snapshot(), shop.Traffic(), A.Limit());

        Assert.That(reading.Problems.Single().Message, Does.Contain("v1, v1beta1, v1alpha3"));
    }
}
