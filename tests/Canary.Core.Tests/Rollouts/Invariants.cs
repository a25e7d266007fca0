using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Rollouts.Decisions;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Traffic;
using Canary.Core.Units;
using NUnit.Framework;

namespace Canary.Core.Tests.Rollouts;

/// <summary>What must be true of every decision, whatever the world is like.</summary>
internal static class Invariants
{
    public static void Judge(FakeWorld world, Decision decision)
    {
        DecidingTwiceChangesNothing(world, decision);
        TimeAloneChangesNothing(world, decision);
        foreach (var route in decision.Effects.OfType<Effect.Route>())
        {
            TrafficGoesOnlyWhereItCanBeTaken(world, route);
            WeightRisesByTheSteps(world, decision.Status, route);
            RoutesAreThoseOfTheSteps(world, decision.Status, route);
        }

        foreach (var promotion in decision.Effects.OfType<Effect.PromoteTemplate>())
            OnlyWhatWasAnalysedIsPromoted(world, decision.Status, promotion);
        NothingIsPromotedUnmeasured(world, decision.Status);
        TheOldVersionIsKept(world, decision.Status);
        NoStepComesBeforeItsAnalysis(world, decision.Status);
        NothingStaysUnderAnAlertThatAborts(world, decision.Status);
        ACanaryThatWasLostTooOftenIsRolledBack(decision.Status);
        AHoldRaisesNothing(world, decision.Status);
        NothingIsRaisedOnOpenEvidence(world, decision.Status);
        StepsAdvanceInOrder(world, decision.Status);
        ConditionsKeepTheirTimes(world.Status, decision.Status);
        NothingIsReadyThatWasNotSeen(world, decision.Status);
        Assert.That(decision.Status.History, Has.Count.LessThanOrEqualTo(10));
        Assert.That(decision.Status.Message, Is.Not.Empty);
    }

    private static void ACanaryThatWasLostTooOftenIsRolledBack(RolloutStatus status)
    {
        if (status is not
            {
                IsRunning: true, Abort: null, Promotion: not (PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic),
                CanaryReadiness: { } known, Accepted: { } spec
            }) return;
        Assert.That(known.Losses, Is.LessThan(spec.UnreadyLimit), "a canary that was lost too often is rolled back");
        Assert.That(known.UnreadyBefore, Is.LessThan(spec.ProgressDeadline), "so is one that was unready for too long");
    }

    private static void DecidingTwiceChangesNothing(FakeWorld world, Decision decision)
    {
        if (decision.Status.Governing(world.ReadSpec)?.Traffic != world.Status.Governing(world.ReadSpec)?.Traffic) return;
        var again = RolloutMachine.Decide(world.ReadSpec, world.Errors, decision.Status, world.Look(), world.Now);

        Assert.That(again.Status == decision.Status, Is.True,
            () => $"deciding twice changes nothing: {Difference(decision.Status, again.Status)}");
        Assert.That(again.Effects, Is.EqualTo(decision.Effects), "deciding twice asks for the same");
        Assert.That(again.Announcements, Is.Empty, "deciding twice says nothing");
    }

    private static void TimeAloneChangesNothing(FakeWorld world, Decision decision)
    {
        if (decision.Status.Governing(world.ReadSpec)?.Traffic != world.Status.Governing(world.ReadSpec)?.Traffic) return;
        var later = decision.WakeAt?.AddTicks(-1) ?? world.Now.AddHours(3);
        if (later < world.Now) return;
        var again = RolloutMachine.Decide(world.ReadSpec, world.Errors, decision.Status, world.Look(), later);

        Assert.That(again.Status == decision.Status, Is.True,
            () => $"nothing changes before WakeAt in {decision.Situation}: {Difference(decision.Status, again.Status)}");
    }

    private static void TrafficGoesOnlyWhereItCanBeTaken(FakeWorld world, Effect.Route route)
    {
        foreach (var shown in world.Routes)
        {
            var gaining = route.Second.Percent > shown ? world.Second : world.First;
            if (route.Second.Percent != shown) Assert.That(gaining.ReadyEndpoints, Is.Positive, "no traffic to a side without a ready pod");
        }

        var isRaise = world.Routes.Any(shown => world.Status.StableSide == Side.NamedStable ? route.Second.Percent > shown
            : route.Second.Percent < shown);
        if (isRaise) Assert.That(world.Canary.IsReady, Is.True, "no raise before the canary is rolled out");
        var share = world.Status.StableSide == Side.NamedStable ? route.Second : Weight.FromPercent(100 - route.Second.Percent);
        var larger = new[] { world.First, world.Second }.Max(side => side.DesiredPods > 0 ? side.DesiredPods : side.ReadyEndpoints);
        if (isRaise)
            Assert.That(world.Canary.ReadyEndpoints * 100, Is.GreaterThanOrEqualTo(share.Percent * larger),
                "no raise beyond the canary's share of the pods");
    }

