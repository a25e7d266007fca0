using System;
using Canary.Core.Rollouts;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenTimeThatNobodyWatched
{
    [Test]
    public void WhenPodsWaitInIt_ThenItIsLeftOutOfTheDeadline()
    {
        var world = Waiting().Advance(TimeSpan.FromMinutes(3));
        Return(world, TimeSpan.FromHours(2));

        world.Advance(TimeSpan.FromMinutes(6));

        Assert.That(world.Status.Abort, Is.Null);

        world.Advance(TimeSpan.FromMinutes(1));

        Assert.That(world.Status.Abort?.Reason, Is.EqualTo(AbortReason.DeadlineExceeded),
            "three minutes before it and seven after it were watched");
    }

    [Test]
    public void WhenItIsShorterThanTheTimeBetweenTwoNotes_ThenItCounts()
    {
        var world = Waiting().Advance(TimeSpan.FromMinutes(3));
        for (var i = 0; i < 7; i++) Return(world, TimeSpan.FromSeconds(60)).Settle();

        Assert.That(world.Status.Abort?.Reason, Is.EqualTo(AbortReason.DeadlineExceeded));
    }

    [Test]
    public void WhenAPauseEndsInIt_ThenItEndsAMinuteAfterSomebodyWatchesAgain()
    {
        var world = Pausing(600).Advance(TimeSpan.FromMinutes(1));
        Return(world, TimeSpan.FromHours(1)).Settle();

        Assert.That((world.Status.CurrentStepIndex, world.Status.Hold!.Message), Is.EqualTo((1, "paused for 10m until 13:02:00Z")));

        world.Advance(TimeSpan.FromSeconds(60));

        Assert.That(world.Status.CurrentStepIndex, Is.EqualTo(3));
    }

    [Test]
    public void WhenAPauseIsNotOverYet_ThenItEndsWhenItWouldHave()
    {
        var world = Pausing(600).Advance(TimeSpan.FromMinutes(1));
        Return(world, TimeSpan.FromMinutes(5)).Advance(TimeSpan.FromSeconds(239));

        Assert.That(world.Status.CurrentStepIndex, Is.EqualTo(1));

        world.Advance(TimeSpan.FromSeconds(1));

        Assert.That(world.Status.CurrentStepIndex, Is.EqualTo(3));
    }

    [Test]
    public void WhenTheNextLeadersClockIsAnHourBehind_ThenAPauseIsNotAnHourLonger()
    {
        var world = Pausing(600).Advance(TimeSpan.FromMinutes(1));
        Return(world, TimeSpan.FromHours(-1)).Advance(TimeSpan.FromMinutes(10));

        Assert.That(world.Status.CurrentStepIndex, Is.EqualTo(3));
    }

    [Test]
    public void WhenTheNextLeadersClockIsAnHourBehind_ThenTheDeadlineIsNotAnHourLater()
    {
        var world = Waiting().Advance(TimeSpan.FromMinutes(3));
        Return(world, TimeSpan.FromHours(-1)).Advance(TimeSpan.FromMinutes(10));

        Assert.That(world.Status.Abort?.Reason, Is.EqualTo(AbortReason.DeadlineExceeded));
    }

    private static FakeWorld Return(FakeWorld world, TimeSpan after)
    {
        world.Now += after;
        world.WatchedSince = world.Now;
        return world;
    }

    private static FakeWorld Waiting()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2");
        world.Second = world.Second with { ReadyEndpoints = 0, IsRolledOut = false };
        return world.Settle();
    }

    private static FakeWorld Pausing(int seconds)
    {
        var world = new FakeWorld(A.Plain with
        {
            Steps =
            [A.SetWeight(5), A.Pause(seconds), A.SetWeight(50), new Step.Pause(null)]
        }).Settle().Push("v2").Settle();
        Assert.That(world.Status.CurrentStepIndex, Is.EqualTo(1));
        return world;
    }
}
