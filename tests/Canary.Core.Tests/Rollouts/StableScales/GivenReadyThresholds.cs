using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Rules;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.StableScales;

/// <summary><c>capacity.stableReadyThreshold</c> and <c>capacity.canaryReadyThreshold</c>: not every pod has to be ready.</summary>
public sealed class GivenReadyThresholds
{
    [TestCase(100, 10, 10)]
    [TestCase(80, 10, 8)]
    [TestCase(75, 10, 8)]
    [TestCase(1, 10, 1)]
    [TestCase(99, 1, 1)]
    [TestCase(50, 0, 0)]
    public void WhenPodsAreRequired_ThenTheyAreRoundedUp(int threshold, int pods, int required) =>
        Assert.That(ReadyThresholds.Required(threshold, pods), Is.EqualTo(required));

    [Test]
    public void WhenSoManyPodsAreAskedFor_ThenThoseThatTheThresholdRequiresAreThoseThatAreNeeded() =>
        Assert.That(from threshold in Enumerable.Range(50, 51)
                    from needed in Enumerable.Range(1, 60)
                    where ReadyThresholds.Required(threshold, ReadyThresholds.Asked(threshold, needed)) < needed
                    select (threshold, needed), Is.Empty);

    [TestCase(1, 10, 20)]
    [TestCase(1, int.MaxValue, int.MaxValue)]
    [TestCase(50, 10, 20)]
    [TestCase(80, 5, 7)]
    public void WhenMorePodsAreAskedFor_ThenTheyAreAtMostTwiceAsMany(int threshold, int needed, int asked) =>
        Assert.That(ReadyThresholds.Asked(threshold, needed), Is.EqualTo(asked));

    [TestCase(49, 1)]
    [TestCase(50, 0)]
    public void WhenThatOfTheCanaryIsLow_ThenItIsRefused_AndThatOfStableIsNot(int threshold, int errors)
    {
        var spec = World(80).Spec with { ReadyThresholds = new ReadyThresholds(threshold, threshold) };

        var found = RolloutRules.Check(spec).Where(one => one.Path.EndsWith("ReadyThreshold", StringComparison.Ordinal)).ToArray();

        Assert.That(found, Has.Length.EqualTo(errors));
        Assert.That(found.All(one => one.Path.EndsWith("canaryReadyThreshold", StringComparison.Ordinal)
            && one.Message.Contains("a percentage from 50 to 100 is needed", StringComparison.Ordinal)), Is.True);
    }

    [Test]
    public void WhenOnePodOfTheCanaryNeverBecomesReady_ThenTheReleaseIsPromotedAllTheSame()
    {
        var world = World(80);
        world.Workload.Unready = 1;

        world.Push("v2").Until(one => one.Status is { StableRevision: "v2", IsRunning: false }, 900);

        Assert.That(world.Story, Is.EqualTo("canary 7, weight 50, canary 13, weight 100, promote v2, weight 0"));
    }

    [Test]
    public void WhenEveryPodIsAskedFor_ThenTheSameCanaryIsRolledBackAtTheDeadline()
    {
        var world = World(100);
        world.Workload.Unready = 1;

        world.Push("v2").Until(one => one.Status is { Abort: not null, IsRunning: false }, 900);

        Assert.That(world.Status.Abort!.Reason, Is.EqualTo(AbortReason.DeadlineExceeded));
        Assert.That(world.Status.Abort.Message, Does.Contain("4 of 5 ready"));
    }

    [Test]
    public void WhenTooFewAreReady_ThenTheMessageSaysWhatTheThresholdAsksFor_AndTheDeadlineRuns()
    {
        var world = World(80);
        world.Workload.Unready = 3;
        world.Push("v2").Advance(60);
        var message = world.Status.Message;

        world.Until(one => one.Status is { Abort: not null, IsRunning: false }, 900);

        Assert.That(message, Does.Contain("4 of 7 ready; the ready threshold of 80 % asks for 6"));
        Assert.That(world.Status.Abort!.Reason, Is.EqualTo(AbortReason.DeadlineExceeded));
    }

