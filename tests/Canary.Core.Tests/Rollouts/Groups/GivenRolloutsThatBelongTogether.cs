using System;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.Groups;

public sealed class GivenRolloutsThatBelongTogether
{
    private static readonly ReleaseGroup Together = new("shop-release", true, null);
    private static readonly RolloutStatus Healthy = new() { Phase = Phase.Healthy, StableRevision = "c1", CanaryRevision = "c1" };

    private static readonly RolloutStatus Releasing = Healthy with
    {
        Phase = Phase.Progressing,
        CanaryRevision = "c2",
        StartedAt = A.Start,
    };

    private static readonly RolloutStatus Ready = Releasing with
    {
        Phase = Phase.Promoting,
        Promotion = PromotionStage.ConfirmingFull,
        IsReadyToPromote = true,
    };

    public static readonly TestCaseData[] Hindrances =
    [
        new(null, false, "which is not there"),
        new(RolloutStatus.New, false, "to be initialised"),
        new(Releasing, false, "it releases revision c2"),
        new(Healthy with { CanaryRevision = "c2", Abort = Lost(A.Start) }, false, "its last revision was rolled back"),
        new(Healthy with { Phase = Phase.Degraded }, false, "to be healthy again"),
        new(Healthy with { Waiting = new WaitingRevision("c3", A.Start, null) }, false, "its revision c3 waits itself"),
        new(Healthy, true, "it has a new revision"),
    ];

    [TestCaseSource(nameof(Hindrances))]
    public void WhenADependencyIsNotHealthyOnItsNewestRevision_ThenNothingBegins(RolloutStatus? status, bool isBehind, string why)
    {
        var world = Dependent(new PeerRollout("shop/cart", true, false, status?.ForPeers) { IsBehind = isBehind });

        world.Push("v2").Settle();

        Assert.Multiple(() =>
        {
            Assert.That(world.Status.IsRunning, Is.False);
            Assert.That(world.Status.Phase, Is.EqualTo(Phase.Progressing), "who waits for the Rollout waits for the new revision");
            Assert.That(world.Status.Message, Does.StartWith("revision v2 waits for Rollout shop/cart").And.Contain(why));
            Assert.That(world.Status.Waiting, Is.EqualTo(new WaitingRevision("v2", world.Now, null)));
            Assert.That(world.Decide().WakeAt, Is.EqualTo(world.Now.AddSeconds(30)));
            Assert.That(world.Reasons, Does.Contain("RolloutWaiting"));
        });
    }

    [Test]
    public void WhenTheDependencyIsPromoted_ThenItBegins()
    {
        var world = Dependent(new PeerRollout("shop/cart", true, false, Releasing.ForPeers)).Push("v2").Settle();

        world.Peers = [new PeerRollout("shop/cart", true, false, Healthy.ForPeers)];
        world.Settle();

        Assert.That((world.Status.StableRevision, world.Status.Waiting), Is.EqualTo(("v2", (WaitingRevision?)null)));
    }

    [Test]
    public void WhenTheRevisionIsTakenAwayBeforeItBegan_ThenNothingWaits()
    {
        var world = Dependent(new PeerRollout("shop/cart", true, false, Releasing.ForPeers)).Push("v2").Settle();

        world.Push("v1").Settle();

        Assert.That((world.Status.Phase, world.Status.Waiting), Is.EqualTo((Phase.Healthy, (WaitingRevision?)null)));
    }

    [Test]
    public void WhenItRunsAlready_ThenADependencyThatBeginsDoesNotHoldIt()
    {
        var world = Dependent(new PeerRollout("shop/cart", true, false, Healthy.ForPeers), A.Rollout).Push("v2").Settle();
        Assert.That(world.Status.IsRunning, Is.True);

        world.Peers = [new PeerRollout("shop/cart", true, false, Releasing.ForPeers)];
        world.Advance(TimeSpan.FromMinutes(1));

        Assert.That(world.Status.CurrentStepIndex, Is.GreaterThan(1));
    }

    [Test]
    public void WhenTheGroupHasNoPlace_ThenThoseThatWaitLongestBeginFirst_AndThenByName()
    {
        var queued = Healthy with { Waiting = new WaitingRevision("c2", A.Start, A.Start) };
        var world = Limited(2, Member("shop/billing", Releasing), Member("shop/cart", queued)).Push("v2").Settle();
        var last = world.Status.Message;

        world.Peers = [Member("shop/billing", Releasing), Member("shop/delivery", queued)];
        world.Settle();

        Assert.That(last, Is.EqualTo("revision v2 waits for a place in group shop-release, of which 2 may be released at a time: "
            + "shop/billing; before it: shop/cart"));
        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"), "checkout is before delivery, and there is one place");
    }

