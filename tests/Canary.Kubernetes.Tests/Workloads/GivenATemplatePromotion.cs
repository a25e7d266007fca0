using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Workloads;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Workloads;

/// <summary>The claim on stable's Deployment says which write it took last, as that on a route does: a template that was sent before is
/// refused.</summary>
public sealed class GivenATemplatePromotion
{
    private static readonly Claim Claim = new("rollout-1", 6, 3);
    private static readonly ObjectName Stable = new("shop", "checkout-stable");

    private Shop _shop = null!;
    private JsonObject _source = null!;
    private RevisionScheme _scheme = null!;
    private string _revision = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _shop = await Shop.StartAsync(cluster => cluster.Put(KnownKinds.Deployments, Shop.Deployment("canary", "2.0.0")));
        var reading =
            await new KubernetesWorkloads(_shop.Cluster.Client, _shop.Caches).ObserveAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());
        (_scheme, _revision) = (reading.Scheme!, reading.Second.Revision!);
        _source = (await _shop.Caches.Deployments.FindAsync(new ObjectName("shop", "checkout-canary"), A.Limit()))!;
    }

    [TearDown]
    public async Task StopAsync() => await _shop.DisposeAsync();

    private string Image =>
        Live["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!.GetValue<string>()["registry.example.com/".Length..];

    private string? Claimed => Json.Text(Live, "metadata", "annotations", "canary.delivery/claim");

    private JsonObject Live => _shop.Cluster.Get(KnownKinds.Deployments, Stable.Namespace!, Stable.Name);

    [Test]
    public async Task WhenNothingStandsAgainstIt_ThenTemplateAndClaimAreOneWrite()
    {
        var result = await WriteAsync(Claim);
        var again = await WriteAsync(Claim);

        Assert.That((result, again), Is.EqualTo((new WriteResult.Applied(1), new WriteResult.Applied(0))));
        Assert.That((Image, Claimed), Is.EqualTo(("checkout:2.0.0", "rollout-1/6/3")));
    }

    [TestCase("rollout-1/6/4", TestName = "WhenAnAbortStampedItMeanwhile_ThenTheTemplateIsRefused")]
    [TestCase("rollout-1/7/3", TestName = "WhenANewLeaderStampedItMeanwhile_ThenTheTemplateIsRefused")]
    [TestCase("rollout-2/1/1", TestName = "WhenAnotherRolloutStampedItMeanwhile_ThenTheTemplateIsRefused")]
    public async Task WhenItIsStampedAfterItWasRead(string stamp)
    {
        await StampAsync("rollout-1/6/2");
        await _shop.FreezeAsync();
        Stamp(stamp);

        var result = await WriteAsync(Claim);

        Assert.That(result, Is.InstanceOf<WriteResult.Contended>().Or.InstanceOf<WriteResult.Lost>());
        Assert.That((Image, Claimed), Is.EqualTo(("checkout:1.0.0", stamp)));
    }

    [Test]
    public async Task WhenItCarriedNoClaimAndIsStampedMeanwhile_ThenTheTemplateIsRefused()
    {
        await _shop.FreezeAsync();
        Stamp("rollout-1/6/4");

        var result = await WriteAsync(Claim);

        Assert.That((result, Image), Is.EqualTo((result as WriteResult.Contended, "checkout:1.0.0")));
    }

    [Test]
    public async Task WhenTheTemplateWasChangedMeanwhile_ThenItIsNotWrittenOver()
    {
        await StampAsync("rollout-1/6/3");
        await _shop.FreezeAsync();
        var other = Live;
        other["spec"]!["template"]!["spec"]!["containers"]![0]!["image"] = "registry.example.com/checkout:1.0.1";
        _shop.Cluster.Put(KnownKinds.Deployments, other);

        var result = await WriteAsync(Claim);

        Assert.That((result, Image), Is.EqualTo((result as WriteResult.Contended, "checkout:1.0.1")));
    }

    [Test]
    public async Task WhenALaterSequenceIsReadThere_ThenNothingIsSent()
    {
        await StampAsync("rollout-1/6/4");

        var result = await WriteAsync(Claim);

        Assert.That(result, Is.InstanceOf<WriteResult.Contended>());
        Assert.That(_shop.Cluster.Writes, Is.Empty);
    }

    [TestCase("rollout-1/4000000000/3", 4_000_000_000L)]
    [TestCase("rollout-1/6/4503599627370496", null)]
    public async Task WhenTheClaimIsMadeUp_ThenItIsWrittenOver(string made, long? term)
    {
        await StampAsync(made);

        var first = await WriteAsync(Claim);
        var result = term is null ? first : await WriteAsync(Claim with { ForgedTerm = term });

        Assert.That((first as WriteResult.Lost)?.Term, Is.EqualTo(term));
        Assert.That((result, Image, Claimed), Is.EqualTo((new WriteResult.Applied(1), "checkout:2.0.0", "rollout-1/6/3")));
    }

    [Test]
    public async Task WhenItIsStamped_ThenThatIsDoneOnceAndTheTemplateStays()
    {
        var result = await ClaimAsync(Claim with { Sequence = 4 });
        var again = await ClaimAsync(Claim with { Sequence = 4 });
        var late = await WriteAsync(Claim);

        Assert.That((result, again), Is.EqualTo((new WriteResult.Applied(1), new WriteResult.Applied(0))));
        Assert.That(late, Is.InstanceOf<WriteResult.Contended>());
        Assert.That((Image, Claimed), Is.EqualTo(("checkout:1.0.0", "rollout-1/6/4")));
    }

    private async Task<WriteResult> WriteAsync(Claim claim) =>
        await Promotion(claim).WriteAsync(_source, Side.NamedCanary, await KnownAsync(), _scheme, _revision, A.Limit());

    private async Task<WriteResult> ClaimAsync(Claim claim) =>
        await Promotion(claim).ClaimAsync(await KnownAsync(), A.Limit());

    private TemplatePromotion Promotion(Claim claim) =>
        new(_shop.Cluster.Client, _shop.Caches, _shop.Snapshot(), claim, ConfigurationView.None);

    private async Task<JsonObject> KnownAsync() => (await _shop.Caches.Deployments.FindAsync(Stable, A.Limit()))!;

    private async Task StampAsync(string claim)
    {
        Stamp(claim);
        await _shop.CaughtUpAsync(KnownKinds.Deployments, Stable.Name);
    }

    private void Stamp(string claim)
    {
        var document = Live;
        document["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/claim"] = claim };
        _shop.Cluster.Put(KnownKinds.Deployments, document);
    }
}
