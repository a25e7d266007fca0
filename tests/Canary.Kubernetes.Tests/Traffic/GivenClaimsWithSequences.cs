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

/// <summary>The claim on a route says which write it took last: what was sent before is refused.</summary>
public sealed class GivenClaimsWithSequences
{
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

    [TestCase("u/7", 7, 0)]
    [TestCase("u/7/12", 7, 12)]
    [TestCase("u/7/0", 7, 0)]
    public void WhenAClaimIsRead_ThenThatOfAnEarlierVersionIsToo(string text, long term, long sequence)
    {
        var isRead = Claim.TryParse(text, out var claim);

        Assert.That((isRead, claim), Is.EqualTo((true, new Claim("u", term, sequence))));
        Assert.That(Claim.TryParse(claim.ToString(), out var again) && again == claim, Is.True);
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("u")]
    [TestCase("/7")]
    [TestCase("u/")]
    [TestCase("u/x")]
    [TestCase("u/7/")]
    [TestCase("u/7/x")]
    [TestCase("u/7/-1")]
    [TestCase("u/7/1/2")]
    [TestCase("u/7/9223372036854775807")]
    [TestCase("u/99999999999999999999/1")]
    public void WhenItIsNoClaim_ThenItIsNone(string? text) => Assert.That(Claim.TryParse(text, out _), Is.False);

    // A former leader was held up between two VirtualServices; meanwhile the Rollout was deleted, and its claims taken off.
    [TestCase(false)]
    [TestCase(true)]
    public async Task WhenTheRolloutIsGoneAndTheObjectCarriesNoClaim_ThenNothingIsRaised(bool isMadeAgain)
    {
        var (rollout, traffic) = (_shop.Snapshot(), _shop.Traffic());
        var document = _shop.Cluster.Get(KnownKinds.Rollouts, "shop", "checkout");
        _shop.Cluster.Delete(KnownKinds.Rollouts, "shop", "checkout");
        document["metadata"]!["uid"] = "another";
        if (isMadeAgain) _shop.Cluster.Put(KnownKinds.Rollouts, document);

        var result = await _router.ApplyAsync(rollout, traffic,
            RoutePlan.Only(Weight.FromBasisPoints(2000)), new Claim(rollout.Uid, 1, 1), A.Limit());

        Assert.That(result, Is.InstanceOf<WriteResult.Lost>());
        Assert.That(_shop.Weights(), Is.EqualTo(new[] { 100, 0 }));
        Assert.That(_shop.Claimed(), Is.Null);
    }

    [Test]
    public async Task WhenTheWeightIsShownAlready_ThenTheStampAloneIsWritten()
    {
        var result = await _router.ClaimAsync(_shop.Snapshot(), _shop.Traffic(), new Claim("rollout-1", 6, 3), A.Limit());
        var again = await _router.ClaimAsync(_shop.Snapshot(), _shop.Traffic(), new Claim("rollout-1", 6, 3), A.Limit());
        var reading = await _router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

        Assert.That((result, again), Is.EqualTo((new WriteResult.Applied(1), new WriteResult.Applied(0))));
        Assert.That((_shop.Claimed(), reading.Routes.Single().Sequence), Is.EqualTo(("rollout-1/6/3", (long?)3)));
    }

    [Test]
    public async Task WhenARaiseMeetsAStampThatItDidNotRead_ThenItIsRefused()
    {
        await _shop.FreezeAsync();
        _shop.Edit(document => document["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/claim"] = "rollout-1/6/4" });

        var result =
            await _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(),
                RoutePlan.Only(Weight.FromPercent(20)), new Claim("rollout-1", 6, 3), A.Limit());

        Assert.That(result, Is.InstanceOf<WriteResult.Contended>());
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 100, 0 }));
    }

    [Test]
    public async Task WhenAStampMeetsAWeightThatItDidNotRead_ThenItIsRefused()
    {
        await _shop.FreezeAsync();
        _shop.Edit(document => document["spec"]!["http"]![0]!["route"]![1]!["weight"] = 20);

        var result = await _router.ClaimAsync(_shop.Snapshot(), _shop.Traffic(), new Claim("rollout-1", 6, 3), A.Limit());

        Assert.That(result, Is.InstanceOf<WriteResult.Contended>());
        Assert.That(_shop.Claimed(), Is.Null);
    }

    // Whoever may edit the object may write any number there.
    [TestCase("rollout-1/6/4503599627370496")]
    [TestCase("rollout-1/6/4503599627370495")]
    [TestCase("rollout-1/1/1048999")]
    [TestCase("rollout-1/6/99999999999999999999")]
    [TestCase("nonsense")]
    public async Task WhenTheSequenceIsMadeUp_ThenItIsReadAsNoneAndWrittenOver(string made)
    {
        await ClaimedAsync(made);

        var reading = await _router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());
        var result =
            await _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(),
                RoutePlan.Only(Weight.FromPercent(20)), new Claim("rollout-1", 6, 3), A.Limit());
        await ClaimedAsync(made);
        var stamped = await _router.ClaimAsync(_shop.Snapshot(), _shop.Traffic(), new Claim("rollout-1", 6, 4), A.Limit());

        Assert.That(reading.Routes.Single().Sequence, Is.Null);
        Assert.That((result, stamped, _shop.Claimed()),
            Is.EqualTo((new WriteResult.Applied(1), new WriteResult.Applied(1), "rollout-1/6/4")));
        Assert.That(_shop.Weights(), Is.EqualTo(new long[] { 80, 20 }));
    }

    [TestCase("rollout-1/7/3", 7)]
    [TestCase("rollout-1/9223372036854775807/3", long.MaxValue)]
    public async Task WhenTheTermIsHigherThanOurs_ThenNothingIsWrittenUntilItIsKnownToBeMadeUp(string made, long term)
    {
        await ClaimedAsync(made);
        var ours = new Claim("rollout-1", 6, 3);

        var lost = await _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(), RoutePlan.Only(Weight.FromPercent(20)), ours, A.Limit());
        var other =
            await _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(),
                RoutePlan.Only(Weight.FromPercent(20)), ours with { ForgedTerm = 8 }, A.Limit());
        var before = _shop.Weights();
        var result =
            await _router.ApplyAsync(_shop.Snapshot(), _shop.Traffic(),
                RoutePlan.Only(Weight.FromPercent(20)), ours with { ForgedTerm = term }, A.Limit());

        Assert.That(((lost as WriteResult.Lost)?.Term, (other as WriteResult.Lost)?.Term), Is.EqualTo(((long?)term, (long?)term)));
        Assert.That(before, Is.EqualTo(new long[] { 100, 0 }));
        Assert.That((result, _shop.Claimed()), Is.EqualTo((new WriteResult.Applied(1), "rollout-1/6/3")));
    }

    private async Task ClaimedAsync(string claim)
    {
        _shop.Edit(document => document["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/claim"] = claim });
        await _shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");
    }

    [Test]
    public async Task WhenTheClaimIsOfARolloutThatIsGone_ThenThatIsSeen()
    {
        _shop.Edit(document => document["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/claim"] = "long-gone/5/8" });
        await _shop.CaughtUpAsync(IstioKinds.VirtualServices, "checkout");

        var route = (await _router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit())).Routes.Single();

        Assert.That((route.Sequence, route.IsClaimedByAnother), Is.EqualTo(((long?)null, true)));
    }
}
