using System.Linq;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Tests.Api;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.PlainService;

/// <summary>Writes that arrive late, processes that end in between, other hands, and the deletion of the Rollout.</summary>
public sealed class GivenAPlainServiceThatOthersWrite : PlainServiceShop
{
    [Test]
    public async Task WhenARaiseArrivesAfterAnAbort_ThenItIsRefused()
    {
        await StartAsync();
        await WantAsync(20, 0, 0, 2);
        var aborted = false;
        // The raise has labelled its pods, and its last write is held up: meanwhile the rollout is rolled back.
        Cluster.Refusal = (request, body) =>
        {
            if (aborted || !request.Path.Value!.EndsWith("/services/checkout", System.StringComparison.Ordinal)
                || body?.ToJsonString().Contains("\"/spec/selector\",\"value\":{\"canary.delivery/serves\"") is not true) return null;
            aborted = true;
            Edit(KnownKinds.Services, "checkout",
                service => service["metadata"]!["annotations"]!["canary.delivery/claim"] = "rollout-1/6/3");
            return null;
        };

        var result = await ApplyAsync(20, 2);

        Assert.That(aborted, Is.True);
        Assert.That(result, Is.InstanceOf<WriteResult.Contended>());
        Assert.That(Selector(), Is.EqualTo(Copy));
    }

    [Test]
    public async Task WhenALabelArrivesAfterAnAbort_ThenNoRequestGoesThere()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        await ReachAsync(0, 20, 3);

        AddPod(Cluster, "canary", 0, isServing: true);

