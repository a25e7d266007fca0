using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Testing.Routers;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts.BlueGreen;

public sealed class GivenABlueGreenRollout
{
    private static readonly BlueGreenStrategy Automatic = new();
    private static readonly BlueGreenStrategy ByHand = new() { IsAutoPromotionEnabled = false };

    [Test]
    public void WhenNothingIsConfigured_ThenAllTrafficMovesInOneShiftAndReturnsWithStableUpdated()
    {
        var world = Pushed(Spec(Automatic));

        world.Advance(TimeSpan.FromMinutes(1));

        Assert.That(world.Weights, Is.EqualTo(new[] { 100m, 0m }));
        Assert.That((world.First.Revision, world.Status.Phase, world.Status.StableRevision), Is.EqualTo(("v2", Phase.Healthy, "v2")));
        Assert.That(world.Status.History[0].Reason, Is.EqualTo("the switch was not rolled back"));
    }

    [Test]
    public void WhenThePodsAreNotReady_ThenNothingBegins()
    {
        var world = Pushed(Spec(ByHand) with { PreAnalysis = A.Smoke }, ready: 1);

        Assert.That((world.Status.Message, world.Runs.Count), Is.EqualTo(("preview without traffic, waiting for pods: 1 of 2 ready", 0)));
        Assert.That(world.Status.WaitingSince, Is.EqualTo(world.Now), "the progress deadline runs");
    }

    [Test]
    public void WhenItWaitsForAPerson_ThenThePreviewIsThereAndPromoteSwitches()
    {
        var world = Pushed(Spec(ByHand)).Advance(TimeSpan.FromHours(5));
        Assert.That((world.Status.Phase, world.Status.Message, world.Routes[0]),
            Is.EqualTo((Phase.Paused, "preview without traffic, paused until a person promotes", 0m)));

        world.Ask(RequestAction.Promote, "1");

        Assert.That((world.Routes[0], world.Status.Phase, world.Status.LastRequest!.IsCarriedOut),
            Is.EqualTo((100m, Phase.Promoting, true)));
        Assert.That(world.Status.Message, Is.EqualTo("switched: revision v2 is active, the old version keeps its pods until 17:00:30Z, "
            + "and abort returns all traffic to it at once"));
    }

    [Test]
    public void WhenItPromotesAfterATime_ThenTheTimeCountsFromReadyPods()
    {
        var world = Pushed(Spec(Automatic with { AutoPromotionAfter = TimeSpan.FromMinutes(5) }), ready: 0);
        world.Advance(TimeSpan.FromMinutes(4));
        world.Canary = world.Canary with { ReadyEndpoints = 2 };

        world.Advance(TimeSpan.FromMinutes(4));
        Assert.That(world.Routes[0], Is.Zero);
        Assert.That(world.Status.Message, Does.StartWith("preview without traffic, paused for 5m until"));
        world.Advance(TimeSpan.FromMinutes(1));

        Assert.That(world.Routes[0], Is.EqualTo(100m));
    }

    [Test]
    public void WhenTheAnalysisBeforeTheSwitchFails_ThenNobodyGotTheNewVersion()
    {
        var world = Pushed(Spec(Automatic) with { PreAnalysis = A.Smoke }, RunPhase.Failed);

        Assert.That((world.Status.Phase, world.Weights.Count), Is.EqualTo((Phase.RolledBack, 0)));
        Assert.That(world.Status.Message, Is.EqualTo("rolled back at weight 0: error rate 0.2% (pre-promotion analysis)"));
    }

    [Test]
    public void WhenTheAnalysisAfterTheSwitchFails_ThenAllTrafficReturnsAndStableWasNeverTouched()
    {
        var world = Pushed(Spec(Automatic) with { PostAnalysis = A.Smoke }, postVerdict: RunPhase.Failed);

        Assert.That((world.First.Revision, world.Status.Phase), Is.EqualTo(("v1", Phase.RolledBack)));
        Assert.That(world.Weights, Is.EqualTo(new[] { 100m, 0m }));
        Assert.That(world.Status.Message, Is.EqualTo("rolled back at weight 100: error rate 0.2% (post-promotion analysis)"));
    }

