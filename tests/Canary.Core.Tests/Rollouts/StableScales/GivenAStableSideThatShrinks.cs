using System;
using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;
using Canary.Core.Validation;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.StableScales;

public sealed class GivenAStableSideThatShrinks
{
    [Test]
    public void WhenTheCanaryIsPromoted_ThenStableShrinksAfterEachShiftAndHasAllItsPodsBeforeTheTrafficReturns()
    {
        var world = new ScaledWorld(10, A.SetWeight(20), A.Pause(120), A.SetWeight(50), A.Pause(120)).Push("v2");

        world.Until(one => one.Status is { StableRevision: "v2", IsRunning: false } && one.Workload.Replicas == 0, 900);

        Assert.That(world.Story, Is.EqualTo("canary 2, weight 20, stable 8 of 10, canary 5, weight 50, stable 5 of 10, "
            + "canary 10, weight 100, promote v2, stable 10, weight 0, canary 0"));
        Assert.That(world.Full, Is.Null);
    }

    [Test]
    public void WhenAShiftIsConfirmed_ThenStableKeepsItsPodsForTheDrainDelay()
    {
        var world = AtFifty();
        var confirmed = world.Status.StableExcessSince;

        world.Until(one => one.Copy.Replicas < 10);

        Assert.That(confirmed, Is.Not.Null);
        Assert.That(world.Now - confirmed, Is.InRange(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(32)));
    }

    [Test]
    public void WhenItIsAbortedBeforeTheDrainDelayIsOver_ThenAllTrafficReturnsAtOnce()
    {
        var world = AtFifty().Ask(RequestAction.Abort, "a");

        world.Pass();

        Assert.That(world.Weight, Is.Zero);
    }

    [Test]
    public void WhenItIsAborted_ThenStableGrowsFirstAndTheTrafficFollowsItsPods([Values] bool isAlert)
    {
        var world = Shrunken();
        var before = world.Writes.Count;
        if (isAlert) world.Alerts = [A.Alert(world.Now)];
        else world.Ask(RequestAction.Abort, "a");

        world.Pass();
        var atOnce = world.Weight;
        var (condition, message) = (Conditions.Find(world.Status, ConditionType.CapacitySufficient)!, world.Status.Message);
        world.Until(one => one.Status is { IsRunning: false, Abort: not null });

        var writes = world.Writes.Skip(before).ToArray();
        Assert.That(atOnce, Is.EqualTo(50m), "the five pods of stable bear no more");
        Assert.That(writes[0], Is.EqualTo("stable 10"));
        Assert.That(writes.Where(write => write.StartsWith("weight", StringComparison.Ordinal)).Count(), Is.GreaterThan(1), "in steps");
        Assert.That((condition.IsTrue, condition.Reason), Is.EqualTo(((bool?)false, "Scaling")));
        Assert.That(message, Does.Contain("waiting for capacity: all of the traffic needs 10 ready pods of checkout-stable"));
        Assert.That(message, Does.Contain("5 are ready"));
        Assert.That((world.Weight, world.Copy.Replicas), Is.EqualTo((0m, 10)));
    }

    [Test]
    public void WhenItIsAborted_ThenTheCanaryKeepsItsPodsUntilTheDrainDelayIsOver()
    {
        var world = Shrunken().Ask(RequestAction.Abort, "a").Until(one => one.Status is { IsRunning: false, Abort: not null });
        var ended = world.Now;

        world.Until(one => one.Workload.Replicas == 0);

        Assert.That(world.Now - ended, Is.GreaterThanOrEqualTo(TimeSpan.FromSeconds(28)));
    }

    [Test]
    public void WhenStablesPodsNeverCome_ThenAllTrafficReturnsAfterTheProgressDeadline()
    {
        var world = Shrunken();
        world.Copy.IsStuck = true;
        world.Ask(RequestAction.Abort, "a").Advance(590);
        var waited = world.Weight;
        world.IsShort = true;

        world.Until(one => one.Weight == 0, 60);

        Assert.That(waited, Is.EqualTo(50m));
        Assert.That(world.Announced.Select(one => one.Reason), Does.Contain("CapacityMissing"));
    }

    [Test]
    public void WhenThePolicyIsWarn_ThenARollbackWaitsForNoPod()
    {
        var world = Shrunken();
        world.IsShort = true;
        world.Spec = world.Spec with { Capacity = CapacityPolicy.Warn };

        world.Ask(RequestAction.Abort, "a").Pass();

        Assert.That((world.Weight, world.Copy.Replicas), Is.EqualTo((0m, 10)));
    }

