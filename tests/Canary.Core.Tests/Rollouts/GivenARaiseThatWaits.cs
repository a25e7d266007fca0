using System;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenARaiseThatWaits
{
    private const string Lack = "errors leans to worse, and has not decided";

    [Test]
    public void WhenTheComparisonLeansToHarm_ThenTheWeightStaysUntilItDoesNot()
    {
        var world = Waiting();

        Assert.That((world.Status.Phase, world.Status.Hold, world.Routes[0]), Is.EqualTo((Phase.Progressing, (Hold?)null, 5m)));
        Assert.That(world.Status.Message,
            Is.EqualTo("step 3 of 5: weight 5, the raise to 25 waits until "
                + $"{TimeText.Format(world.Now.AddMinutes(15))} for the comparison with stable: {Lack}"));
        Assert.That(world.Status.WaitingSince, Is.Null, "the progress deadline does not run");

        world.Now = world.Now.AddMinutes(14);
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Hold), Is.EqualTo((5m, (Hold?)null)));

        world.SetRun(world.Background, RunPhase.Running).Settle();

        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((3, 25m)));
    }

    [Test]
    public void WhenItWaits_ThenItIsSaidOnceAndAMeasurementWritesNothing()
    {
        var world = Waiting();
        var (before, told) = (world.Status, world.Announced.Count);

        world.SetRun(world.Background, RunPhase.Running, "13:1 odds that errors are worse", isConclusive: false, lacksToRaise: Lack)
            .Settle();

        Assert.That(world.Status, Is.EqualTo(before));
        Assert.That(world.Announced, Has.Count.EqualTo(told));
        Assert.That(world.Announced[^1].Message, Does.Contain("the raise to 25 waits until").And.Contain("for the comparison with stable"));
    }

    [Test]
    public void WhenItIsTheFirstRaise_ThenItWaitsForNothing()
    {
        var world = new FakeWorld(Spec).Settle().Push("v2").Settle();

        Assert.That((world.Routes[0], world.Status.CurrentStepIndex), Is.EqualTo((5m, 1)));
    }

    [Test]
    public void WhenAPersonPromotes_ThenTheRaiseIsMadeAndTheNextOneWaitsAgain()
    {
        var world = Waiting().Ask(RequestAction.Promote, "go");

        Assert.That(world.Status.LastRequest,
            Is.EqualTo(world.Status.LastRequest! with
            {
                IsCarriedOut = true,
                Message = "the raise to 25 waits for no comparison any more"
            }));
        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((3, 25m)));

        world.Ask(RequestAction.Promote, "on");

        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((4, 25m)));
        Assert.That(world.Status.Message, Does.StartWith("step 5 of 5: weight 25, the raise to 100 waits"));
    }

    [Test]
    public void WhenEverythingIsToGoToTheCanary_ThenWhatIsRequiredMustBeShownToo()
    {
        var world = Waiting();
        world.SetRun(world.Background, RunPhase.Running, isConclusive: false,
            lacksToFill: "errors has not shown yet that the canary is not much worse").Settle();

        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((3, 25m)),
            "a small step needs no more than that nothing speaks against it");

        world.Ask(RequestAction.Promote, "on");

        Assert.That((world.Status.CurrentStepIndex, world.Routes[0]), Is.EqualTo((4, 25m)));
        Assert.That(world.Status.Message, Does.EndWith("has not shown yet that the canary is not much worse"));
    }

    [Test]
    public void WhenTheCanaryIsLostMeanwhile_ThenItComesBackToTheWeightThatItHad()
    {
        var world = Waiting();
        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();

        Assert.That(world.Routes[0], Is.Zero);

        world.Second = world.Second with { ReadyEndpoints = 2 };
        world.Settle();

        Assert.That(world.Routes[0], Is.EqualTo(5m), "where there is traffic to learn from");
        Assert.That(world.Status.Message, Does.Contain("the raise to 25 waits"));
    }

    [Test]
    public void WhenItTurnsWhileARaiseIsOnItsWay_ThenTheWeightIsNotLowered()
    {
        var world = Waiting();
        world.DropsEffects = true;
        world.SetRun(world.Background, RunPhase.Running).Pass();

        world.SetRun(world.Background, RunPhase.Running, lacksToRaise: Lack).Pass();

        Assert.That(world.Status.Weights.Desired, Is.EqualTo(Weight.FromPercent(25)));
    }

    [TestCase(InconclusiveAction.Continue, Phase.Paused, 25)]
    [TestCase(InconclusiveAction.Pause, Phase.Paused, 5)]
    [TestCase(InconclusiveAction.Abort, Phase.RolledBack, 0)]
    public void WhenThereIsNoEvidenceInTime_ThenOnInconclusiveDecides(InconclusiveAction action, Phase phase, int weight)
    {
        var world = Waiting(With(action));

        Assert.That(world.Routes[0], Is.EqualTo(5m), "before that every policy waits");

        world.Now = world.Now.AddMinutes(15);
        world.Settle();

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((phase, (decimal)weight)), world.Status.Message);
    }

    [Test]
    public void WhenAPersonIsToDecide_ThenTheMessageSaysWhatIsMissingAndWhatToDo()
    {
        var world = Overdue();

        Assert.That(world.Status.Hold, Is.EqualTo(new Hold(HoldReason.EvidenceMissing, world.Now,
            $"no evidence for the raise to 25 within 15m: {Lack}; it continues when there is, promote continues now, abort rolls back")));
        Assert.That(world.Announced[^1], Is.EqualTo(new RolloutEvent("EvidenceMissing", world.Status.Message, true)));
        Assert.That(world.Decide().WakeAt, Is.EqualTo(world.Now.AddSeconds(30)), "the evidence may come");
    }

    [TestCase(RequestAction.Promote)]
    [TestCase(RequestAction.Resume)]
    public void WhenAPersonDecides_ThenThisRaiseIsMadeAndNoOther(RequestAction action)
    {
        var world = Overdue().Ask(action, "go");

        Assert.That((world.Routes[0], world.Status.EvidenceAwaitedSince), Is.EqualTo((25m, (DateTimeOffset?)null)));

        world.Ask(RequestAction.Promote, "on");

        Assert.That((world.Routes[0], world.Status.Phase), Is.EqualTo((25m, Phase.Progressing)), "it waits anew for the raise to 100");
    }

    [Test]
    public void WhenTheEvidenceComesAfterAll_ThenItGoesOnByItself()
    {
        var world = Overdue();

        world.SetRun(world.Background, RunPhase.Running).Settle();

        Assert.That((world.Routes[0], world.Status.Hold?.Reason), Is.EqualTo((25m, HoldReason.PauseStep)));
    }

    [Test]
    public void WhenThereAreNoAnswers_ThenNothingIsDecidedBeforeThereAre()
    {
        var world = Waiting(With(InconclusiveAction.Abort));
        world.SetRun(world.Background, RunPhase.Running, isHeldByErrors: true, isConclusive: false, lacksToRaise: Lack);
        world.Now = world.Now.AddMinutes(20);
        world.Settle();

        Assert.That(world.Status.Abort, Is.Null, "an outage of Prometheus rolls nothing back");

        world.SetRun(world.Background, RunPhase.Running, isConclusive: false, lacksToRaise: Lack).Settle();

        Assert.That(world.Status.Abort, Is.Not.Null, "what was counted meanwhile is in the first answer");
    }

    [Test]
    public void WhenNobodyWatched_ThenTheControllerWatchesForAMinuteBeforeItDecides()
    {
        var world = Waiting(With(InconclusiveAction.Abort));
        world.Now = world.Now.AddHours(1);
        world.WatchedSince = world.Now;
        world.Settle();

        Assert.That(world.Status.Abort, Is.Null);

        world.Now = world.Now.AddMinutes(1);
        world.Settle();

        Assert.That(world.Status.Abort?.Message,
            Is.EqualTo($"inconclusive: no evidence for the raise to 25 within 15m: {Lack} (onInconclusive is abort)"));
    }

    [Test]
    public void WhenNoTimeIsGiven_ThenOnInconclusiveDecidesAtOnce()
    {
        var policy = VerdictPolicy.Default with { OnInconclusive = InconclusiveAction.Continue, EvidenceWithin = TimeSpan.Zero };

        Assert.That(Waiting(Spec with { Analysis = new BackgroundAnalysis(A.Red with { Policy = policy }, 0) }).Routes[0],
            Is.EqualTo(25m));
    }

    [TestCase(InconclusiveAction.Continue, Phase.Healthy)]
    [TestCase(InconclusiveAction.Pause, Phase.Paused)]
    [TestCase(InconclusiveAction.Abort, Phase.RolledBack)]
    public void WhenTheLastRaiseIsThePromotion_ThenItWaitsForTheEvidenceToo(InconclusiveAction action, Phase phase)
    {
        var world = BeforeThePromotion(action);

        Assert.That((world.Status.Promotion, world.Routes[0]), Is.EqualTo((PromotionStage.ConfirmingFull, 25m)));
        Assert.That(world.Status.Message, Does.StartWith("promoting: weight 25, the raise to 100 waits until ")
            .And.EndWith("errors has not shown yet that the canary is not much worse"));

        world.Now = world.Now.AddMinutes(15);
        world.Settle();

        Assert.That(world.Status.Phase, Is.EqualTo(phase), world.Status.Message);
    }

    [Test]
    public void WhenAPersonPromotesWithoutEvidence_ThenNothingWaitsForItAt100()
    {
        var world = BeforeThePromotion(InconclusiveAction.Pause).Ask(RequestAction.Promote, "all").Settle();

        Assert.That((world.Status.Phase, world.Status.LastRequest!.Message),
            Is.EqualTo((Phase.Healthy, "the raise to 100 waits for no comparison any more")));
    }

    [TestCase(InconclusiveAction.Continue)]
    [TestCase(InconclusiveAction.Pause)]
    public void WhenAStepGoesTo100WithoutEvidence_ThenNothingWaitsForItThere(InconclusiveAction action)
    {
        var world = Waiting(With(action) with { Steps = [A.SetWeight(5), new Step.Pause(null), A.SetWeight(100)] });
        world.Now = world.Now.AddMinutes(15);
        world.Settle();
        if (action == InconclusiveAction.Pause) world.Ask(RequestAction.Promote, "all").Settle();

        Assert.That((world.Status.Phase, world.Status.IsEvidenceForgone), Is.EqualTo((Phase.Healthy, false)), world.Status.Message);
    }

    [Test]
    public void WhenAnotherMetricHasNoVerdict_ThenItIsStillWaitedFor()
    {
        var world = BeforeThePromotion(InconclusiveAction.Pause);
        world.SetRun(world.Background, RunPhase.Running, isConclusive: false, isConclusiveWithoutComparisons: false,
            lacksToFill: "errors has not shown yet that the canary is not much worse").Ask(RequestAction.Promote, "all").Settle();

        Assert.That((world.Routes[0], world.Status.Message), Is.EqualTo((25m,
            "promoting: weight 25, waiting for a conclusive measurement of each metric of the background analysis")));
    }

    [Test]
    public void WhenTheBackgroundHasNotBegun_ThenNothingGoesTo100()
    {
        var spec = Spec with { Steps = [A.SetWeight(20), A.SetWeight(100)], Analysis = new BackgroundAnalysis(A.Red, 1) };
        var world = new FakeWorld(spec) { MakesNoRuns = true }.Settle().Push("v2").Settle();

        Assert.That((world.Routes[0], world.Status.Message), Is.EqualTo((20m, "step 2 of 2: weight 20, the raise to 100 waits until "
            + $"{TimeText.Format(world.Now.AddMinutes(15))} for the comparison with stable: the background analysis has not begun")));
    }

    [Test]
    public void WhenTheCanaryIsLostDuringTheHold_ThenItGetsItsWeightBackAndTheHoldToo()
    {
        var world = Overdue();
        world.Second = world.Second with { ReadyEndpoints = 0 };
        world.Settle();

        Assert.That(world.Routes[0], Is.Zero);

        world.Second = world.Second with { ReadyEndpoints = 2 };
        world.Settle();

        Assert.That((world.Routes[0], world.Status.Hold?.Reason), Is.EqualTo((5m, HoldReason.EvidenceMissing)));
    }

    [Test]
    public void WhenTheLeaderChangesDuringTheHold_ThenItStays()
    {
        var world = Overdue();
        var told = world.Announced.Count;
        world.WatchedSince = world.Now;
        world.Settle();

        Assert.That((world.Status.Hold?.Reason, world.Announced.Count), Is.EqualTo((HoldReason.EvidenceMissing, told)));
    }

    [Test]
    public void WhenAPersonPausedForLong_ThenTheTimeBeginsWithTheResume()
    {
        var world = Waiting(With(InconclusiveAction.Abort)).Ask(RequestAction.Pause, "p");
        world.Now = world.Now.AddMinutes(30);
        world.Settle();
        world.Ask(RequestAction.Resume, "r");

        Assert.That((world.Status.Abort, world.Status.EvidenceAwaitedSince), Is.EqualTo(((Abort?)null, world.Now)));
    }

    private static FakeWorld BeforeThePromotion(InconclusiveAction action)
    {
        var world = new FakeWorld(With(action) with { Steps = [A.SetWeight(25), new Step.Pause(null)] }).Settle().Push("v2").Settle();
        return world.SetRun(world.Background, RunPhase.Running, isConclusive: false,
            lacksToFill: "errors has not shown yet that the canary is not much worse").Ask(RequestAction.Promote, "1");
    }

    private static FakeWorld Overdue()
    {
        var world = Waiting();
        world.Now = world.Now.AddMinutes(15);
        return world.Settle();
    }

    private static RolloutSpec With(InconclusiveAction action) => Spec with
    {
        Analysis = new BackgroundAnalysis(A.Red with { Policy = VerdictPolicy.Default with { OnInconclusive = action } }, 0),
    };

    [Test]
    public void WhenItFails_ThenItIsTakenBack()
    {
        var world = Waiting();

        world.SetRun(world.Background, RunPhase.Failed, "120:1 odds that errors are worse").Settle();

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RolledBack, 0m)));
    }

    private static RolloutSpec Spec => A.Rollout with
    {
        Steps = [A.SetWeight(5), new Step.Pause(null), A.SetWeight(25), new Step.Pause(null), A.SetWeight(100)],
        Analysis = new BackgroundAnalysis(A.Red, 0),
    };

    private static FakeWorld Waiting() => Waiting(Spec);

    private static FakeWorld Waiting(RolloutSpec spec)
    {
        var world = new FakeWorld(spec).Settle().Push("v2").Settle();
        return world.SetRun(world.Background, RunPhase.Running, isConclusive: false, lacksToRaise: Lack).Ask(RequestAction.Promote, "1");
    }
}