    [Test]
    public void WhenTheAnalysisPassesBeforeTheDelay_ThenTheOldVersionIsKeptForTheDelayAllTheSame()
    {
        var world = Pushed(Spec(Automatic with { ScaleDownDelay = TimeSpan.FromMinutes(10) }) with { PostAnalysis = A.Smoke });

        world.Advance(TimeSpan.FromMinutes(9));
        Assert.That((world.First.Revision, world.Routes[0]), Is.EqualTo(("v1", 100m)));
        world.Advance(TimeSpan.FromMinutes(1));

        Assert.That((world.First.Revision, world.Status.Phase), Is.EqualTo(("v2", Phase.Healthy)));
    }

    [Test]
    public void WhenSomebodyAbortsAfterTheSwitch_ThenAllTrafficReturnsInOneShift()
    {
        var world = Pushed(Spec(Automatic with { ScaleDownDelay = TimeSpan.FromMinutes(10) })).Advance(TimeSpan.FromMinutes(5));

        world.Ask(RequestAction.Abort, "1");

        Assert.That((world.Routes[0], world.First.Revision, world.Status.Phase), Is.EqualTo((0m, "v1", Phase.RolledBack)));
        Assert.That(world.Weights, Is.EqualTo(new[] { 100m, 0m }));
    }

    [TestCase(RequestAction.Promote, true)]
    [TestCase(RequestAction.PromoteFull, false)]
    public void WhenSomebodyPromotesAfterTheSwitch_ThenTheOldVersionGoesOnlyWithPromote(RequestAction action, bool isOver)
    {
        var world = Pushed(Spec(Automatic with { ScaleDownDelay = TimeSpan.FromHours(10) }));

        world.Ask(action, "1");

        Assert.That(world.First.Revision, Is.EqualTo(isOver ? "v2" : "v1"));
        Assert.That(world.Status.LastRequest!.IsCarriedOut, Is.True);
    }

    [Test]
    public void WhenItIsPromotedInFullBefore_ThenAnalysesAreSkippedAndTheWayBackIsNot()
    {
        var world = Pushed(Spec(ByHand) with { PreAnalysis = A.Smoke, PostAnalysis = A.Smoke }, RunPhase.Pending);

        world.Ask(RequestAction.PromoteFull, "1");
        Assert.That((world.Routes[0], world.First.Revision), Is.EqualTo((100m, "v1")));
        world.Ask(RequestAction.Abort, "2");

        Assert.That((world.Routes[0], world.First.Revision), Is.EqualTo((0m, "v1")));
    }

    [Test]
    public void WhenTheDelayIsNone_ThenStableIsUpdatedAtOnce()
    {
        var world = Pushed(Spec(Automatic with { ScaleDownDelay = TimeSpan.Zero }));

        Assert.That((world.First.Revision, world.Status.Phase), Is.EqualTo(("v2", Phase.Healthy)));
    }

    [Test]
    public void WhenAPushComesAfterTheSwitch_ThenTheTrafficReturnsToTheOldVersionFirst()
    {
        var world = Pushed(Spec(ByHand)).Ask(RequestAction.Promote, "1");

        world.Push("v3").Settle();

        Assert.That((world.Routes[0], world.First.Revision, world.Status.CanaryRevision, world.Status.History[0].Outcome),
            Is.EqualTo((0m, "v1", "v3", RolloutOutcome.Superseded)));
    }

    [Test]
    public void WhenTheCanarySideGoesBackToStableAfterTheSwitch_ThenItIsWithdrawn()
    {
        var world = Pushed(Spec(ByHand)).Ask(RequestAction.Promote, "1");

        world.Push("v1").Settle();

        Assert.That((world.Routes[0], world.Status.Phase, world.Status.History[0].Outcome),
            Is.EqualTo((0m, Phase.Healthy, RolloutOutcome.Withdrawn)));
    }

