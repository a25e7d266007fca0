using System;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAForeignWrite
{
    [Test]
    public void WhenTheWeightIsResetOnce_ThenItIsSaidAndWrittenAgainAndTheClockStartsAnew()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Now = world.Now.AddMinutes(1);

        world.Write(0).Settle();

        Assert.That((world.Routes[0], world.Status.Reassertions, world.Status.StepStartedAt), Is.EqualTo((50m, 1, world.Now)));
        Assert.That(world.Reasons, Does.Contain("WeightConflict"));
        Assert.That(Conditions.Find(world.Status, ConditionType.WeightConflict)!.IsTrue, Is.False);
    }

    [Test]
    public void WhenItGoesOn_ThenEachAnswerWaitsLongerAndTheRolloutIsHeld()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.Weights.Clear();

        for (var i = 0; i < 120 && world.Status.Hold?.Reason != HoldReason.WeightConflict; i++)
        {
            world.Write(0).Settle();
            world.Now = world.Now.AddSeconds(1);
        }

        Assert.That((world.Status.Phase, world.Status.Hold!.Reason, world.Weights.Count),
            Is.EqualTo((Phase.Paused, HoldReason.WeightConflict, 5)));
        Assert.That(world.Now - world.Status.StartedAt, Is.GreaterThan(TimeSpan.FromSeconds(15)));

        world.Write(0).Settle();

        Assert.That(world.Weights, Has.Count.EqualTo(5));

        world.Ask(RequestAction.Resume, "1");

        Assert.That((world.Routes[0], world.Status.Hold!.Reason), Is.EqualTo((50m, HoldReason.PauseStep)));
    }

    [Test]
    public void WhenTheWeightIsTakenDuringAPromotion_ThenStableIsNotWrittenBeforeItIsBack()
    {
        var world = new FakeWorld(A.Plain).Settle().Push("v2");
        while (world.Routes[0] != 100m) world.Pass();

        world.Write(40);
        var decision = world.Pass();

        Assert.That((decision.Situation, world.First.Revision), Is.EqualTo((Situation.WeightForeign, "v1")));

        world.Settle();

        Assert.That((world.Status.Phase, world.First.Revision), Is.EqualTo((Phase.Healthy, "v2")));
    }

    [Test]
    public void WhenARouteShowsTheWeightOfBefore_ThenItIsOnlyLate()
    {
        var world = new FakeWorld(A.Plain, routes: 2).Settle().Push("v2");
        while (world.Routes[0] != 25m) world.Pass();

        world.Write(5, route: 1);

        Assert.That(world.Decide().Situation, Is.EqualTo(Situation.AwaitingRoutes));
    }

    [Test]
    public void WhenTheWeightOfBeforeComesBackAfterItWasConfirmed_ThenThatIsForeignToo()
    {
        var world = GivenARunningRollout.AtTheOpenPause().Write(25);

        Assert.That(world.Decide().Situation, Is.EqualTo(Situation.WeightForeign));
    }

    [Test]
    public void WhenARouteRoundsTheWeight_ThenItShowsIt()
    {
        var world = new FakeWorld(A.Plain with { Steps = [A.SetWeight(25), new Step.Pause(null)] }).Settle().Push("v2").Settle();

        world.Write(25.4m);

        Assert.That(world.Decide().Situation, Is.EqualTo(Situation.Pausing));
    }

    [Test]
    public void WhenARaiseThatWasNeverSeenIsTakenBack_ThenTheWeightOfBeforeIsNotTakenForShownAlready()
    {
        var (five, twenty) = (Weight.FromPercent(5), Weight.FromPercent(20));
        var raised = RolloutStatus.New with { Weights = new WeightStatus(twenty, five, five) };
        var shown = raised with { Weights = new WeightStatus(twenty, twenty, twenty) };

        Assert.That(WeightTransitions.SetDesired(raised, five).Weights,
            Is.EqualTo(new WeightStatus(five, twenty, null)));
        Assert.That(WeightTransitions.SetDesired(shown, Weight.Zero).Weights,
            Is.EqualTo(new WeightStatus(Weight.Zero, twenty, twenty)));
    }
}
