using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.PlainService;

/// <summary>The weight is the number of each side's pods behind the Service that clients call.</summary>
public sealed class GivenAPlainService : PlainServiceShop
{
    [Test]
    public async Task WhenAWeightIsReached_ThenSoManyPodsServe_AndTheServiceIsNoSmaller()
    {
        await StartAsync();

        await ReachAsync(20, 0, 2);
        var route = await ReadAsync();

        Assert.Multiple(() =>
        {
            Assert.That(Behind(), Is.EqualTo((2, 8)));
            Assert.That(Selector(), Is.EqualTo(Both));
            Assert.That(Labelled, Is.EqualTo("20"));
            Assert.That(Claimed, Is.EqualTo("rollout-1/6/2"));
            Assert.That(route.Pods, Is.EqualTo(new PodSplit(2, 8)));
            Assert.That(route.Sequence, Is.EqualTo(2));
            Assert.That((route.IsChanging, route.IsBehind), Is.EqualTo((false, false)));
            Assert.That(Annotation("team"), Is.EqualTo("payments"), "the rest of the Service stays");
        });
    }

    [Test]
    public async Task WhenPodsAreLabelled_ThenTheSelectorComesLast_SoThatTheTrafficMovesAtOnce()
    {
        await StartAsync();
        await WantAsync(20, 0, 0, 2);

        await ApplyAsync(20, 2);

        var writes = Cluster.Writes.Select(write => write.Contains("/pods/") ? "pod" : "service").ToArray();
        Assert.That(writes.First(), Is.EqualTo("service"), "the weight is noted before the first label");
        Assert.That(writes.Skip(1).SkipLast(1), Has.All.EqualTo("pod").And.Exactly(4).Items);
        Assert.That(writes.Last(), Is.EqualTo("service"));
        Assert.That((await ReadAsync()).NamedCanaryWeight, Is.Not.EqualTo(Weight.FromPercent(20)), "no EndpointSlice says it yet");
    }

    [TestCase(20, 50)]
    [TestCase(50, 20)]
    public async Task WhenTheWeightChanges_ThenTheServiceNeverHasFewerPods_AndTheShareLeavesNoWeightBehind(int from, int to)
    {
        await StartAsync(canary: 5);
        await ReachAsync(from, 0, 2);
        await WantAsync(to, from, from, 3);
        var (least, shares) = (int.MaxValue, (Low: 100.0, High: 0.0));
        Cluster.BeforeTheAnswer = () =>
        {
            var (canary, stable) = Behind();
            least = Math.Min(least, canary + stable);
            var share = 100.0 * canary / (canary + stable);
            shares = (Math.Min(shares.Low, share), Math.Max(shares.High, share));
            return Task.CompletedTask;
        };

        await ApplyAsync(to, 3);

        Assert.That(least, Is.GreaterThanOrEqualTo(10));
        Assert.That((shares.Low, shares.High), Is.EqualTo(((double)Math.Min(from, to), (double)Math.Max(from, to))));
        Assert.That(Labelled, Is.EqualTo($"{to}"));
    }

    [Test]
    public async Task WhenTheCanaryGetsAll_ThenThatIsOneWrite_AndNoLabelIsLookedAt()
    {
        await StartAsync(canary: 10);
        await WantAsync(100, 0, 0, 2);

        var result = await ApplyAsync(100, 2);

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That(Selector(), Is.EqualTo(Workload));
        Assert.That(Behind(), Is.EqualTo((10, 0)));
        await FollowAsync();
        Assert.That((await ReadAsync()).NamedCanaryWeight, Is.EqualTo(Weight.Full));
    }

    [Test]
    public async Task WhenItIsRolledBack_ThenTheFirstWriteMovesAllTraffic_AndTheLabelsFollow()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        await WantAsync(0, 20, 20, 3);
        var before = Cluster.Writes.Count;

        await ApplyAsync(0, 3);

