using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenTooFewPods
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [TestCase(5, 10, 1)]
    [TestCase(10, 10, 1)]
    [TestCase(11, 10, 2)]
    [TestCase(50, 10, 5)]
    [TestCase(50, 3, 2)]
    [TestCase(100, 10, 10)]
    [TestCase(0, 10, 0)]
    public void WhenASideGetsAShare_ThenItNeedsThatShareOfTheLargerSideRoundedUp(int percent, int replicas, int needed) =>
        Assert.That(Capacity.PodsFor(Weight.FromPercent(percent), replicas), Is.EqualTo(needed));

    [Test]
    public void WhenTheCanaryHasOnePodBesideTen_ThenItGetsNoMoreThanThatPodCanTake()
    {
        var world = OneBesideTen();

        Assert.That(world.Routes[0], Is.EqualTo(5m), "one pod of ten takes five percent");
        Assert.That(world.Status.Message, Is.EqualTo(
            "step 2 of 3: weight 25, waiting for capacity: weight 25 needs 3 ready pods of checkout-canary (checkout-stable has 10); 1 is "
                + "ready. Scale checkout-canary to 3, or set spec.strategy.canary.capacity.policy to Warn"));
        Assert.That(Find(world), Is.EqualTo(((bool?)false, "PodsMissing")));
        Assert.That(world.Announced.Count(one => one.Reason == "CapacityMissing" && one.Message.Contains("weight 25 needs 3")),
            Is.EqualTo(1));
    }

    [Test]
    public void WhenItIsScaled_ThenEachRaiseWaitsForItsOwnPods()
    {
        var world = OneBesideTen();

        Scale(world, 5).Settle();

        Assert.That(world.Routes[0], Is.EqualTo(50m));
        Assert.That(world.Status.Message, Does.Contain("weight 100 needs 10 ready pods of checkout-canary"), "the last raise is a raise");

        Scale(world, 10).Settle();

        Assert.That((world.Status.Phase, world.Status.StableRevision), Is.EqualTo((Phase.Healthy, "v2")));
    }

    [Test]
    public void WhenAPersonPromotesInFull_ThenItWaitsForThePodsToo()
    {
        var world = OneBesideTen().Ask(RequestAction.PromoteFull, "all");

        Assert.That((world.Status.LastRequest?.IsCarriedOut, world.Routes[0]), Is.EqualTo(((bool?)true, 5m)));
        Assert.That(world.Status.Message, Does.StartWith("promoting: weight 100, waiting for capacity: weight 100 needs 10"));
    }

    [Test]
    public void WhenThePodsNeverCome_ThenTheDeadlineTakesItBackAndSaysWhatWasMissing()
    {
        var world = OneBesideTen().Advance(TimeSpan.FromMinutes(11));

        Assert.That((world.Status.Phase, world.Routes[0], world.Status.Abort!.Reason),
            Is.EqualTo((Phase.RolledBack, 0m, AbortReason.DeadlineExceeded)));
        Assert.That(world.Status.Abort.Message, Does.Contain("needs 3 ready pods of checkout-canary"));
    }

    [Test]
    public void WhenThePolicyIsWarn_ThenItGoesOnAndSaysSo()
    {
        var world = OneBesideTen(CapacityPolicy.Warn);

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
        Assert.That(world.Announced.Where(one => one.Reason == "CapacityMissing"),
            Is.Not.Empty.And.All.Matches<RolloutEvent>(one => one!.IsWarning));
    }

    [Test]
    public void WhenThePolicyIsIgnore_ThenNothingIsCompared()
    {
        var world = OneBesideTen(CapacityPolicy.Ignore);

        Assert.That(world.Status.StableRevision, Is.EqualTo("v2"));
        Assert.That(world.Reasons, Does.Not.Contain("CapacityMissing"));
    }

    [Test]
    public void WhenThePolicyIsChangedOnTheWay_ThenItGoesOnWithoutStartingAgain()
    {
        var world = OneBesideTen();
        var started = world.Status.StartedAt;

        world.Now += Minute;
        world.Spec = world.Spec! with { Capacity = CapacityPolicy.Warn };
        world.Settle();

        Assert.That((world.Status.StableRevision, (DateTimeOffset?)world.Status.History[0].StartedAt), Is.EqualTo(("v2", started)));
    }

    [Test]
    public void WhenItBegins_ThenTheLastRaiseIsSpokenOfAtOnce()
    {
        var world = new FakeWorld(A.Plain with { Steps = [A.SetWeight(5), new Step.Pause(null)] })
        {
            First =
            A.Side with { ReadyEndpoints = 10, DesiredPods = 10 }
        };
        Scale(world.Settle().Push("v2"), 1).Settle();

        Assert.That(Find(world), Is.EqualTo(((bool?)true, "MoreNeededLater")));
        Assert.That(world.Announced.Single(one => one.Reason == "CapacityMissing").Message,
            Does.StartWith("weight 100 needs 10 ready pods of checkout-canary, since checkout-stable has 10; 1 is asked for"));
    }

    [Test]
    public void WhenStableIsScaledDownDuringThePromotion_ThenTrafficStaysUntilItCanTakeItBack()
    {
        var world = new FakeWorld(A.Plain)
        {
            First = A.Side with { ReadyEndpoints = 10, DesiredPods = 10 },
            Second = A.Side with { ReadyEndpoints = 10, DesiredPods = 10 },
            IsSlow = true
        };
        world.Settle().Push("v2").Settle();
        Assert.That(world.Status.Promotion, Is.EqualTo(PromotionStage.UpdatingStable));

        world.First = world.First with { ReadyEndpoints = 2, DesiredPods = 2, IsRolledOut = true };
        world.Advance(TimeSpan.FromHours(1));

        Assert.That(world.Routes[0], Is.EqualTo(100m));
        Assert.That(world.Status.Message,
            Does.Contain("all of the traffic needs 10 ready pods of checkout-stable (checkout-canary has 10); 2 are ready"));
        Assert.That(Conditions.Find(world.Status, ConditionType.Stalled)?.Reason, Is.EqualTo("CapacityMissing"));

        world.First = world.First with { ReadyEndpoints = 10, DesiredPods = 10 };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((0m, Phase.Healthy)));
    }

    [Test]
    public void WhenItIsTakenBack_ThenNothingIsWaitedForAndAShortStableIsSpokenOf()
    {
        var world = new FakeWorld(A.Plain with { Steps = [A.SetWeight(50), new Step.Pause(null)] })
        {
            First =
            A.Side with { ReadyEndpoints = 10, DesiredPods = 10 },
            Second = A.Side with { ReadyEndpoints = 10, DesiredPods = 10 }
        };
        world.Settle().Push("v2").Settle();
        world.First = world.First with { ReadyEndpoints = 3 };

        world.Ask(RequestAction.Abort, "no");

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RolledBack, 0m)));
        Assert.That(world.Announced.Last(one => one.Reason == "CapacityMissing").Message,
            Does.Contain("all of the traffic needs 10 ready pods of checkout-stable"));
    }

    [Test]
    public void WhenNothingRuns_ThenPodsAreNotCompared()
    {
        var world = Scale(new FakeWorld(A.Plain) { First = A.Side with { ReadyEndpoints = 10, DesiredPods = 10 } }.Settle(), 1).Settle();

        Assert.That((world.Status.Phase, Find(world).Status), Is.EqualTo((Phase.Healthy, (bool?)null)));
    }

    [Test]
    public void WhenStableIsScaledToNothing_ThenTheCanaryNeedsOnlyItsOwnShare()
    {
        var world = new FakeWorld(A.Plain with { Steps = [A.SetWeight(50)] }).Settle().Push("v2");
        world.First = world.First with { DesiredPods = 0, ReadyEndpoints = 0 };

        world.Settle();

        Assert.That(world.Routes[0], Is.EqualTo(100m).Or.EqualTo(50m));
    }

    [Test]
    public void WhenTheSidesHaveNoWorkload_ThenReadyPodsAreCompared()
    {
        var world = new FakeWorld(A.Alternating)
        {
            First = A.Side with { Revision = null, DesiredPods = 0, ReadyEndpoints = 10 },
            Second = A.Side with { Revision = null, DesiredPods = 0, ReadyEndpoints = 1 }
        };
        world.Settle().Push("2.0.0").Settle();

        Assert.That(world.Shown, Is.All.EqualTo(5m));
        Assert.That(world.Status.Message, Does.Contain("weight 25 needs 3 ready pods of checkout-canary"));
    }

    private static (bool? Status, string Reason) Find(FakeWorld world) =>
        Conditions.Find(world.Status, ConditionType.CapacitySufficient) is { } found ? (found.IsTrue, found.Reason)
        : throw new AssertionException("there is no condition");

    private static FakeWorld Scale(FakeWorld world, int pods)
    {
        world.Canary = world.Canary with { ReadyEndpoints = pods, DesiredPods = pods };
        return world;
    }

    private static FakeWorld OneBesideTen(CapacityPolicy policy = CapacityPolicy.Require)
    {
        var world = new FakeWorld(A.Plain with { Capacity = policy }) { First = A.Side with { ReadyEndpoints = 10, DesiredPods = 10 } };
        return Scale(world.Settle().Push("v2"), 1).Settle();
    }
}