    [Test]
    public void WhenThePolicyIsWarn_ThenThePromotedVersionStillHasAllItsPodsBeforeTheTrafficReturns()
    {
        // With this policy the raises wait for no pods of the canary either.
        var world = new ScaledWorld(10, A.SetWeight(50), A.Pause(60)) { IsShort = true };
        world.Spec = world.Spec with { Capacity = CapacityPolicy.Warn };
        world.Push("v2").Until(one => one.Copy is { Revision: "v2", Replicas: 10 });

        world.Until(one => one.Weight == 0);

        Assert.That(world.Copy.Alive(world.Now), Is.EqualTo(10));
    }

    [Test]
    public void WhenTheCanaryLosesAllItsPods_ThenStableTakesTheTrafficWithThePodsThatItHas()
    {
        var world = Shrunken();
        for (var pod = 0; pod < 5; pod++) world.Lose(world.Workload, 0);

        world.Pass();

        Assert.That((world.Weight, world.Copy.Replicas), Is.EqualTo((0m, 10)));
    }

    [Test]
    public void WhenBothSidesAreShort_ThenNoPodGetsMoreThanAnother()
    {
        var world = Shrunken();
        for (var pod = 0; pod < 4; pod++) world.Lose(world.Workload, 0);
        world.Workload.IsStuck = true;

        world.Ask(RequestAction.Abort, "a").Pass();

        Assert.That(world.Weight, Is.EqualTo(16m), "one of six pods");
    }

    [Test]
    public void WhenAStepLowersTheWeight_ThenStableGrowsBefore()
    {
        var world = new ScaledWorld(10, A.SetWeight(50), A.Pause(60), A.SetWeight(20), A.Pause(600)).Push("v2");

        world.Until(one => one.Weight == 20);

        Assert.That(world.Story, Does.EndWith("weight 50, stable 5 of 10, stable 8 of 10, weight 20"));
    }

    [Test]
    public void WhenAnotherVersionIsPushed_ThenItBeginsAfterStableHasItsPods()
    {
        var world = Shrunken();
        var before = world.Writes.Count;

        world.Push("v3").Until(one => one.Status is { CanaryRevision: "v3", IsRestarting: false } && one.Weight == 50);

        var writes = world.Writes.Skip(before).ToArray();
        Assert.That(writes[0], Is.EqualTo("stable 10"));
        Assert.That(writes, Does.Contain("weight 0"));
    }

    [Test]
    public void WhenAVersionIsPushedWhileThePromotedOneRollsOut_ThenTheTrafficFollowsStablesPods()
    {
        var world = new ScaledWorld(10, A.SetWeight(50), A.Pause(60)).Push("v2");
        world.Until(one => one.Copy is { Revision: "v2", Replicas: 10 });

        world.Push("v3").Until(one => one.Weight == 0);

        Assert.That(world.Writes.Count(write => write.StartsWith("weight", StringComparison.Ordinal)), Is.GreaterThan(3), "in steps");
    }

    [Test]
    public void WhenAnotherClientSendsAllTrafficToStable_ThenItGetsThePods()
    {
        var world = Shrunken();
        world.IsShort = true;
        world.Weight = 0;

        world.Pass();

        Assert.That(world.Copy.Replicas, Is.EqualTo(10));
    }

    [Test]
    public void WhenSomebodyScalesStableUp_ThenThatIsTheSizeOfTheService()
    {
        var world = Shrunken();
        world.Copy.Scale(12, world.Now);

        world.Until(one => one.Full == 12);

        Assert.That(world.Copy.Replicas, Is.EqualTo(6));
    }

    [TestCase(null)]
    [TestCase(6)]
    [TestCase(1000)]
    public void WhenSomebodyChangesTheNote_ThenItIsWrittenAgainAndTheServiceKeepsItsSize(int? note)
    {
        var world = Shrunken();
        world.Note(note);

        world.Pass();
        world.Pass();

        Assert.That((world.Copy.Replicas, world.Full, world.Status.StableReplicas), Is.EqualTo((5, (int?)10, (int?)10)));
    }

    [TestCase(null)]
    [TestCase(6)]
    [TestCase(1000)]
    public void WhenTheNoteIsChangedAndTheReleaseIsAborted_ThenStableGetsTheSizeThatItHad(int? note)
    {
        var world = Shrunken();
        world.Note(note);

        world.Ask(RequestAction.Abort, "a").Pass();

        Assert.That((world.Copy.Replicas, world.Full, world.Status.StableReplicas), Is.EqualTo((10, (int?)null, (int?)10)));
    }