        Assert.Multiple(() =>
        {
            Assert.That(Cluster.Writes[before], Is.EqualTo("PATCH /api/v1/namespaces/shop/services/checkout"));
            Assert.That(Selector(), Is.EqualTo(Copy));
            Assert.That(Serving("canary"), Is.Empty);
            Assert.That(Serving("stable"), Has.Length.EqualTo(10));
            Assert.That(Labelled, Is.Null);
            Assert.That(Claimed, Is.EqualTo("rollout-1/6/3"));
        });
    }

    [Test]
    public async Task WhenTheEndpointsHaveNotFollowed_ThenTheWeightIsNotShown_AndNobodyElseIsBlamed()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        await WantAsync(0, 20, 20, 3);
        await ApplyAsync(0, 3);

        var late = await ReadAsync();
        await FollowAsync();

        Assert.That((late.NamedCanaryWeight > Weight.Zero, late.IsChanging), Is.EqualTo((true, true)));
        Assert.That((await ReadAsync()).NamedCanaryWeight, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenAPodOfTheCanaryIsReplaced_ThenTheWeightStays_AndItIsToBeWrittenAgain()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        Cluster.Delete(KnownKinds.Pods, "shop", "canary-0");
        AddPod(Cluster, "canary", 7);
        await FollowAsync();

        var behind = await ReadAsync();
        await ApplyAsync(20, 2);
        await FollowAsync();

        Assert.Multiple(() =>
        {
            Assert.That((behind.NamedCanaryWeight, behind.IsBehind), Is.EqualTo((Weight.FromPercent(20), true)));
            Assert.That(behind.Pods, Is.EqualTo(new PodSplit(1, 8)), "the numbers are those that are there");
            Assert.That(Serving("canary"), Is.EqualTo(new[] { "canary-1", "canary-7" }));
        });
        Assert.That((await ReadAsync()).IsBehind, Is.False);
    }

    [Test]
    public async Task WhenAPodOfStableIsLost_ThenAnotherOneServesInItsPlace()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        var lost = Serving("stable")[0];
        BeUnready(lost);
        await FollowAsync();
        Assert.That((await ReadAsync()).IsBehind, Is.True);

        await ApplyAsync(20, 2);
        await FollowAsync();

        Assert.That((await ReadAsync()).Pods, Is.EqualTo(new PodSplit(2, 8)));
        Assert.That(Serving("stable"), Does.Contain(lost), "it serves again when it is ready, whoever controls it then");
    }

    [Test]
    public async Task WhenAllAddressesArePublished_ThenPodsThatEndAreNotCounted()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        foreach (var slice in new[] { "checkout-a", "checkout-canary-a" })
            Edit(KnownKinds.EndpointSlices, slice, document => document["endpoints"]!.AsArray().Add(new JsonObject
            {
                ["addresses"] = new JsonArray("10.0.0.99"),
                ["conditions"] = new JsonObject { ["ready"] = true, ["serving"] = true, ["terminating"] = true },
                ["targetRef"] = new JsonObject { ["kind"] = "Pod", ["name"] = "canary-9" },
            }));
        await CaughtUpAsync();

        var route = await ReadAsync();

        Assert.That((route.Pods, route.IsBehind), Is.EqualTo((new PodSplit(2, 8), false)));
    }

    [Test]
    public async Task WhenAPodOfTheCanaryIsNotReady_ThenItHasNoLabel_SoThatItIsNotOneTooMany()
    {
        await StartAsync(canary: 3);
        BeUnready("canary-0");
        await FollowAsync();
        await WantAsync(20, 0, 0, 2);

        await ApplyAsync(20, 2);

        Assert.That(Serving("canary"), Is.EqualTo(new[] { "canary-1", "canary-2" }));
    }

    [Test]
    public async Task WhenThereAreFewPods_ThenTheSmallestShareIsOnePodBesideAllOfStable()
    {
        await StartAsync(stable: 3, canary: 1);
        await WantAsync(5, 0, 0, 2);
        await ApplyAsync(5, 2);
        await FollowAsync();

        var route = await ReadAsync();

        Assert.That((route.NamedCanaryWeight, route.Pods!.ToString()), Is.EqualTo((Weight.FromPercent(5), "1 of 4 pods, 25 %")));
    }

    [Test]
    public async Task WhenItIsTakenOver_ThenTheSelectorOfItsTeamIsKept()
    {
        await StartAsync(canary: 3, selector: "{ app: checkout, tier: web }");
        await WantAsync(0, 0, null, 0);

        var foreign = await ReadAsync();
        await ApplyAsync(0, 0);
        await FollowAsync();

        Assert.That(foreign.NamedCanaryWeight, Is.Not.EqualTo(Weight.Zero));
        Assert.That(Selector(), Is.EqualTo(Copy));
        Assert.That(Annotation("canary.delivery/original-selector"), Is.EqualTo("""{"app":"checkout","tier":"web"}"""));
        Assert.That((await ReadAsync()).NamedCanaryWeight, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenTheCopyDoesNotServeYet_ThenTheWorkloadsPodsAreStables()
    {
        await StartAsync(stable: 0, canary: 3, selector: "{ app: checkout }");
        Select("checkout-stable", "app", "checkout");
        await FollowAsync();

        Assert.That((await ReadAsync()).NamedCanaryWeight, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public async Task WhenTheServiceIsNotThere_ThenThatIsSaid()
    {
        await StartAsync();
        Cluster.Delete(KnownKinds.Services, "shop", "checkout");
        await Eventually.ThatAsync(() => _shop.Caches.Services.Get(new ObjectName("shop", "checkout")) is null, "the cache knows");

        var reading = await Router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit());

        Assert.That(reading.Problems.Single().ToString(), Is.EqualTo("spec.workload.service: Service shop/checkout is not there"));
        Assert.That(await ApplyAsync(0, 3), Is.EqualTo(new WriteResult.Refused("Service shop/checkout is not there")));
    }
}