    private static void WeightRisesByTheSteps(FakeWorld world, RolloutStatus next, Effect.Route route)
    {
        var weight = next.StableSide == Side.NamedStable ? route.Second : Weight.FromPercent(100 - route.Second.Percent);
        var isFull = weight == Weight.Full && next.Promotion is not null;
        var isOfAStep = (next.Accepted?.Steps ?? []).Take(next.CurrentStepIndex + 1).OfType<Step.SetWeight>()
            .Any(step => step.Weight == weight);
        Assert.That(weight == Weight.Zero || isFull
            || isOfAStep, Is.True, $"{weight} is no weight of a step that was reached: {next.Message}");
        if (next.Abort is not null) Assert.That(weight, Is.EqualTo(Weight.Zero), "an abort asks for 0 and nothing else");
        if (world.IsBlocked)
            Assert.That(world.Shown.All(shown => weight.Percent <= shown), Is.True, "nothing is raised while the spec is broken");
    }

    private static void RoutesAreThoseOfTheSteps(FakeWorld world, RolloutStatus next, Effect.Route route)
    {
        var managed = route.Plan.Managed;
        Assert.That(route.Plan.Canary, Is.EqualTo(next.StableSide == Side.NamedStable ? Side.NamedCanary : Side.NamedStable));
        if (managed.IsNone) return;
        var steps = (next.Accepted?.Steps ?? []).Take(next.CurrentStepIndex + 1).ToArray();
        // A raise that waits for evidence waits with what the step before it has.
        Assert.That(managed, Is.EqualTo(ManagedRouteSteps.After(steps)).Or.EqualTo(ManagedRouteSteps.After(steps.SkipLast(1))));
        Assert.That((next.Abort, next.IsRestarting, next.IsBeforeSteps, next.IsRunning), Is.EqualTo(((Abort?)null, false, false, true)));
        Assert.That(next.Weights.Desired, Is.LessThan(Weight.Full), "at 100 they are needed no more");
        if (!managed.IsPartOf(world.Managed)) Assert.That(world.Canary.IsReady, Is.True, "no requests to a canary that is not rolled out");
    }

    private static void OnlyWhatWasAnalysedIsPromoted(FakeWorld world, RolloutStatus next, Effect.PromoteTemplate promotion)
    {
        Assert.That((promotion.Revision, world.Second.Revision), Is.EqualTo((next.CanaryRevision, next.CanaryRevision)),
            "what was analysed is what is promoted");
        Assert.That(world.Routes, Is.All.EqualTo(100m), "nothing is promoted before a confirmed 100");
        Assert.That((next.Abort, next.Accepted!.IsPaused, world.IsBlocked), Is.EqualTo(((Abort?)null, false, false)));
        if (next.IsPromotedInFull) return;
        foreach (var run in world.Runs.Where(run => run.Key.Revision == next.CanaryRevision && run.Key.Attempt == next.Attempt
            && !AnalysisRuns.IsOverruled(next, run.Key)))
            Assert.That(MayPromoteWith(run, PolicyOf(next.Accepted!, run.Key)), Is.True, $"promoted against {run}");
    }

    private static bool MayPromoteWith(RunObservation run, VerdictPolicy policy) => run.Phase switch
    {
        RunPhase.Successful => true,
        RunPhase.Failed => false,
        RunPhase.Inconclusive => policy.OnInconclusive == InconclusiveAction.Continue,
        RunPhase.Error or RunPhase.Pending or RunPhase.Running =>
            policy.OnError == ErrorAction.Continue ? run.IsConclusive : run.Phase != RunPhase.Error && !run.IsHeldByErrors,
    };

    private static VerdictPolicy PolicyOf(RolloutSpec spec, RunKey key) => (key switch
    {
        { Edge: AnalysisPlacement.Pre } => spec.PreAnalysis,
        { Edge: AnalysisPlacement.Post } => spec.PostAnalysis,
        { Step: { } step } => ((Step.Analyze)spec.Steps[step]).Analysis,
        _ => spec.Analysis!.Analysis,
    })!.Policy;