        Assert.That(Behind(), Is.EqualTo((0, 10)));
    }

    [Test]
    public async Task WhenAPodChangedSinceItWasRead_ThenItsLabelIsNotWritten()
    {
        await StartAsync();
        await WantAsync(20, 0, 0, 2);
        Cluster.Refusal = (request, _) =>
        {
            if (request.Path.Value!.EndsWith("/pods/canary-0", System.StringComparison.Ordinal))
                Edit(KnownKinds.Pods, "canary-0", pod => pod["metadata"]!["labels"]!["other"] = "hand");
            return null;
        };

        Assert.That(await ApplyAsync(20, 2), Is.InstanceOf<WriteResult.Contended>());
        Assert.That(Serving("canary"), Does.Not.Contain("canary-0"));
        Assert.That(Selector(), Is.EqualTo(Copy), "a weight that is not whole is not shown to anybody");
    }

    [Test]
    public async Task WhenAPodRefusesTheLabel_ThenTheReasonIsTold()
    {
        await StartAsync();
        await WantAsync(20, 0, 0, 2);
        Cluster.Refusal = (request, _) => request.Path.Value!.Contains("/pods/") ? (422, "a policy forbids it") : null;

        Assert.That(((WriteResult.Refused)await ApplyAsync(20, 2)).Message, Does.Contain("Pod shop/").And.Contain("a policy forbids it"));
    }

    [Test]
    public async Task WhenTheProcessEndsAtAnyWrite_ThenTheNextOneReachesTheWeight_AndTheServiceIsNeverSmaller()
    {
        await StartAsync();
        for (var last = 1; last <= 6; last++)
        {
            var (left, least) = (last, int.MaxValue);
            await WantAsync(20, 0, 0, 2 * last);
            Cluster.Refusal = (_, _) => left-- > 0 ? null : (503, "the process has ended");
            Cluster.BeforeTheAnswer = () =>
            {
                least = System.Math.Min(least, Behind().Canary + Behind().Stable);
                return Task.CompletedTask;
            };
            await ApplyAsync(20, 2 * last);
            Cluster.Refusal = (_, _) => null;

            await FollowAsync();
            Assert.That((await ReadAsync()).IsBehind, Is.False);
            Assert.That(await ApplyAsync(20, 2 * last), Is.InstanceOf<WriteResult.Applied>());
            Assert.That((Behind(), least >= 10), Is.EqualTo(((2, 8), true)), $"after {last} writes");
            await FollowAsync();
            await WantAsync(20, 20, 20, 2 * last);
            await ReachAsync(0, 20, (2 * last) + 1);
        }
    }

    [Test]
    public async Task WhenTheLabelsCannotBePutBack_ThenTheTrafficIsBackAllTheSame_AndTheyAreToBeWrittenAgain()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        await WantAsync(0, 20, 20, 3);
        Cluster.Refusal = (request, _) => request.Path.Value!.Contains("/pods/") ? (403, "no") : null;

        Assert.That(await ApplyAsync(0, 3), Is.InstanceOf<WriteResult.Refused>());
        await FollowAsync();
        var route = await ReadAsync();

        Assert.That((route.NamedCanaryWeight, route.Sequence, route.IsBehind), Is.EqualTo((Weight.Zero, 3L, true)));
        Cluster.Refusal = (_, _) => null;
        await ApplyAsync(0, 3);
        Assert.That((Labelled, Serving("stable").Length), Is.EqualTo(((string?)null, 10)));
        await CaughtUpAsync();
        Assert.That((await ReadAsync()).IsBehind, Is.False);
    }

    [Test]
    public async Task WhenAToolAppliesItsSelectorAgain_ThenThatIsSeen_AndWrittenBack()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        Select("checkout", "app", "checkout");
        await FollowAsync();

        var route = await ReadAsync();
        await ApplyAsync(20, 2);

        Assert.That((route.NamedCanaryWeight, route.IsChanging), Is.EqualTo((Weight.Full, false)), "somebody else wrote it");
        Assert.That(Behind(), Is.EqualTo((2, 8)));
    }

    [Test]
    public async Task WhenAToolMergesItsSelector_ThenTheServiceShowsNoWeightOfOurs()
    {
        await StartAsync();
        Edit(KnownKinds.Services, "checkout", service => service["spec"]!["selector"]!["tier"] = "web");
        await FollowAsync();

        Assert.That((await ReadAsync()).NamedCanaryWeight, Is.Not.EqualTo(Weight.Zero), "it finds no pods");
    }

    [Test]
    public async Task WhenALaterLeaderClaimedIt_ThenNothingIsWritten()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        var before = Cluster.Writes.Count;

        var result = await ApplyAsync(50, 3, term: 5);

        Assert.That(result, Is.InstanceOf<WriteResult.Lost>());
        Assert.That(Cluster.Writes, Has.Count.EqualTo(before));
    }

    [Test]
    public async Task WhenANewLeaderClaims_ThenTheSelectorStays()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);

        var result = await Router.ClaimAsync(_shop.Snapshot(), _shop.Traffic(), new Claim("rollout-1", 7, 2), A.Limit());

        Assert.That(result, Is.EqualTo(new WriteResult.Applied(1)));
        Assert.That((Claimed, Selector(), Labelled), Is.EqualTo(("rollout-1/7/2", Both, "20")));
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_AndItsWorkloadServesAgain_ThenTheSelectorOfTheTeamStays()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);
        // What the workload's hand-back leaves.
        Edit(KnownKinds.Services, "checkout", service =>
        {
            service["spec"]!["selector"] = new JsonObject { ["app"] = "checkout" };
            ((JsonObject)service["metadata"]!["annotations"]!).Remove("canary.delivery/original-selector");
        });
        Select("checkout-stable", "app", "checkout");
        await FollowAsync();

        var result = await ReleaseAsync(Weight.Zero);

        Assert.That(result, Is.EqualTo(new ReleaseResult([], [], null, false)));
        Assert.That((Selector(), Claimed, Labelled), Is.EqualTo((Workload, (string?)null, (string?)null)));
        Assert.That(Annotation("team"), Is.EqualTo("payments"));
    }

    [Test]
    public async Task WhenTheRolloutIsDeleted_AndTheCopyIsLeft_ThenItHasTheTraffic()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);

        var result = await ReleaseAsync(Weight.Zero);

        Assert.That(result.Restored, Is.EqualTo(new[] { "Service shop/checkout selects the pods of stable" }));
        Assert.That((Selector(), Claimed), Is.EqualTo((Copy, (string?)null)));
        Assert.That(Annotation("canary.delivery/original-selector"), Is.Not.Null, "for who cleans up by hand");
    }

    [Test]
    public async Task WhenItIsDeletedAndIsToStay_ThenTheShareStays()
    {
        await StartAsync();
        await ReachAsync(20, 0, 2);

        await ReleaseAsync(null);

        Assert.That((Behind(), Claimed), Is.EqualTo(((2, 8), (string?)null)));
    }

    [Test]
    public async Task WhenAnotherRolloutHasIt_ThenItIsLeft()
    {
        await StartAsync();
        Cluster.Put(KnownKinds.Rollouts, """
            metadata: { name: other, namespace: shop, uid: rollout-2 }
            spec: { workload: { name: checkout }, traffic: { service: {} }, strategy: { canary: { steps: [{ setWeight: 20 }] } } }
            """);
        await _shop.CaughtUpAsync(KnownKinds.Rollouts, "other");
        Edit(KnownKinds.Services, "checkout",
            service => service["metadata"]!["annotations"]!["canary.delivery/claim"] = "rollout-2/6/1");
        await CaughtUpAsync();

        Assert.That(await ApplyAsync(20, 2), Is.InstanceOf<WriteResult.Lost>());
        Assert.That((await Router.ReadAsync(_shop.Snapshot(), _shop.Traffic(), A.Limit())).Problems.Single().Message,
            Does.Contain("belongs to Rollout shop/other"));
    }

    private Task<ReleaseResult> ReleaseAsync(Weight? second) =>
        Router.ReleaseAsync(_shop.Snapshot(), _shop.Traffic(), second, new Claim("rollout-1", 6, 4), A.Limit());
}
