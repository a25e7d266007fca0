using Canary.Core.Analysis;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>Carries out what a person asks, or refuses it and says why; once for each id.</summary>
internal static class Requests
{
    private const string Withdrawn = "the revision was withdrawn; the weight goes back to 0 by itself";

    public static RolloutStatus Answer(Evaluation evaluation)
    {
        var request = evaluation.Seen.Request!;
        var (status, isCarriedOut, message) = Decide(evaluation, request);
        return status with
        {
            LastRequest = new HandledRequest(request.Id, request.Action, request.By, evaluation.Now, isCarriedOut, message),
        };
    }

    private static Answered Decide(Evaluation evaluation, RolloutRequest request)
    {
        if (request is { Problem: { } problem }) return No(evaluation, problem);
        if (request is not { Action: { } action }) return No(evaluation, "it names no action");
        if (action is not (RequestAction.Abort or RequestAction.Pause or RequestAction.Resume or RequestAction.Restart
            or RequestAction.Scale) && Moved(evaluation, request) is { } moved)
            return No(evaluation, moved);
        return action switch
        {
            RequestAction.Abort => Abort(evaluation, request),
            RequestAction.Retry => Retry(evaluation),
            RequestAction.Promote => Needs(evaluation) ?? Promote(evaluation),
            RequestAction.PromoteFull => Needs(evaluation) ?? PromoteFull(evaluation),
            RequestAction.Pause => Needs(evaluation) ?? Pause(evaluation, request),
            RequestAction.Resume => Needs(evaluation) ?? Resume(evaluation),
            RequestAction.Restart => WorkloadRequests.Restart(evaluation),
            RequestAction.Undo => WorkloadRequests.Undo(evaluation, request),
            RequestAction.RollbackTo => WorkloadRequests.RollbackTo(evaluation, request),
            RequestAction.Scale => WorkloadRequests.Scale(evaluation, request),
        };
    }

    private static Answered Abort(Evaluation evaluation, RolloutRequest request)
    {
        if (evaluation.Status is { IsRunning: false, RollbackTo: { } pending })
            return Yes(evaluation.Status with { RollbackTo = null, Undone = null }, $"revision {pending.Revision} is not written any more");
        if (!evaluation.Status.IsRunning) return No(evaluation, "nothing is being released, so there is nothing to abort");
        if (evaluation.Status.Abort is { } before) return No(evaluation, $"it is being rolled back already: {before.Message}");
        if (IsWithdrawn(evaluation.Status)) return No(evaluation, Withdrawn);
        if (evaluation.IsStableWritten)
            return No(evaluation,
                $"stable's workload runs revision {evaluation.Status.CanaryRevision} already, so there is no old version to go back to; "
                    + "release the old one as a new revision");
        return Yes(EndTransitions.Abort(evaluation, AbortReason.Request, $"aborted by request{StatusMessages.Asker(request)}"),
            "the rollout is rolled back");
    }

    private static Answered Retry(Evaluation evaluation)
    {
        if (evaluation.Status is { IsRunning: true })
            return No(evaluation, $"retry is for a rollout that was rolled back, and this one is {evaluation.Status.Phase}");
        if (evaluation.Status is not { Abort: not null, CanaryRevision: { } revision })
            return No(evaluation, "nothing was rolled back, so there is nothing to try again");
        if (evaluation.IsBlocked) return No(evaluation, $"the rollout cannot start: {StatusMessages.Blockers(evaluation)}");
        if (CopyPlan.IsAtZero(evaluation)) return No(evaluation, CopyPlan.SayZero(evaluation));
        if (evaluation.Target != revision)
            return No(evaluation,
                $"the canary side runs {evaluation.Target ?? "nothing known"}, not revision {revision} that was rolled back");
        return Yes(StartTransitions.RestartRevision(evaluation), $"revision {revision} is tried again from the first step");
    }