    [Test]
    public void WhenAutoPromotionIsSwitchedOnMeanwhile_ThenNothingStartsAgain()
    {
        var world = Pushed(Spec(ByHand) with { PreAnalysis = A.Smoke }).Advance(TimeSpan.FromMinutes(3));

        world.Spec = world.Spec! with { BlueGreen = Automatic, Steps = Automatic.Steps() };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Attempt), Is.EqualTo((100m, 1)));
    }

    [Test]
    public void WhenTheStrategyIsChangedMeanwhile_ThenItStartsAgain()
    {
        var world = Pushed(Spec(ByHand)).Advance(TimeSpan.FromMinutes(3));

        world.Spec = A.Plain with { Steps = [A.SetWeight(5), new Step.Pause(null)] };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Attempt, world.Status.CurrentStepIndex), Is.EqualTo((5m, 2, 1)));
    }

    [Test]
    public void WhenThePreviewHasFewerPodsThanStable_ThenTheSwitchWaitsForAllOfThem()
    {
        var world = new FakeWorld(Spec(Automatic)) { First = A.Side with { ReadyEndpoints = 4, DesiredPods = 4 } }.Settle();

        world.Push("v2").Settle();

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((0m, Phase.Promoting)));
        Assert.That(world.Status.Message, Does.StartWith(
            "switching all traffic to revision v2, waiting for capacity: weight 100 needs 4 ready pods of checkout-canary"));
        Assert.That(world.Status.Message, Does.Contain("spec.strategy.blueGreen.capacity.policy"));
    }

    [Test]
    public void WhenTheSidesAlternate_ThenTheOldSideStaysForTheDelayAndThenTheRolesChange()
    {
        var spec = A.Alternating with { BlueGreen = Automatic, Steps = Automatic.Steps() };
        var world = new FakeWorld(spec).Settle().Push("2.0.0").Settle();

        Assert.That((world.Routes[0], world.Status.StableSide), Is.EqualTo((100m, Core.Traffic.Side.NamedStable)));
        world.Advance(TimeSpan.FromSeconds(30));

        Assert.That((world.Routes[0], world.Status.StableSide, world.Status.StableRevision),
            Is.EqualTo((100m, Core.Traffic.Side.NamedCanary, "2.0.0")));
    }

    [Test]
    public void WhenTheControllerWasAwayDuringTheDelay_ThenItWatchesForThirtySecondsMore()
    {
        var world = Pushed(Spec(Automatic));
        world.Now = world.Now.AddHours(1);
        world.WatchedSince = world.Now;

        world.Settle();
        Assert.That(world.First.Revision, Is.EqualTo("v1"));
        world.Advance(TimeSpan.FromSeconds(30));

        Assert.That(world.First.Revision, Is.EqualTo("v2"));
    }

    [Test]
    public void WhenSomethingIsWrongWithTheStrategy_ThenTheFieldIsNamed()
    {
        var wrong = new BlueGreenStrategy
        {
            IsAutoPromotionEnabled = false,
            AutoPromotionAfter = TimeSpan.FromMinutes(1),
            PreviewReplicaCount = 2,
            ScaleDownDelay = TimeSpan.FromHours(25),
            AbortScaleDownDelay = TimeSpan.FromSeconds(-1),
        };

        var errors = Core.Rollouts.Rules.RolloutRules.Check(Spec(wrong));

        Assert.That(errors.Select(error => error.Path), Is.EqualTo(new[] { "previewReplicaCount", "autoPromotionAfter", "scaleDownDelay",
            "abortScaleDownDelay" }.Select(field => $"spec.strategy.blueGreen.{field}")));
    }

    [Test]
    public void WhenAPersonPromotesWhileItStartsAgain_ThenTheAnalysisBeforeTheSwitchStillComesFirst()
    {
        var world = Pushed(Spec(ByHand with { ScaleDownDelay = TimeSpan.Zero }) with { PreAnalysis = A.Smoke }, RunPhase.Pending);
        world.Spec = world.Spec! with { Traffic = A.Traffic with { Router = new NamedRouter("other") } };
        world.Pass();
        Assert.That(world.Status.IsRestarting, Is.True);

        world.Ask(RequestAction.Promote, "1");

        Assert.That((world.Status.Promotion, world.First.Revision, world.Status.LastRequest!.IsCarriedOut),
            Is.EqualTo(((PromotionStage?)null, "v1", false)));
        Assert.That(world.Status.Message, Is.EqualTo("preview without traffic, waiting for the pre-promotion analysis"));
    }

    private static RolloutSpec Spec(BlueGreenStrategy strategy) =>
        A.Plain with { BlueGreen = strategy, Steps = strategy.Steps() };

    private static FakeWorld Pushed(RolloutSpec spec, RunPhase verdict = RunPhase.Successful, RunPhase? postVerdict = null, int ready = 2)
    {
        var world = new FakeWorld(spec) { Verdict = verdict, PostVerdict = postVerdict }.Settle().Push("v2");
        world.Canary = world.Canary with { ReadyEndpoints = ready };
        return world.Settle();
    }
}
