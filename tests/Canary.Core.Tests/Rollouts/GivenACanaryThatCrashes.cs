using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenACanaryThatCrashes
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(5)]
    public void WhenItLosesItsPodsAsOftenAsTheLimit_ThenItIsRolledBackAndSaysWhy(int limit)
    {
        var world = AtHalf(limit: limit);
        for (var i = 1; i < limit; i++) CrashAndHeal(world);
        Assert.That((world.Status.Abort, world.Routes[0]), Is.EqualTo(((Abort?)null, 50m)));

        Crash(world);

        Assert.That((world.Status.Phase, world.Status.Abort?.Reason, world.Routes[0]),
            Is.EqualTo((Phase.RolledBack, (AbortReason?)AbortReason.CanaryUnready, 0m)));
        Assert.That(world.Status.Abort!.Message, Is.EqualTo(
            $"the canary lost all its ready pods {(limit == 1 ? "once" : $"{limit} times")} (spec.strategy.canary.unreadyLimit "
                + $"is {limit}): 0 of 2 ready (CrashLoopBackOff)"));
        Assert.That(world.Reasons.Count(reason => reason == "CanaryUnready"), Is.EqualTo(limit), "one Event a loss");
        Assert.That(world.Status.History[0].Reason, Does.StartWith("the canary lost all its ready pods"));
    }

    [Test]
    public void WhenManyEvaluationsSeeALoss_ThenItIsCountedAndToldOnce()
    {
        var world = Crash(AtHalf());
        for (var i = 0; i < 20; i++)
        {
            world.Now = world.Now.AddSeconds(5);
            world.Pass();
        }

        Assert.That((world.Status.CanaryReadiness!.Losses, world.Reasons.Count(reason => reason == "CanaryUnready")), Is.EqualTo((1, 1)));
        Assert.That(world.Status.Message, Does.EndWith("; the canary lost all its ready pods once, 3 roll it back"));
        Assert.That(Find(world), Is.EqualTo(((bool?)false, "PodsLost")));

        Heal(world);

        Assert.That(Find(world), Is.EqualTo(((bool?)true, "ReadyAgain")));
    }

    [Test]
    public void WhenANewRevisionComes_ThenTheCountStartsAgain()
    {
        var world = AtHalf();
        CrashAndHeal(world);
        CrashAndHeal(world);
        world.Push("v3").Settle();

        CrashAndHeal(world);
        CrashAndHeal(world);

        Assert.That((world.Status.CanaryRevision, world.Status.Abort, world.Status.CanaryReadiness!.Losses),
            Is.EqualTo(("v3", (Abort?)null, 2)));
    }

    [Test]
    public void WhenStableIsLostWithIt_ThenItIsNotToBlame()
    {
        var world = AtHalf();
        for (var i = 0; i < 5; i++)
        {
            var (first, second) = (world.First, world.Second);
            (world.First, world.Second) = (first with { ReadyEndpoints = 0 }, second with { ReadyEndpoints = 0 });
            world.Advance(Minute);
            world.First = first;
            world.Advance(Minute);
            world.Second = second;
            world.Advance(Minute);
        }

        Assert.That((world.Status.Abort, world.Status.CanaryReadiness!.Losses), Is.EqualTo(((Abort?)null, 0)));
    }

    [Test]
    public void WhenOnlyStableLosesItsPods_ThenNothingIsCharged()
    {
        var world = AtHalf();
        world.First = world.First with { ReadyEndpoints = 0 };

        world.Advance(TimeSpan.FromMinutes(30));

        Assert.That((world.Status.Abort, world.Status.CanaryReadiness?.Losses ?? 0), Is.EqualTo(((Abort?)null, 0)));
    }

    [Test]
    public void WhenItIsScaledToNothingAndBack_ThenThatIsNoLoss()
    {
        var world = AtHalf();
        for (var i = 0; i < 4; i++)
        {
            world.Second = world.Second with { DesiredPods = 0, ReadyEndpoints = 0 };
            world.Advance(Minute);
            Heal(world);
        }

        Assert.That((world.Status.Abort, world.Status.CanaryReadiness!.Losses), Is.EqualTo(((Abort?)null, 0)));
    }

    [Test]
    public void WhenItStaysBelowWhatItsWeightNeedsAgainAndAgain_ThenTheTimesAddUpToTheDeadline()
    {
        var world = FiveBesideTen(CapacityPolicy.Require);
        Flap(world, 9);

        Assert.That((world.Status.Abort, world.Status.CanaryReadiness!.UnreadyBefore, world.Routes[0]),
            Is.EqualTo(((Abort?)null, TimeSpan.FromMinutes(9), 50m)));

        Flap(world, 1);

        Assert.That((world.Status.Phase, world.Status.Abort?.Reason),
            Is.EqualTo((Phase.RolledBack, (AbortReason?)AbortReason.CanaryUnready)));
        Assert.That(world.Status.Abort!.Message,
            Is.EqualTo("the progress deadline of 10m passed: the canary was unready for that long in step 2 of 2: 3 of 5 ready"));
    }

    [Test]
    public void WhenCapacityIsOnlyWarnedOf_ThenFewerPodsAreNotUnready()
    {
        var world = FiveBesideTen(CapacityPolicy.Warn);

        Flap(world, 20);

        Assert.That((world.Status.Abort, world.Status.CanaryReadiness!.UnreadyBefore), Is.EqualTo(((Abort?)null, TimeSpan.Zero)));
    }

    [Test]
    public void WhenStableIsScaledUp_ThenTheCanaryDidNotLoseWhatItNeverHad()
    {
        var world = FiveBesideTen(CapacityPolicy.Require);
        world.First = world.First with { DesiredPods = 20, ReadyEndpoints = 20 };

        world.Advance(TimeSpan.FromHours(1));

        Assert.That((world.Status.Abort, world.Status.CanaryReadiness!.UnreadySince), Is.EqualTo(((Abort?)null, (DateTimeOffset?)null)));
    }

    [Test]
    public void WhenTheNextStepBegins_ThenItsUnreadyTimeStartsAgain()
    {
        var world = FiveBesideTen(CapacityPolicy.Require, new Step.Pause(null));
        Flap(world, 6);
        world.Ask(RequestAction.Promote, "on");

        Flap(world, 6);

        Assert.That((world.Status.CurrentStepIndex, world.Status.Abort, world.Status.CanaryReadiness!.UnreadyBefore),
            Is.EqualTo((2, (Abort?)null, TimeSpan.FromMinutes(6))));
    }

    [Test]
    public void WhenNobodyWatches_ThenThatTimeIsNotCharged()
    {
        var world = FiveBesideTen(CapacityPolicy.Require);
        world.Second = world.Second with { ReadyEndpoints = 3 };
        world.Advance(TimeSpan.FromMinutes(3));
        world.Now += TimeSpan.FromHours(2);
        world.WatchedSince = world.Now;

        world.Advance(TimeSpan.FromMinutes(6));

        Assert.That(world.Status.Abort, Is.Null);

        world.Advance(Minute);

        Assert.That(world.Status.Abort?.Reason, Is.EqualTo(AbortReason.CanaryUnready));
    }

    [Test]
    public void WhenAPersonHoldsIt_ThenItsRestartsAreTheirs()
    {
        var world = AtHalf().Ask(RequestAction.Pause, "look");
        for (var i = 0; i < 5; i++)
        {
            Crash(world).Advance(TimeSpan.FromMinutes(5));
            Heal(world).Advance(Minute);
        }

        Assert.That((world.Status.Abort, world.Status.CanaryReadiness!.Losses, world.Routes[0]), Is.EqualTo(((Abort?)null, 1, 0m)));
    }

    [Test]
    public void WhenItCrashesInTheAnalysisBeforeTheFirstStep_ThenThatCountsToo()
    {
        var world = new FakeWorld(A.Plain with { PreAnalysis = A.Smoke }) { Verdict = RunPhase.Pending }.Settle().Push("v2").Settle();
        Assert.That(world.Status.IsBeforeSteps);

        for (var i = 0; i < 3; i++) CrashAndHeal(world);

        Assert.That((world.Status.Phase, world.Status.Abort?.Reason),
            Is.EqualTo((Phase.RolledBack, (AbortReason?)AbortReason.CanaryUnready)));
    }

    private static (bool? Status, string Reason) Find(FakeWorld world) =>
        Conditions.Find(world.Status, ConditionType.CanaryReady) is { } found ? (found.IsTrue, found.Reason)
        : throw new AssertionException("there is no condition");

    private static FakeWorld AtHalf(int limit = 3) =>
        new FakeWorld(A.Plain with { Steps = [A.SetWeight(50), new Step.Pause(null)], UnreadyLimit = limit }).Settle().Push("v2").Settle();

    private static FakeWorld FiveBesideTen(CapacityPolicy policy, params Step[] more)
    {
        var world = new FakeWorld(A.Plain with { Steps = [A.SetWeight(50), new Step.Pause(null), .. more], Capacity = policy })
        {
            First =
            A.Side with { ReadyEndpoints = 10, DesiredPods = 10 }
        };
        world.Settle().Push("v2");
        world.Second = world.Second with { ReadyEndpoints = 5, DesiredPods = 5 };
        return world.Settle();
    }

    private static void Flap(FakeWorld world, int times)
    {
        for (var i = 0; i < times; i++)
        {
            world.Second = world.Second with { ReadyEndpoints = 3 };
            world.Advance(Minute);
            world.Second = world.Second with { ReadyEndpoints = 5 };
            world.Advance(Minute);
        }
    }

    private static void CrashAndHeal(FakeWorld world)
    {
        Crash(world).Advance(Minute);
        Heal(world).Advance(Minute);
    }

    private static FakeWorld Crash(FakeWorld world)
    {
        world.Second = world.Second with { ReadyEndpoints = 0, Problem = "CrashLoopBackOff" };
        return world.Settle();
    }

    private static FakeWorld Heal(FakeWorld world)
    {
        world.Second = world.Second with { ReadyEndpoints = 2, DesiredPods = 2, Problem = null };
        return world.Settle();
    }
}
