using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAPromotion
{
    [Test]
    public void WhenStableDoesNotRollOut_ThenTrafficStaysOnWhatWasAnalysed()
    {
        var world = UpdatingStable();
        world.First = world.First with { ReadyEndpoints = 1, Problem = "ImagePullBackOff" };

        world.Advance(TimeSpan.FromMinutes(30));

        Assert.That((world.Routes[0], world.Status.Phase, world.Status.Abort), Is.EqualTo((100m, Phase.Promoting, (Abort?)null)));
        Assert.That(Conditions.Find(world.Status, ConditionType.Stalled)!.IsTrue, Is.True);
        Assert.That(world.Status.Message,
            Is.EqualTo("promoting: weight 100, stable rolls out revision v2: 1 of 2 ready (ImagePullBackOff)"));
        Assert.That(world.Reasons.Count(reason => reason == "RolloutStalled"), Is.EqualTo(1));

        world.First = A.Side with { Revision = "v2" };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((0m, Phase.Healthy)));
    }

    [TestCase(3, true, "promoting: weight 100, stable rolls out revision v2: 3 ready, 2 wanted")]
    [TestCase(2, true, "promoting: weight 100, stable rolls out revision v2: 2 of 2 ready")]
    public void WhenStableHasMorePodsThanItAsksForMeanwhile_ThenNoMoreThanAllAreReady(int ready, bool isRollingOut, string message)
    {
        var world = UpdatingStable();

        world.First = world.First with { ReadyEndpoints = ready, IsRolledOut = !isRollingOut };
        world.Settle();

        Assert.That(world.Status.Message, Is.EqualTo(message));
    }

    [Test]
    public void WhenItIsAbortedAfterStableWasWritten_ThenItIsRefused()
    {
        var world = UpdatingStable().Ask(RequestAction.Abort, "9");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Routes[0]), Is.EqualTo((false, 100m)));
    }

    // Found by GivenAnyWorld: the weight was 0 already, and no write had a number above that of the template.
    [Test]
    public void WhenItStartsAgainAtWeight0_ThenStableRefusesTheTemplateThatWasSent()
    {
        var world = UpdatingStable();
        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();
        Assert.That(world.Status.Weights.Desired, Is.EqualTo(Weight.Zero), "the analysed version of stable takes the traffic");

        world.Spec = world.Spec! with { Steps = [A.SetWeight(10), A.Pause(20)] };
        world.First = A.Side with { Revision = "v1" };
        world.Second = world.Second with { ReadyEndpoints = 2 };
        world.Settle();

        Assert.That((world.Status.IsRestarting, world.Routes[0]), Is.EqualTo((false, 10m)), world.Status.Message);
        Assert.That(world.Status.TemplateSequence, Is.Null);
    }

    [Test]
    public void WhenAPushComesBeforeStableIsWritten_ThenItIsANewRevisionThroughZero()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.SetRun(world.Background, RunPhase.Running, "", isConclusive: false).Ask(RequestAction.Promote, "1");
        world.Weights.Clear();

        world.Push("v3").Settle();

        Assert.That((world.First.Revision, world.Status.CanaryRevision), Is.EqualTo(("v1", "v3")));
        Assert.That(world.Weights, Is.EqualTo(new[] { 0m, 5m }));
    }

    [Test]
    public void WhenAPushComesAfterStableWasWritten_ThenTheUnanalysedPodsLoseTheirTrafficAndStableIsFinishedFirst()
    {
        var world = UpdatingStable();
        world.Push("v3").Settle();

        Assert.That((world.Routes[0], world.Status.Promotion), Is.EqualTo((0m, PromotionStage.UpdatingStable)));

        world.First = world.First with { IsRolledOut = true };
        world.Settle();

        Assert.That((world.Status.History[0].Outcome, world.Status.StableRevision, world.Status.CanaryRevision),
            Is.EqualTo((RolloutOutcome.Promoted, "v2", "v3")));
        Assert.That(world.Routes[0], Is.EqualTo(5m));
    }

    [Test]
    public void WhenTheCanaryDiesBeforeStableIsWritten_ThenTrafficReturnsAndStableKeepsTheOldVersion()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.SetRun(world.Background, RunPhase.Running, "", isConclusive: false).Ask(RequestAction.Promote, "1");

        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();

        Assert.That((world.Routes[0], world.First.Revision), Is.EqualTo((0m, "v1")));

        world.Advance(TimeSpan.FromMinutes(11));

        Assert.That(world.Status.Phase, Is.EqualTo(Phase.RolledBack));
    }

    [Test]
    public void WhenTheLastStepIsAHundred_ThenItIsTheSameAsTheImpliedOne()
    {
        var world = new FakeWorld(A.Plain with { Steps = [A.SetWeight(50), A.SetWeight(100)] }).Settle().Push("v2").Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 50m, 100m, 0m }));
        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy));
    }

    [Test]
    public void WhenThereAreNoSteps_ThenItGoesStraightToAHundred()
    {
        var world = new FakeWorld(A.Plain with { Steps = [] }).Settle().Push("v2").Settle();

        Assert.That(world.Weights, Is.EqualTo(new[] { 100m, 0m }));
        Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy));
    }

    private static FakeWorld UpdatingStable()
    {
        var world = GivenARunningRollout.AtTheOpenPause();
        world.IsSlow = true;
        world.Ask(RequestAction.Promote, "1");
        Assert.That((world.First.Revision, world.First.IsRolledOut, world.Status.Promotion),
            Is.EqualTo(("v2", false, PromotionStage.UpdatingStable)), world.Status.Message);
        return world;
    }
}