    private static Answered Promote(Evaluation evaluation)
    {
        if (evaluation.Status.Hold is { Reason: HoldReason.SpecPaused })
            return No(evaluation, "spec.paused is true; set it to false in the spec");
        if (evaluation.Status.Hold is { Reason: HoldReason.WeightConflict })
            return Yes(Lift(evaluation.Status), "the weights are written again");
        if (Verdict(evaluation) is { } lifted) return lifted;
        if (evaluation.Status.IsRestarting) return No(evaluation, "the first step has not begun: the weight goes to 0 before it");
        if (evaluation.Status is { Promotion: PromotionStage.Verifying } && AnalysisRuns.NeedsPost(evaluation))
            return Yes(AnalysisRuns.Overrule(evaluation, AnalysisRuns.Post(evaluation)) with { Hold = null },
                $"the {RollbackReasons.Describe(evaluation, AnalysisRuns.Post(evaluation))} is passed");
        if (evaluation is { Status.Promotion: PromotionStage.ConfirmingFull, AwaitedEvidence: not null })
            return WithoutEvidence(evaluation);
        if (BlueGreenMessages.WayBack(evaluation) is not null && AnalysisRuns.MissingForPromotion(evaluation) is null)
            return Yes(Transitions.MakeStable(evaluation) with { Hold = null }, "the old version is not kept any longer");
        if (evaluation.Status.Promotion is not null)
            return No(evaluation,
                $"all steps passed already; it waits for {AnalysisRuns.MissingForPromotion(evaluation)
                    ?? GroupRules.AwaitedMembers(evaluation) ?? "pods and routes"}; promoteFull "
                    + "goes on without the analysis");
        if (evaluation.Status.IsBeforeSteps)
            return Yes(Transitions.Begin(AnalysisRuns.Overrule(evaluation, AnalysisRuns.Pre(evaluation))) with { Hold = null },
                $"the {RollbackReasons.Describe(evaluation, AnalysisRuns.Pre(evaluation))} is passed");
        if (evaluation.Step is Step.Analyze)
            return Yes(Transitions.Advance(AnalysisRuns.Overrule(evaluation, AnalysisRuns.Inline(evaluation)),
                evaluation.Steps.Count) with
            { Hold = null }, $"{evaluation.StepText}, an analysis, is passed");
        if (evaluation.Step is Step.Pause)
            return Yes(Transitions.Advance(evaluation.Status, evaluation.Steps.Count) with { Hold = null },
                evaluation.InForce?.BlueGreen is not null ? "all traffic is switched as soon as the pods for it are ready"
                : evaluation.InForce?.Test is { } test ? $"{test.Title} is over" : $"{evaluation.StepText}, a pause, is over");
        if (evaluation is { AwaitedEvidence: not null, Status.Hold: null }) return WithoutEvidence(evaluation);
        if (evaluation.Status.Hold is { Reason: HoldReason.Request }) return Yes(Lift(evaluation.Status), "it goes on");
        return No(evaluation, evaluation.Status.Hold is { } hold
            ? $"{hold.Message}; promoteFull goes on without it"
            : $"{evaluation.StepText} sets a weight and ends by itself: {evaluation.Status.Message}");
    }

    private static Answered PromoteFull(Evaluation evaluation)
    {
        if (evaluation.InForce is { IsPaused: true }) return No(evaluation, "spec.paused is true; set it to false in the spec");
        if (evaluation.Status is { IsPromotedInFull: true }
            or { Promotion: PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic })
            return No(evaluation, "it is being promoted already");
        var status = Lift(Alerts.Overrule(evaluation)) with
        {
            IsBeforeSteps = false,
            CurrentStepIndex = evaluation.Steps.Count,
            Promotion = PromotionStage.ConfirmingFull,
            IsPromotedInFull = true,
            StepStartedAt = null,
            WaitingSince = null,
        };
        return Yes(status, "all that is left is skipped; it is promoted as soon as its pods are ready and every route shows 100");
    }

    private static Answered Pause(Evaluation evaluation, RolloutRequest request)
    {
        if (evaluation.Status.Hold is { Reason: HoldReason.Request }) return No(evaluation, "it is paused by request already");
        if (evaluation.IsStableWritten)
            return No(evaluation, "it is past the point where it can wait: stable's workload holds the new template");
        return Yes(evaluation.Status with
        {
            Hold = new Hold(HoldReason.Request, evaluation.Now,
            $"paused by request{StatusMessages.Asker(request)}")
        }, "it is held where it stands");
    }

    private static Answered Resume(Evaluation evaluation)
    {
        var isSpecPaused = evaluation.InForce is { IsPaused: true };
        return Verdict(evaluation) ?? evaluation.Status.Hold switch
        {
            { Reason: HoldReason.Request or HoldReason.WeightConflict } =>
                Yes(Lift(evaluation.Status), isSpecPaused ? "the request to pause is lifted; spec.paused still holds it" : "it goes on"),
            { Reason: HoldReason.SpecPaused } =>
                No(evaluation, "spec.paused is true, and a request does not lift it; set it to false in the spec"),
            { Reason: HoldReason.AnalysisError } hold => No(evaluation, hold.Message),
            { Reason: HoldReason.PauseStep } => No(evaluation, "it stands at a pause step, which promote ends"),
            _ => No(evaluation, "it is not held, so there is nothing to resume"),
        };
    }

    /// <summary>
    /// Lifts what an analysis or an alert holds up; null: neither does. A run that failed or was inconclusive counts no more, and one whose
    /// answers came back goes on; one that still gets none is gone on without. The analysis that the rollout stands at is passed with it.
    /// </summary>
    private static Answered? Verdict(Evaluation evaluation)
    {
        switch (evaluation.Status.Hold?.Reason)
        {
            case HoldReason.AlertFiring when Alerts.ThatPauses(evaluation) is { } alert:
                return Yes(Alerts.Overrule(evaluation) with { Hold = null }, $"it goes on although {RollbackReasons.Describe(alert)}");
            case HoldReason.FailedAnalysis when AnalysisRuns.FailedToPause(evaluation) is { } failed:
                return Past(failed);
            case HoldReason.InconclusiveAnalysis when AnalysisRuns.Inconclusive(evaluation) is { } open:
                return Past(open);
            case HoldReason.EvidenceMissing when evaluation.AwaitedEvidence is not null:
                return WithoutEvidence(evaluation);
            case HoldReason.TrafficMismatch when TrafficMismatches.FindPausing(evaluation) is { } mismatch:
                return Yes(evaluation.Status with { Hold = null, OverruledMismatch = mismatch }, $"it goes on although {mismatch}");
            case HoldReason.ErrorBudget when AnalysisRuns.OutOfBudget(evaluation) is { } lost:
                return Past(lost);
            case HoldReason.ErrorBudget:
                return Yes(evaluation.Status with { Hold = null }, "it goes on, and so does the analysis, which gets answers again");
            default:
                return null;
        }

        Answered Past(RunObservation run) =>
            Yes(AnalysisRuns.Overrule(evaluation, run.Key) with { Hold = null },
                $"the {RollbackReasons.Describe(evaluation, run.Key)} no longer holds the rollout up");
    }

    // At 100 there is nothing to compare with: what is not shown before is given up.
    private static Answered WithoutEvidence(Evaluation evaluation)
    {
        var next = evaluation.Status.Promotion is null ? Transitions.Advance(evaluation.Status, evaluation.Steps.Count)
            : evaluation.Status;
        var status = next with
        {
            Hold = null,
            EvidenceAwaitedSince = null,
            IsEvidenceForgone = evaluation.DueRaise == Weight.Full,
        };
        return Yes(status, $"the raise to {evaluation.DueRaise} waits for no comparison any more");
    }

    private static RolloutStatus Lift(RolloutStatus status) => status with { Hold = null, Reassertions = 0, ReassertedAt = null };

    private static Answered? Needs(Evaluation evaluation)
    {
        if (evaluation.Status.StableRevision is null) return No(evaluation, "the rollout is not initialised yet");
        if (!evaluation.Status.IsRunning)
            return No(evaluation, evaluation.Status.Abort is null ? "nothing is being released"
                : "the last revision was rolled back; retry tries it again");
        if (evaluation.Status.Abort is { } abort) return No(evaluation, $"it is being rolled back: {abort.Message}");
        if (IsWithdrawn(evaluation.Status)) return No(evaluation, Withdrawn);
        return evaluation.IsBlocked
            ? No(evaluation, $"nothing advances while this is so: {StatusMessages.Blockers(evaluation)}; abort still works") : null;
    }

    private static string? Moved(Evaluation evaluation, RolloutRequest request)
    {
        if (request.Revision is { } revision && revision != evaluation.Status.CanaryRevision)
            return $"it was asked for revision {revision}, and by now it is {evaluation.Status.CanaryRevision}; look again";
        if (request.Step is not { } step) return null;
        if (step != evaluation.Status.CurrentStepIndex)
            return $"it was asked at step index {step}, and by now it is {evaluation.Status.CurrentStepIndex}; look again";
        var here = AnalysisRuns.Here(evaluation);
        return request.Edge == here?.Edge
            ? null
            : $"it was asked at {Looked(evaluation, request.Edge)}, and by now it is "
                + $"at {(here?.Edge is { } edge ? Looked(evaluation, edge) : StatusMessages.Place(evaluation))}; look again";
    }

    private static string Looked(Evaluation evaluation, AnalysisPlacement? edge) => edge switch
    {
        AnalysisPlacement.Pre => $"the {RollbackReasons.Describe(evaluation, AnalysisRuns.Pre(evaluation))} (edge pre)",
        AnalysisPlacement.Post => $"the {RollbackReasons.Describe(evaluation, AnalysisRuns.Post(evaluation))} (edge post)",
        null => "a step (no edge)",
    };

    private static bool IsWithdrawn(RolloutStatus status) => status.CanaryRevision == status.StableRevision;

    private static Answered Yes(RolloutStatus status, string message) => Answered.Yes(status, message);

    private static Answered No(Evaluation evaluation, string message) => Answered.No(evaluation, message);
}