    [Test]
    public void WhenOneWaitsForADependency_ThenItKeepsNoPlace()
    {
        var waits = Healthy with { Waiting = new WaitingRevision("c2", A.Start.AddHours(-1), null) };

        var world = Limited(1, Member("shop/cart", waits)).Push("v2").Settle();

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenAnotherMemberAllowsFewer_ThenTheSmallestNumberCounts()
    {
        var world = Limited(5, Member("shop/cart", Releasing) with { MaxConcurrent = 1 }).Push("v2").Settle();

        Assert.That(world.Status.Waiting!.PlaceSince, Is.EqualTo(world.Now));
    }

    [Test]
    public void WhenAMemberIsNotReady_ThenThePromotionWaitsAtTheWeightOfTheSteps()
    {
        var world = WithMember(Releasing).Push("v2").Settle();

        Assert.Multiple(() =>
        {
            Assert.That((world.Routes[0], world.Status.Promotion), Is.EqualTo((50m, PromotionStage.ConfirmingFull)));
            Assert.That(world.Status.Message,
                Is.EqualTo("promoting: weight 50, waiting for shop/cart of group shop-release to be ready for the promotion"));
            Assert.That(world.Status.IsReadyToPromote, Is.True);
            Assert.That(world.First.Revision, Is.EqualTo("v1"));
        });
    }

    [Test]
    public void WhenAllAreReady_ThenEachIsPromoted()
    {
        var world = WithMember(Releasing).Push("v2").Settle();

        world.Peers = [Member("shop/cart", Ready)];
        world.Settle();

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenAMemberIsNoLongerReadyOnceThisOneHasAllOfTheTraffic_ThenThisOneDoesNotStayThere()
    {
        var world = WithMember(Releasing).Push("v2").Settle();
        world.DropsEffects = true;
        world.Peers = [Member("shop/cart", Ready)];
        world.Pass();
        Assert.That((world.Status.Weights.Desired, world.Status.Promotion), Is.EqualTo((Weight.Full, PromotionStage.ConfirmingFull)));

        world.Peers = [Member("shop/cart", Releasing)];
        world.DropsEffects = false;
        world.Settle();

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenAMemberIsBehindItsDeployment_ThenItIsWaitedFor()
    {
        var world = WithMember(Healthy);
        world.Peers = [Member("shop/cart", Healthy) with { IsBehind = true }];

        world.Push("v2").Settle();

        Assert.That(world.Status.Message, Does.Contain("waiting for shop/cart"));
    }

    [Test]
    public void WhenAPersonPromotesInFull_ThenItDoesNotWaitForTheOthers()
    {
        var world = WithMember(Releasing).Push("v2").Settle();

        world.Ask(RequestAction.Promote, "1");
        Assert.That(world.Status.LastRequest!.Message, Does.Contain("it waits for shop/cart").And.Contain("promoteFull"));
        world.Ask(RequestAction.PromoteFull, "2");

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenAMemberIsRolledBack_ThenThisOneIsTooAndNamesIt()
    {
        var world = WithMember(Releasing).Push("v2").Settle();

        world.Now = world.Now.AddMinutes(1);
        world.Peers = [Member("shop/cart", Healthy with { Abort = Lost(world.Now) })];
        world.Settle();

        Assert.That((world.Status.Phase, world.Status.Abort!.Reason), Is.EqualTo((Phase.RolledBack, AbortReason.MemberRolledBack)));
        Assert.That(world.Status.Abort.Message, Is.EqualTo("Rollout shop/cart of group shop-release was rolled back: too many errors"));
        Assert.That(world.Routes[0], Is.EqualTo(0m));
    }

    [Test]
    public void WhenAMemberWasRolledBackBeforeThisOneBegan_ThenThisOneGoesOn()
    {
        var world = WithMember(Healthy with { Abort = Lost(A.Start.AddMinutes(-1)) });

        world.Push("v2").Settle();

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenSheTriesAgainAfterAll_ThenTheOldRollbackOfTheMemberIsOver()
    {
        var world = WithMember(Releasing).Push("v2").Settle();
        world.Peers = [Member("shop/cart", Healthy with { Abort = Lost(world.Now) })];
        world.Settle();

        world.Now = world.Now.AddMinutes(5);
        world.Ask(RequestAction.Retry, "1");

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenStableIsWrittenAlready_ThenAMemberThatIsRolledBackChangesNothing()
    {
        var world = WithMember(Ready);
        world.IsSlow = true;
        world.Push("v2").Settle();
        Assert.That(world.Status.Promotion, Is.EqualTo(PromotionStage.UpdatingStable));

        world.Peers = [Member("shop/cart", Healthy with { Abort = Lost(world.Now.AddMinutes(1)) })];
        world.Settle();

        Assert.That(world.Status.Abort, Is.Null);
    }

    [Test]
    public void WhenTheTemplateOfStableIsNotWrittenYet_ThenAMemberThatIsRolledBackTakesThisOneBack()
    {
        var world = WithMember(Ready).Push("v2");
        for (var pass = 0; pass < 100 && world.Status.Promotion != PromotionStage.UpdatingStable; pass++)
        {
            world.DropsEffects = world is { Status.Promotion: PromotionStage.ConfirmingFull } && world.Routes[0] == 100m;
            world.Pass();
            world.Now = world.Now.AddSeconds(5);
        }

        Assert.That((world.Status.Promotion, world.First.Revision), Is.EqualTo((PromotionStage.UpdatingStable, "v1")));

        world.DropsEffects = false;
        world.Peers = [Member("shop/cart", Healthy with { Abort = Lost(world.Now.AddMinutes(1)) })];
        world.Settle();

        Assert.That((world.Status.Abort?.Reason, world.Routes[0]), Is.EqualTo((AbortReason.MemberRolledBack, 0m)));
    }

    private static Abort Lost(DateTimeOffset at) => new(AbortReason.AnalysisFailed, at, "too many errors", Weight.Zero);

    private static PeerRollout Member(string name, RolloutStatus status) =>
        new(name, false, true, status.ForPeers) { PromotesTogether = true };

    private static FakeWorld Dependent(PeerRollout peer, RolloutSpec? spec = null) =>
        new FakeWorld((spec ?? A.Plain) with { DependsOn = [new RolloutDependency(null, "cart")] }) { Peers = [peer] }.Settle();

    private static FakeWorld Limited(int most, params PeerRollout[] peers) =>
        new FakeWorld(A.Plain with { Group = new ReleaseGroup("shop-release", false, most) })
        {
            Peers = peers.ToEquatableArray(),
        }.Settle();

    private static FakeWorld WithMember(RolloutStatus status) =>
        new FakeWorld(A.Plain with { Group = Together }) { Peers = [Member("shop/cart", status)] }.Settle();
}
