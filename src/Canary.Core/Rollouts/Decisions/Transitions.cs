using System;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>Gives the next status. A transition that has nothing to change gives back what it was given.</summary>
internal static class Transitions
{
    /// <summary>The table: each situation, and what becomes of the status in it.</summary>
    public static RolloutStatus Next(Situation situation, Evaluation evaluation) => situation switch
    {
        Situation.Requested => Requests.Answer(evaluation),
        Situation.AnalysisFailed => EndTransitions.AbortOnAnalysis(evaluation),
        Situation.AlertFiring => EndTransitions.AbortOnAlert(evaluation),
        Situation.MemberRolledBack =>
            EndTransitions.Abort(evaluation, AbortReason.MemberRolledBack, GroupRules.FindRolledBack(evaluation)!),
        Situation.RollingBack => EndTransitions.RollBack(evaluation),
        Situation.Withdrawn => StartTransitions.CancelToStable(evaluation),
        Situation.NewRevision => StartTransitions.StartRevision(evaluation),
        Situation.CanaryUnready => EndTransitions.HandleUnreadyCanary(evaluation),
        Situation.Restarting => StartTransitions.FinishReset(evaluation),
        Situation.Blocked => WeightTransitions.ReassertWhileIdle(evaluation) with { WaitingSince = null },
        Situation.FirstSight => StartTransitions.AdoptBaseline(evaluation),
        Situation.SpecChanged => StartTransitions.RestartRevision(evaluation),
        Situation.WeightForeign => WeightTransitions.ReassertForeignWrite(evaluation),
        Situation.Held => evaluation.Status with { WaitingSince = null },
        Situation.EvidenceOverdue => EndTransitions.AbortOnEvidence(evaluation),
        Situation.DeadlineExceeded => EndTransitions.AbortOnDeadline(evaluation),
        Situation.AwaitingPods => evaluation.Status with { WaitingSince = evaluation.Status.WaitingSince ?? evaluation.Now },
        Situation.WeightDue => WeightTransitions.SetDesired(evaluation.Status, evaluation.Reachable, evaluation.WantedRoutes) with
        {
            WaitingSince = evaluation.Now,
            IsEvidenceForgone = evaluation.Status.IsEvidenceForgone || GoesToFullWithoutEvidence(evaluation),
        },
        Situation.AwaitingRoutes => evaluation.Status with { WaitingSince = evaluation.Status.WaitingSince ?? evaluation.Now },
        Situation.Promoting =>
            Promoting(
                evaluation with { Status = evaluation.Status with { StepStartedAt = evaluation.Status.StepStartedAt ?? evaluation.Now } }),
        Situation.Pausing => Pausing(evaluation),
        Situation.Analyzing => Analyzing(evaluation),
        Situation.AwaitingEvidence => evaluation.Status with { WaitingSince = null },
        Situation.StepDone => Advance(evaluation.Status, evaluation.Steps.Count),
        Situation.RolledBack => EndTransitions.RecordIdle(evaluation),
        Situation.Idle => EndTransitions.RecordIdle(evaluation),
    };

    /// <summary>On to the next step, or to promotion where there is none.</summary>
    public static RolloutStatus Advance(RolloutStatus status, int steps)
    {
        var next = Math.Min(status.CurrentStepIndex + 1, steps);
        return status with
        {
            CurrentStepIndex = next,
            StepStartedAt = null,
            WaitingSince = null,
            Promotion = next < steps ? null : PromotionStage.ConfirmingFull,
        };
    }

    /// <summary>The analysis before the first step is passed: on to that step.</summary>
    public static RolloutStatus Begin(RolloutStatus status) =>
        status with { IsBeforeSteps = false, StepStartedAt = null, WaitingSince = null };

    /// <summary>All that can roll the release back is passed: the canary becomes stable.</summary>
    public static RolloutStatus MakeStable(Evaluation evaluation) => evaluation.PromotesTemplate
        ? evaluation.Status with { Promotion = PromotionStage.UpdatingStable, WaitingSince = evaluation.Now }
        : EndTransitions.Promote(evaluation);

