using System;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Validation;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

public sealed class GivenAPolicy
{
    private const string Silence = "error-rate: connection refused";

    public enum Place
    {
        Pre,
        Background,
        Inline,
        Post,
    }

    [Test]
    public void WhenAFailureIsToPause_ThenItHoldsUntilAPersonGoesOn([Values] Place place,
        [Values(RequestAction.Promote, RequestAction.Resume)] RequestAction action)
    {
        var (world, key) = At(place, new VerdictPolicy(FailedAction.Pause, InconclusiveAction.Pause, ErrorAction.Hold));
        var weight = world.Routes[0];

        world.SetRun(key, RunPhase.Failed, "error rate 4.1% (limit 1%)").Advance(TimeSpan.FromHours(1));

        Assert.That((world.Status.Hold!.Reason, world.Routes[0], world.First.Revision),
            Is.EqualTo((HoldReason.FailedAnalysis, weight, "v1")));
        Assert.That(world.Status.Message,
            Does.EndWith($"the {RollbackReasons.Describe(key)} failed: error rate 4.1% (limit 1%); promote continues, abort rolls back"));
        Assert.That(world.Announced.Count(one => one.Reason == "AnalysisFailed" && one.IsWarning), Is.EqualTo(1));

        world.Ask(action, "7");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Status.Abort, world.Status.Hold?.Reason is HoldReason.FailedAnalysis),
            Is.EqualTo((true, (Abort?)null, false)));
        Assert.That(IsPast(world, place), Is.True, world.Status.Message);
    }

    [Test]
    public void WhenAFailureIsToPause_ThenAnAbortTakesItBack([Values] Place place)
    {
        var (world, key) = At(place, new VerdictPolicy(FailedAction.Pause, InconclusiveAction.Pause, ErrorAction.Hold));

        world.SetRun(key, RunPhase.Failed, "error rate 4.1% (limit 1%)").Settle().Ask(RequestAction.Abort, "7");

        Assert.That((world.Status.Phase, world.Routes[0], world.First.Revision), Is.EqualTo((Phase.RolledBack, 0m, "v1")));
    }

    [Test]
    public void WhenInconclusiveIsToGoOn_ThenItCountsAsPassed([Values] Place place)
    {
        var (world, key) = At(place, new VerdictPolicy(FailedAction.Abort, InconclusiveAction.Continue, ErrorAction.Hold));

        world.SetRun(key, RunPhase.Inconclusive, "12 samples, 100 needed", isConclusive: false).Settle();
        if (place is Place.Background) world.Ask(RequestAction.Promote, "7");

        Assert.That(world.Announced.Select(one => one.Reason), Does.Not.Contain("AnalysisInconclusive"));
        Assert.That(IsPast(world, place), Is.True, world.Status.Message);
        if (place is Place.Background)
            Assert.That(world.Status.Phase, Is.EqualTo(Phase.Healthy), "the promotion does not wait for a run that counts as passed");
    }

    [Test]
    public void WhenInconclusiveIsToAbort_ThenItIsTakenBackInThoseWords([Values] Place place)
    {
        var (world, key) = At(place, new VerdictPolicy(FailedAction.Abort, InconclusiveAction.Abort, ErrorAction.Hold));
        var weight = world.Routes[0];

        world.SetRun(key, RunPhase.Inconclusive, "12 samples, 100 needed", isConclusive: false).Settle();

        var suffix = place is Place.Background ? "" : $" ({RollbackReasons.Describe(key)})";
        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RolledBack, 0m)));
        Assert.That(world.Status.Message, Is.EqualTo($"rolled back at weight {weight}: inconclusive: 12 samples, 100 needed{suffix}"));
    }

    [Test]
    public void WhenErrorsHaveNotUsedTheBudgetUp_ThenTheyHoldAndDecideNothing([Values] Place place,
        [Values(ErrorAction.Hold, ErrorAction.Pause, ErrorAction.Abort)] ErrorAction action)
    {
        var (world, key) = At(place, VerdictPolicy.Default with { OnError = action });

        world.SetRun(key, RunPhase.Running, Silence, isHeldByErrors: true).Advance(TimeSpan.FromHours(1));

        Assert.That((world.Status.Hold!.Reason, world.Status.Abort), Is.EqualTo((HoldReason.AnalysisError, (Abort?)null)));
        Assert.That(world.Status.Hold.Message, Does.EndWith(action switch
        {
            ErrorAction.Abort =>
                "the next good measurement or a corrected template lifts this, and when the error budget is used up it is rolled back",
            ErrorAction.Pause =>
                "the next good measurement or a corrected template lifts this, and when the error budget is used up it waits for a person",
            ErrorAction.Hold or ErrorAction.Continue => "the next good measurement or a corrected template lifts this",
        }));

        world.SetRun(key, RunPhase.Running).Settle();

        Assert.That(world.Status.Hold?.Reason, Is.Not.EqualTo(HoldReason.AnalysisError));
    }

    [Test]
    public void WhenTheBudgetIsUsedUpAndItIsToHold_ThenItGoesOnHolding([Values] Place place)
    {
        var (world, key) = At(place, VerdictPolicy.Default);

        world.SetRun(key, RunPhase.Running, Silence, isHeldByErrors: true, isPastErrorBudget: true).Advance(TimeSpan.FromHours(9));

        Assert.That((world.Status.Hold!.Reason, world.Status.Abort), Is.EqualTo((HoldReason.AnalysisError, (Abort?)null)));
    }

    [Test]
    public void WhenTheBudgetIsUsedUpAndItIsToAbort_ThenItIsTakenBack([Values] Place place)
    {
        var (world, key) = At(place, VerdictPolicy.Default with { OnError = ErrorAction.Abort });

        world.SetRun(key, RunPhase.Running, Silence, isHeldByErrors: true, isPastErrorBudget: true).Settle();

        Assert.That((world.Status.Phase, world.Routes[0]), Is.EqualTo((Phase.RolledBack, 0m)));
        Assert.That(world.Status.Message, Does.Contain($"no usable answers beyond the error limits: {Silence}"));
    }

    [Test]
    public void WhenTheBudgetIsUsedUpAndItIsToPause_ThenMeasurementsThatComeBackDoNotLiftIt([Values] Place place)
    {
        var (world, key) = At(place, VerdictPolicy.Default with { OnError = ErrorAction.Pause });

        world.SetRun(key, RunPhase.Running, Silence, isHeldByErrors: true, isPastErrorBudget: true).Settle().SetRun(key, RunPhase.Running)
            .Advance(TimeSpan.FromHours(1));

        Assert.That(world.Status.Hold!.Reason, Is.EqualTo(HoldReason.ErrorBudget));

        world.Ask(RequestAction.Resume, "7");

        Assert.That((world.Status.LastRequest!.IsCarriedOut, world.Status.Hold?.Reason),
            Is.EqualTo((true, place is Place.Background ? HoldReason.PauseStep : (HoldReason?)null)));
        Assert.That(AnalysisRuns.IsOverruled(world.Status, key), Is.False, "it gets answers again, and they count");
    }

    [Test]
    public void WhenAPersonGoesOnWhileThereStillAreNoAnswers_ThenItIsGoneOnWithoutTheRun([Values] Place place)
    {
        var (world, key) = At(place, VerdictPolicy.Default with { OnError = ErrorAction.Pause });

        world.SetRun(key, RunPhase.Running, Silence, isHeldByErrors: true, isPastErrorBudget: true).Settle()
            .Ask(RequestAction.Promote, "7");

        Assert.That(AnalysisRuns.IsOverruled(world.Status, key)
            || world.Status.History.Any(entry => entry.Outcome == RolloutOutcome.Promoted), Is.True);
        Assert.That(IsPast(world, place), Is.True, world.Status.Message);
    }

    [Test]
    public void WhenErrorsAreToBeGoneOnWithout_ThenAShortOutageDecidesNothingAllTheSame()
    {
        var (world, key) = At(Place.Inline, VerdictPolicy.Default with { OnError = ErrorAction.Continue });

        world.SetRun(key, RunPhase.Running, Silence, isHeldByErrors: true, isConclusive: false).Advance(TimeSpan.FromMinutes(1));

        Assert.That((world.Status.Hold, world.Status.CurrentStepIndex), Is.EqualTo(((Hold?)null, 3)));
    }

    [Test]
    public void WhenErrorsAreToBeGoneOnWithout_ThenTheRunGoesOnAndThePromotionWaitsForItsAnswers()
    {
        var (world, key) = At(Place.Inline, VerdictPolicy.Default with { OnError = ErrorAction.Continue });
        world.SetRun(key, RunPhase.Running, Silence, isHeldByErrors: true, isConclusive: false, isPastErrorBudget: true).Settle();

        Assert.That((world.Status.CurrentStepIndex, world.Routes[0], world.Runs.Single(run => run.Key == key).Phase),
            Is.EqualTo((5, 50m, RunPhase.Running)));

        world.Ask(RequestAction.Promote, "7");

        Assert.That((world.Routes[0], world.First.Revision), Is.EqualTo((50m, "v1")));
        Assert.That(world.Status.Message,
            Is.EqualTo("promoting: weight 50, waiting for a conclusive measurement of each metric of the analysis of step 4"));

        world.SetRun(key, RunPhase.Successful).Settle();

        Assert.That((world.First.Revision, world.Status.Phase), Is.EqualTo(("v2", Phase.Healthy)));
    }

    [Test]
    public void WhenARunThatWasGoneOnWithoutFailsLater_ThenItIsTakenBack()
    {
        var (world, key) = At(Place.Inline, VerdictPolicy.Default with { OnError = ErrorAction.Continue });
        world.SetRun(key, RunPhase.Running, Silence, isHeldByErrors: true, isPastErrorBudget: true).Settle();

        world.SetRun(key, RunPhase.Failed, "error rate 4.1% (limit 1%)").Settle();

        Assert.That(world.Status.Message, Is.EqualTo("rolled back at weight 50: error rate 4.1% (limit 1%) (analysis of step 4)"));
    }

    [Test]
    public void WhenTheLastAnalysisGetsNoAnswersAndErrorsAreToBeGoneOnWithout_ThenThePromotionStillWaits([Values] bool hasMeasuredBefore)
    {
        var (world, key) = At(Place.Post, VerdictPolicy.Default with { OnError = ErrorAction.Continue });

        world.SetRun(key, RunPhase.Running, Silence, isHeldByErrors: true, isConclusive: hasMeasuredBefore, isPastErrorBudget: true)
            .Advance(TimeSpan.FromHours(1));

        Assert.That((world.Status.Promotion, world.Status.Hold, world.First.Revision),
            Is.EqualTo((PromotionStage.Verifying, (Hold?)null, "v1")));
    }

    [Test]
    public void WhenARunEndedInError_ThenItIsAsIfTheBudgetWereUsedUp(
        [Values(ErrorAction.Hold, ErrorAction.Pause, ErrorAction.Abort)] ErrorAction action)
    {
        var (world, key) = At(Place.Background, VerdictPolicy.Default with { OnError = action });

        world.SetRun(key, RunPhase.Error, "gave up").Settle();

        var expected = action switch
        {
            ErrorAction.Pause => HoldReason.ErrorBudget,
            ErrorAction.Hold => HoldReason.AnalysisError,
            ErrorAction.Abort or ErrorAction.Continue => (HoldReason?)null,
        };
        Assert.That((world.Status.Hold?.Reason, world.Status.Abort is not null), Is.EqualTo((expected, action == ErrorAction.Abort)));
    }

    [Test]
    public void WhenTheSpecIsBrokenMeanwhile_ThenThePolicyOfTheStartCounts([Values] FailedAction action)
    {
        var (world, key) = At(Place.Background, VerdictPolicy.Default with { OnFailed = action });
        world.Errors = [new SpecError("spec.strategy.canary.analysis.onFailed", "it is 'explode'; allowed are abort, pause")];

        world.SetRun(key, RunPhase.Failed, "bad").Settle();

        Assert.That((world.Status.Abort is not null, world.Status.Hold?.Reason), Is.EqualTo(action switch
        {
            FailedAction.Abort => (true, (HoldReason?)null),
            FailedAction.Pause => (false, HoldReason.FailedAnalysis),
        }));
    }

    /// <summary>A rollout that waits where this analysis runs.</summary>
    private static (FakeWorld World, RunKey Key) At(Place place, VerdictPolicy policy)
    {
        var analysis = A.Smoke with { Policy = policy };
        if (place is Place.Pre)
        {
            var before = new FakeWorld(A.Rollout with { PreAnalysis = analysis }) { Verdict = RunPhase.Pending }.Settle().Push("v2")
                .Settle();
            return (before, before.At(AnalysisPlacement.Pre));
        }

        if (place is Place.Inline)
        {
            var steps = A.Rollout.Steps.Select(step => step is Step.Analyze ? new Step.Analyze(analysis) : step).ToArray();
            var inside = new FakeWorld(A.Rollout with { Steps = [.. steps], Analysis = null }) { Verdict = RunPhase.Pending }.Settle()
                .Push("v2").Settle().Advance(TimeSpan.FromSeconds(61));
            Assert.That(inside.Status.CurrentStepIndex, Is.EqualTo(3));
            return (inside, inside.Inline(3));
        }

        var spec = place is Place.Post ? A.Rollout with { PostAnalysis = analysis }
            : A.Rollout with { Analysis = new BackgroundAnalysis(analysis, 1) };
        var world = GivenARunningRollout.AtTheOpenPause(spec);
        if (place is Place.Background) return (world, world.Background);
        world.PostVerdict = RunPhase.Pending;
        world.Ask(RequestAction.Promote, "1");
        return (world, world.At(AnalysisPlacement.Post));
    }

    private static bool IsPast(FakeWorld world, Place place) => place switch
    {
        Place.Pre => !world.Status.IsBeforeSteps && world.Weights.Count > 0,
        Place.Background => world.Status.Hold?.Reason is HoldReason.PauseStep || world.Status.Phase == Phase.Healthy,
        Place.Inline => world.Status.CurrentStepIndex == 5,
        Place.Post => world.First.Revision == "v2",
    };
}