    [Test]
    public void WhenNothingIsReleased_ThenANoteOfSomebodysIsNoSize_AndSmallerReplicasAre()
    {
        var world = new ScaledWorld(10, A.SetWeight(50));
        world.IsShort = true;
        world.Note(1000);
        world.Pass();
        var noted = (world.Copy.Replicas, world.Full);
        world.Copy.Scale(6, world.Now);
        world.Pass();

        Assert.That(noted, Is.EqualTo((10, (int?)null)));
        Assert.That((world.Copy.Replicas, world.Status.StableReplicas), Is.EqualTo((6, (int?)6)));
    }

    [Test]
    public void WhenSomebodyScalesStableBelowItsShare_ThenItGetsThePodsBack()
    {
        var world = Shrunken();
        world.IsShort = true;
        world.Copy.Scale(2, world.Now);

        world.Pass();

        Assert.That((world.Copy.Replicas, world.Full), Is.EqualTo((5, (int?)10)));
    }

    [Test]
    public void WhenItIsSwitchedOffInTheMiddle_ThenStableGetsItsPodsBack()
    {
        var world = Shrunken();
        world.Spec = world.Spec with { IsStableScaled = false };

        world.Pass();

        Assert.That((world.Copy.Replicas, world.Full), Is.EqualTo((10, (int?)null)));
    }

    [Test]
    public void WhenItIsSwitchedOffOnTheWayBack_ThenTheTrafficFollowsItsPodsAllTheSame()
    {
        var world = Shrunken().Ask(RequestAction.Abort, "a");
        world.Spec = world.Spec with { IsStableScaled = false };

        world.Pass();
        world.Pass();
        var atOnce = world.Weight;
        world.Until(one => one.Status is { IsRunning: false, Abort: not null });

        Assert.That((atOnce, world.Weight, world.Copy.Replicas), Is.EqualTo((50m, 0m, 10)));
    }

    [Test]
    public void WhenAnAutoscalerAppears_ThenStableGetsItsPodsBack()
    {
        var world = Shrunken();
        world.Autoscaler = new AutoscalerObservation(2, 20, null);
        world.Problems = [new SpecError("spec.strategy.canary.dynamicStableScale", "an autoscaler scales it")];

        world.Pass();

        Assert.That((world.Copy.Replicas, world.Full), Is.EqualTo((10, (int?)null)));
    }

    [Test]
    public void WhenTheCopyCannotBeRead_ThenAnAbortLeavesTheTrafficWhereItIsUntilTheDeadline()
    {
        var world = Shrunken();
        world.IsCopyUnknown = true;
        world.Ask(RequestAction.Abort, "a").Advance(30);
        var blind = world.Weight;
        world.IsCopyUnknown = false;

        world.Until(one => one.Weight == 0);

        Assert.That(blind, Is.EqualTo(50m));
    }

    [Test]
    public void WhenAPassCannotLook_ThenAnAbortIsNotedAndTheTrafficIsNotGivenToASideThatMayBeSmall()
    {
        var world = Shrunken();
        var request = new RolloutRequest("a", RequestAction.Abort, null, null, "ana", "", null);

        var blind = RolloutMachine(world, request, world.Now)!;
        var late = Core.Rollouts.Decisions.RolloutMachine.AbortBlindly(blind.Status, request, "no answer", world.Now.AddMinutes(11))!;

        Assert.That((blind.Status.Abort?.Reason, blind.Status.Weights.Desired), Is.EqualTo((AbortReason.Request, Weight.FromPercent(50))));
        Assert.That(blind.Effects.OfType<Effect.Route>(), Is.Empty);
        Assert.That(blind.Effects.OfType<Effect.FenceRoutes>(), Is.Not.Empty);
        Assert.That(late.Effects.OfType<Effect.Route>().Single().Second, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public void WhenStableIsSmall_ThenTheConditionSaysWhatARollbackFinds()
    {
        var condition = Conditions.Find(Shrunken().Status, ConditionType.CapacitySufficient)!;

        Assert.That((condition.IsTrue, condition.Reason), Is.EqualTo(((bool?)true, "FewerForRollback")));
        Assert.That(condition.Message, Does.Contain("5 of its 10 pods"));
    }

    private static Core.Rollouts.Decisions.Decision? RolloutMachine(ScaledWorld world, RolloutRequest request, DateTimeOffset now) =>
        Core.Rollouts.Decisions.RolloutMachine.AbortBlindly(world.Status, request, "no answer", now);

    private static ScaledWorld AtFifty() => new ScaledWorld(10, A.SetWeight(50), new Step.Pause(null)).Push("v2")
        .Until(one => one.Weight == 50 && one.Status.StableExcessSince is not null);

    private static ScaledWorld Shrunken() => AtFifty().Until(one => one.Copy.Replicas == 5).Advance(5);
}