    /// <summary>Where promotion is entered, or where it is all that happens, every metric of every run has a conclusive measurement, and
    /// the background has been run.</summary>
    private static void NothingIsPromotedUnmeasured(FakeWorld world, RolloutStatus next)
    {
        var before = world.Status;
        var isWritten = next.Promotion == PromotionStage.UpdatingStable && before.Promotion != PromotionStage.UpdatingStable;
        var isFlipped = next.StableSide != before.StableSide && before.IsRunning;
        if (!isWritten && !isFlipped) return;
        Assert.That(world.Shown, Is.All.EqualTo(100m), "nothing is promoted before a confirmed 100");
        if (next.IsPromotedInFull || before.IsPromotedInFull || (isFlipped && (next.History[0].Reason.Contains("in full")
            || next.History[0].Reason.StartsWith("not analysed", System.StringComparison.Ordinal)))) return;
        var runs = world.Runs.Where(run => run.Key.Revision == next.CanaryRevision && run.Key.Attempt == next.Attempt).ToArray();
        Assert.That(runs.Where(run => !run.IsConclusive && !AnalysisRuns.IsOverruled(next, run.Key)
            && PolicyOf(before.Accepted!, run.Key).OnInconclusive != InconclusiveAction.Continue), Is.Empty);
        foreach (var run in runs.Where(run => !AnalysisRuns.IsOverruled(next, run.Key)))
            Assert.That(MayPromoteWith(run, PolicyOf(before.Accepted!, run.Key)), Is.True, $"promoted against {run}");
        if (before.Accepted!.PostAnalysis is not null && !AnalysisRuns.IsOverruled(next, world.At(AnalysisPlacement.Post)))
            Assert.That(runs.Single(run => run.Key.Edge == AnalysisPlacement.Post).Phase,
                Is.AnyOf(RunPhase.Successful, RunPhase.Inconclusive), "the analysis after the last step was passed");
        if (before.Accepted!.Analysis is not null && !AnalysisRuns.IsOverruled(next, new RunKey(next.CanaryRevision!, next.Attempt, null)))
            Assert.That(runs.Select(run => run.Key), Does.Contain(world.Background), "the background was run");
    }

    /// <summary>After a blue-green switch the old version stays for the delay, counted from the confirmed switch, unless a person says
    /// otherwise.</summary>
    private static void TheOldVersionIsKept(FakeWorld world, RolloutStatus next)
    {
        var before = world.Status;
        var isOver = (next.Promotion == PromotionStage.UpdatingStable && before.Promotion != PromotionStage.UpdatingStable)
            || (next.StableSide != before.StableSide && before.IsRunning);
        if (!isOver || next.Accepted is not { BlueGreen.ScaleDownDelay: var delay } || delay == System.TimeSpan.Zero
            || next.LastRequest != before.LastRequest) return;
        Assert.That(before.StepStartedAt + delay, Is.LessThanOrEqualTo(world.Now), "the old version is kept for the delay");
    }

    private static void NoStepComesBeforeItsAnalysis(FakeWorld world, RolloutStatus next)
    {
        var before = world.Status;
        if (!IsSameAttempt(before, next) || !before.IsBeforeSteps || next.IsBeforeSteps || next.Abort is not null || next.IsPromotedInFull)
            return;
        var key = world.At(AnalysisPlacement.Pre);
        var run = world.Runs.SingleOrDefault(one => one.Key == key);
        var policy = PolicyOf(before.Accepted!, key);
        var isPassed = AnalysisRuns.IsOverruled(next, key)
            || run is { Phase: RunPhase.Successful }
            || (run is { Phase: RunPhase.Inconclusive } && policy.OnInconclusive == InconclusiveAction.Continue)
            || (run is { IsPastErrorBudget: true } or { Phase: RunPhase.Error } && policy.OnError == ErrorAction.Continue);
        Assert.That(isPassed, Is.True, $"the steps began against {run}");
    }

    private static void NothingStaysUnderAnAlertThatAborts(FakeWorld world, RolloutStatus next)
    {
        if (next is not { IsRunning: true, IsRestarting: false, Abort: null }
            || next.Promotion is PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic) return;
        if (next.Accepted!.Traffic != world.Status.Governing(world.ReadSpec)?.Traffic) return;
        var deadly = world.Alerts.Where(alert => next.Accepted.Alerts.Any(rule =>
            rule.Action == AlertAction.Abort && rule.Matches(alert) && (rule.IncludeExisting || alert.Since >= next.StartedAt)));
        Assert.That(deadly.Where(alert =>
            !next.OverruledAlerts.Any(overruled => overruled.Labels == alert.Labels && alert.Since <= overruled.At)), Is.Empty);
    }

