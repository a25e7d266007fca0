using Canary.Core.Analysis;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>
/// Why a rollout does not advance. What a person asked for, a fight that was given up, and an error budget that was used up where
/// <c>onError</c> is pause last until somebody lifts them; the rest is as long as its cause.
/// </summary>
internal static class HoldRules
{
    /// <summary>The hold in force; null: none. One that goes on keeps its time and its words, so that a measurement alone changes
    /// nothing.</summary>
    public static Hold? FindHold(Evaluation evaluation)
    {
        var before = evaluation.Status.Hold;
        if (!evaluation.Status.IsRunning || evaluation.Status.Abort is not null || evaluation.IsStableWritten) return null;
        if (before is { Reason: HoldReason.Request or HoldReason.WeightConflict }) return before;
        if (evaluation.Status.IsRestarting) return null;
        if (before is { Reason: HoldReason.ErrorBudget }) return before;
        var hold = Cause(evaluation);
        if (hold is null || before is null || before.Reason != hold.Reason || hold.Reason == HoldReason.PauseStep) return hold;
        return IsNamed(hold.Reason) && before.Message != hold.Message ? hold : before;
    }

    private static string Outlook(Evaluation evaluation, RunObservation silent) =>
        "the next good measurement or a corrected template lifts this" + (Policies.Find(evaluation, silent).OnError switch
        {
            ErrorAction.Abort => ", and when the error budget is used up it is rolled back",
            ErrorAction.Pause => ", and when the error budget is used up it waits for a person",
            ErrorAction.Hold or ErrorAction.Continue => "",
        });

    /// <summary>The words change with what holds alone, another run or another alert, and not with the next measurement.</summary>
    private static bool IsNamed(HoldReason reason) =>
        reason is HoldReason.FailedAnalysis or HoldReason.InconclusiveAnalysis or HoldReason.AlertFiring
            or HoldReason.TrafficMismatch or HoldReason.EvidenceMissing;

    // It lasts until there is evidence or a person decides, also across a change of the leader. While the canary is to get back the weight
    // that it had, there is nothing to wait for: without traffic no evidence comes.
    private static bool IsWithoutEvidence(Evaluation evaluation) =>
        evaluation is { AwaitedEvidence: not null, EvidencePolicy.OnInconclusive: InconclusiveAction.Pause }
        && (evaluation.IsEvidenceOverdue || evaluation.Status.Hold is { Reason: HoldReason.EvidenceMissing })
        && evaluation.Status.Weights.Desired >= evaluation.Wanted;

    private static string Pausing(Evaluation evaluation) => evaluation.InForce?.Test is null ? "paused" : "running";

    private static Hold? Cause(Evaluation evaluation)
    {
        if (evaluation.InForce is { IsPaused: true }) return Because(HoldReason.SpecPaused, "spec.paused is true");
        if (AnalysisRuns.FailedToPause(evaluation) is { } failed)
            return Because(HoldReason.FailedAnalysis,
                $"the {RollbackReasons.Describe(evaluation, failed.Key)} failed: {failed.Message}; promote continues, abort rolls back");
        if (AnalysisRuns.Inconclusive(evaluation) is { } open)
            return Because(HoldReason.InconclusiveAnalysis,
                $"the {RollbackReasons.Describe(evaluation, open.Key)} is inconclusive: {open.Message}; promote continues, "
                    + "abort rolls back");
        if (AnalysisRuns.OutOfBudget(evaluation) is { } lost)
            return Because(HoldReason.ErrorBudget,
                $"the {RollbackReasons.Describe(evaluation, lost.Key)} got no usable answers beyond its error limits: {lost.Message}; "
                    + "promote continues, abort rolls back");
        if (IsWithoutEvidence(evaluation))
            return Because(HoldReason.EvidenceMissing,
                $"{RollbackReasons.DescribeMissingEvidence(evaluation)}; it continues when there is, promote continues now, abort rolls "
                    + "back");
        if (Alerts.ThatPauses(evaluation) is { } alert)
            return Because(HoldReason.AlertFiring,
                $"{RollbackReasons.Describe(alert)}; the rollout continues when it ends, promote continues now, abort rolls back");
        if (TrafficMismatches.FindPausing(evaluation) is { } mismatch)
            return Because(HoldReason.TrafficMismatch,
                $"{mismatch}; the rollout continues when the share is right, promote continues now, abort rolls back");
        if (AnalysisRuns.InError(evaluation) is { } silent)
            return Because(HoldReason.AnalysisError,
                $"the {RollbackReasons.Describe(evaluation, silent.Key)} gets no usable answers: {silent.Message}; "
                    + Outlook(evaluation, silent));
        return evaluation is { IsSettled: true, Step: Step.Pause pause, Status: { Promotion: null, StepStartedAt: { } since } }
            ? new Hold(HoldReason.PauseStep, since, pause.Duration is { } length
                ? $"{Pausing(evaluation)} for {GoDuration.Format(length)} until "
                    + $"{TimeText.Format(evaluation.PauseEndsAt ?? since.After(length))}"
                : $"{Pausing(evaluation)} until a person promotes")
            : null;

        Hold Because(HoldReason reason, string message) => new(reason, evaluation.Now, message);
    }
}