    private static RolloutStatus Pausing(Evaluation evaluation)
    {
        var status = evaluation.Status with { WaitingSince = null, StepStartedAt = evaluation.Status.StepStartedAt ?? evaluation.Now };
        return (evaluation with { Status = status }).PauseEndsAt <= evaluation.Now ? Advance(status, evaluation.Steps.Count) : status;
    }

    private static RolloutStatus Analyzing(Evaluation evaluation)
    {
        var status = evaluation.Status with { WaitingSince = null, StepStartedAt = evaluation.Status.StepStartedAt ?? evaluation.Now };
        if (status.IsBeforeSteps) return AnalysisRuns.IsPassed(evaluation, AnalysisRuns.Pre(evaluation)) ? Begin(status) : status;
        return AnalysisRuns.IsPassed(evaluation, AnalysisRuns.Inline(evaluation)) ? Advance(status, evaluation.Steps.Count) : status;
    }

    private static bool GoesToFullWithoutEvidence(Evaluation evaluation) =>
        evaluation is { ContinuesWithoutEvidence: true, MissingEvidence: not null } && evaluation.DueRaise == Weight.Full;

    /// <summary>
    /// What was analysed is what is promoted. The analysis after the last step runs while stable still runs the old version and has its
    /// pods: once that is gone a failure could only be answered by a new release, so what can roll the release back comes before. A push
    /// while stable still runs the old version is a new revision: the weight goes back to 0 on it, and the push starts at the first step.
    /// Once stable's workload holds the analysed template the promotion is finished on stable, and the push starts afterwards; its pods
    /// replace the analysed ones on the canary side, so traffic returns as soon as stable has a ready pod
    /// (<see cref="Situation.CanaryUnready"/>), and not only when it has rolled out.
    /// </summary>
    private static RolloutStatus Promoting(Evaluation evaluation) => evaluation.Status.Promotion switch
    {
        // What it would still wait for at 100, where there is nothing to compare with, is given up with the raise.
        PromotionStage.ConfirmingFull when GoesToFullWithoutEvidence(evaluation) =>
            evaluation.Status with { IsEvidenceForgone = true, EvidenceAwaitedSince = null },
        PromotionStage.ConfirmingFull when evaluation.AwaitedEvidence is not null => evaluation.Status with { WaitingSince = null },
        PromotionStage.ConfirmingFull or PromotionStage.Verifying when AnalysisRuns.MissingForPromotion(evaluation) is not null =>
            evaluation.Status with { WaitingSince = null },
        // All were ready when the weight went to 100. What another member does afterwards is of its next promotion.
        PromotionStage.ConfirmingFull when evaluation.Status.Weights.Desired < Weight.Full
            && GroupRules.AwaitedMembers(evaluation) is not null =>
            evaluation.Status with { WaitingSince = null },
        PromotionStage.ConfirmingFull when AnalysisRuns.NeedsPost(evaluation) =>
            evaluation.Status with { Promotion = PromotionStage.Verifying, StepStartedAt = evaluation.Now, WaitingSince = null },
        PromotionStage.Verifying when AnalysisRuns.NeedsPost(evaluation) => evaluation.Status with { WaitingSince = null },
        PromotionStage.ConfirmingFull or PromotionStage.Verifying when BlueGreenSwitch.WayBackEndsAt(evaluation) > evaluation.Now =>
            evaluation.Status with { WaitingSince = null },
        PromotionStage.ConfirmingFull or PromotionStage.Verifying => MakeStable(evaluation),
        PromotionStage.UpdatingStable when evaluation is { IsStableWritten: true, Stable.IsReady: true, AwaitedStableCapacity: null }
            && evaluation.Stable.Revision == evaluation.Status.CanaryRevision =>
            evaluation.Status with { Promotion = PromotionStage.ReturningTraffic, WaitingSince = null, TemplateSequence = null },
        PromotionStage.UpdatingStable => evaluation.Status with { WaitingSince = evaluation.Status.WaitingSince ?? evaluation.Now },
        PromotionStage.ReturningTraffic => EndTransitions.Promote(evaluation),
        null => evaluation.Status,
    };
}