    /// <summary>What is held, whatever for, keeps its weight or loses it.</summary>
    private static void AHoldRaisesNothing(FakeWorld world, RolloutStatus next)
    {
        if (next.Hold is { Reason: not HoldReason.PauseStep } && IsSameAttempt(world.Status, next))
            Assert.That(next.Weights.Desired, Is.LessThanOrEqualTo(world.Status.Weights.Desired), $"raised under {next.Hold}");
    }

    /// <summary>While a comparison in the background leans to harm, or has not seen enough, the weight goes no higher than the steps that
    /// were passed.</summary>
    private static void NothingIsRaisedOnOpenEvidence(FakeWorld world, RolloutStatus next)
    {
        var before = world.Status;
        if (!IsSameAttempt(before, next) || next.Promotion is not null || next.IsBeforeSteps
            || next.Weights.Desired <= before.Weights.Desired) return;
        var passed = next.Accepted!.Steps.Take(next.CurrentStepIndex).OfType<Step.SetWeight>().LastOrDefault()?.Weight ?? Weight.Zero;
        if (passed == Weight.Zero || next.Weights.Desired <= passed) return;
        var open =
            world.Runs.Where(run => run.Key == world.Background && run.Phase is RunPhase.Running && !AnalysisRuns.IsOverruled(next, run.Key)
            && PolicyOf(next.Accepted, run.Key) is { OnInconclusive: not InconclusiveAction.Continue, OnError: not ErrorAction.Continue });
        Assert.That(open.Where(run => (next.Weights.Desired == Weight.Full ? run.MissingForFullWeight : run.MissingForRaise).Length > 0),
            Is.Empty, $"raised from {before.Weights.Desired}: {next.Message}");
    }

    private static bool IsSameAttempt(RolloutStatus before, RolloutStatus next) =>
        before.IsRunning && next.IsRunning && before.Attempt == next.Attempt && before.CanaryRevision == next.CanaryRevision;

    private static void StepsAdvanceInOrder(FakeWorld world, RolloutStatus next)
    {
        var before = world.Status;
        if (!IsSameAttempt(before, next)) return;
        Assert.That(next.CurrentStepIndex, Is.GreaterThanOrEqualTo(before.CurrentStepIndex), "no step twice");
        if (world.IsBlocked)
            Assert.That(next.CurrentStepIndex, Is.EqualTo(before.CurrentStepIndex), "nothing advances while the spec is broken");
    }

    private static void ConditionsKeepTheirTimes(RolloutStatus before, RolloutStatus next)
    {
        Assert.That(next.Conditions.Select(condition => condition.Type), Is.EqualTo(System.Enum.GetValues<ConditionType>()));
        foreach (var condition in next.Conditions)
        {
            if (Conditions.Find(before, condition.Type) is { } old && old.IsTrue == condition.IsTrue)
                Assert.That(condition.LastTransitionTime, Is.EqualTo(old.LastTransitionTime));
        }
    }

    /// <summary>A status names the workloads that it was decided from, and is not Ready where one of them holds a template that it says
    /// nothing of.</summary>
    private static void NothingIsReadyThatWasNotSeen(FakeWorld world, RolloutStatus next)
    {
        Assert.That(next.ObservedWorkloads, Is.EqualTo(new ObservedWorkloads(world.First.Workload, world.Second.Workload)));
        if (Conditions.Find(next, ConditionType.Ready) is not { IsTrue: true } || next.Accepted is not { PromotesTemplate: true }) return;
        Assert.That(world.Second.Revision, Is.EqualTo(next.StableRevision).Or.EqualTo(next.CanaryRevision),
            $"ready without {world.Second.Revision}: {next.Message}");
    }

    private static string Difference(RolloutStatus before, RolloutStatus after) => string.Join("; ", typeof(RolloutStatus).GetProperties()
        .Where(property => property.GetMethod is { IsStatic: false } && !Equals(property.GetValue(before), property.GetValue(after)))
        .Select(property => $"{property.Name}: {property.GetValue(before)} -> {property.GetValue(after)}"));
}