    [Test]
    public void WhenTheThresholdIsReached_ThenTheDeadlineRunsNoMore()
    {
        var world = new ScaledWorld(10, A.SetWeight(50), new Step.Pause(null));
        world.Spec = world.Spec with { IsStableScaled = false, ReadyThresholds = new ReadyThresholds(100, 80) };
        world.Workload.Unready = 1;

        world.Push("v2").Until(one => one.Weight == 50).Advance(1_200);

        Assert.That((world.Weight, world.Status.Abort, world.Status.WaitingSince), Is.EqualTo((50m, (Abort?)null, (DateTimeOffset?)null)));
    }

    [Test]
    public void WhenItIsLoweredWhileTheReleaseWaits_ThenItGoesOn()
    {
        var world = World(100);
        world.Workload.Unready = 1;
        world.Push("v2").Advance(60);
        var waited = world.Weight;
        world.Spec = world.Spec with { ReadyThresholds = new ReadyThresholds(100, 80) };

        world.Until(one => one.Weight == 50, 60);

        Assert.That(waited, Is.Zero);
    }

    // The world compares the ready pods of each side with its share after every write and every moment.
    [Test]
    public void WhenAnyPodsStayUnready_ThenNoSideHasMoreTrafficThanItsReadyPodsBear([Range(1, 60)] int seed)
    {
        var dice = new Random(seed);
        var world = new ScaledWorld(dice.Next(1, 13), A.SetWeight(dice.Next(1, 40)), A.Pause(dice.Next(1, 60)),
            A.SetWeight(dice.Next(20, 100)), A.Pause(dice.Next(1, 60)));
        world.Spec = world.Spec with
        {
            IsStableScaled = dice.Next(2) == 0,
            ReadyThresholds = new ReadyThresholds(dice.Next(1, 101), dice.Next(50, 101)),
        };
        for (var turn = 0; turn < 12; turn++)
        {
            world.Workload.Unready = dice.Next(4);
            if (dice.Next(2) == 0) world.Push($"v{dice.Next(1, 5)}");
            if (dice.Next(5) == 0) world.Ask(RequestAction.Abort, $"a{turn}");
            if (dice.Next(4) == 0)
                world.Spec = world.Spec with { ReadyThresholds = new ReadyThresholds(dice.Next(1, 101), dice.Next(50, 101)) };
            world.Advance(dice.Next(0, 90));
        }

        world.Spec = world.Spec with { ReadyThresholds = new ReadyThresholds(100, 50) };
        world.Workload.Unready = 0;
        // Pods that never become ready end with their release.
        world.Until(one => one is { Status.IsRunning: false, Workload.Replicas: 0 }, 2_000);
        world.Advance(2).Push("last").Until(one => one is { Status: { StableRevision: "last", IsRunning: false } }, 2_000);
        Assert.That((world.Weight, world.Copy.Replicas), Is.EqualTo((0m, world.Size)));
    }

    [Test]
    public void WhenTheSidesArePodsOfOneSet_ThenThatIsRefused()
    {
        var set = new SetWorkload(new WorkloadReference(SetWorkload.StatefulSet, "web"), null);
        var spec = World(80).Spec with { Workload = null, Set = set };

        var error = RolloutRules.Check(spec).Single(one => one.Path.EndsWith("canaryReadyThreshold", StringComparison.Ordinal));

        Assert.That(error.Message, Does.Contain("80").And.Contain("StatefulSet web").And.Contain("one at a time"));
    }

    private static ScaledWorld World(int canary)
    {
        var world = new ScaledWorld(10, A.SetWeight(50), A.Pause(30));
        world.Spec = world.Spec with { IsStableScaled = false, ReadyThresholds = new ReadyThresholds(100, canary) };
        return world;
    }
}
