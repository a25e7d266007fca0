using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Reporting;

/// <summary>Tells people what is different from the last status: where nothing changed, nothing is said.</summary>
internal static class RolloutEvents
{
    public static EquatableArray<RolloutEvent> Between(RolloutStatus before, Evaluation evaluation) =>
        [.. Blockers(before, evaluation), .. Request(before, evaluation), .. Ends(before, evaluation), .. Starts(before, evaluation),
            .. Steps(before, evaluation), .. Holds(before, evaluation), .. Problem(before, evaluation)];

    private static IEnumerable<RolloutEvent> Blockers(RolloutStatus before, Evaluation evaluation)
    {
        var now = Conditions.Find(evaluation.Status, ConditionType.SpecAccepted)!;
        if (now.IsTrue == false && Conditions.Find(before, ConditionType.SpecAccepted)?.Message != now.Message)
            yield return Warn(now.Reason, now.Message);
    }

    private static IEnumerable<RolloutEvent> Request(RolloutStatus before, Evaluation evaluation)
    {
        if (evaluation.Status.LastRequest is not { } request || request.Id == before.LastRequest?.Id) yield break;
        var what = (request.Action is { } known ? known.ToString() : "a request") + (request.By.Length > 0 ? $" by {request.By}" : "");
        yield return request.IsCarriedOut ? Tell("RequestCarriedOut", $"{what}: {request.Message}")
            : Warn("RequestRefused", $"{what} is refused: {request.Message}");
    }

    private static IEnumerable<RolloutEvent> Ends(RolloutStatus before, Evaluation evaluation)
    {
        var status = evaluation.Status;
        if (status.Abort is { } abort && abort != before.Abort)
            yield return Warn("RolloutAborted",
                $"revision {status.CanaryRevision} is rolled back at weight {abort.Weight}: {abort.Message}");
        var last = before.History.Count > 0 ? before.History[0] : null;
        foreach (var entry in status.History.TakeWhile(entry => entry != last).Reverse())
        {
            yield return entry.Outcome switch
            {
                RolloutOutcome.Promoted => Tell("RolloutPromoted", $"revision {entry.Revision} is stable: {entry.Reason}"),
                RolloutOutcome.RolledBack => Warn("RolledBack", $"revision {entry.Revision} has no traffic any more: {entry.Reason}"),
                RolloutOutcome.Superseded =>
                    Tell("RolloutSuperseded", $"revision {entry.Revision} ended at weight {entry.HighestWeight}: {entry.Reason}"),
                RolloutOutcome.Withdrawn => Tell("RolloutWithdrawn", $"revision {entry.Revision} ended: {entry.Reason}"),
            };
        }
    }

    private static IEnumerable<RolloutEvent> Starts(RolloutStatus before, Evaluation evaluation)
    {
        var status = evaluation.Status;
        var isAnother = !before.IsRunning || before.CanaryRevision != status.CanaryRevision || before.Attempt != status.Attempt;
        if (status.IsRunning && isAnother && status.CanaryRevision != status.StableRevision)
            yield return Tell("RolloutStarted",
                $"revision {status.CanaryRevision}, attempt {status.Attempt}, "
                    + (evaluation.InForce?.BlueGreen is not null ? "blue-green"
                        : $"in {evaluation.InForce?.Test?.Title ?? $"{evaluation.Steps.Count} steps"}")
                    + $"; stable is {status.StableRevision}"
                    + (evaluation.Seen.Second.ChangedConfiguration is { Count: > 0 } changed
                        ? $"; other than stable's: {string.Join(", ", changed)}" : ""));
        if (status.Waiting is { } waiting && waiting.Revision != before.Waiting?.Revision)
            yield return Tell("RolloutWaiting", status.Message);
        if (status.Skipped.Length > 0 && status.Skipped != before.Skipped) yield return Tell("AnalysisSkipped", status.Skipped);
        if (before.StableRevision is null && status.StableRevision is not null) yield return Tell("Initialized", status.Message);
        if (evaluation.InForce?.Set is { } set && before.StableRevision is { } stable && stable != status.StableRevision
            && before.PromotedRevision == status.PromotedRevision)
            yield return Warn("SetUpdatedByOthers",
                $"all pods of {set} run revision {status.StableRevision} now, which is not what Canary released, and none runs {stable}: "
                    + $"{status.StableRevision} is stable. "
                    + (set.HasPartition ? "metadata.managedFields of the set says who changed its partition"
                        : "A pod of a DaemonSet that is lost or deleted comes back at the present template"));
    }

    /// <summary>One event an evaluation: the weight says more than the step that ended, and the promotion more than the weight.</summary>
    private static IEnumerable<RolloutEvent> Steps(RolloutStatus before, Evaluation evaluation)
    {
        var status = evaluation.Status;
        if (!status.IsRunning || status.Abort is not null) yield break;
        var (then, now) = (before.Weights.Desired, status.Weights.Desired);
        if (status.Promotion is not null && status.Promotion != before.Promotion)
            yield return Tell("Promoting", status.Message);
        else if (now < then && !status.IsRestarting && now != evaluation.Wanted)
            yield return Warn("WeightChanged",
                $"weight {then} to {now}, because the canary has no pod that may take traffic: {status.Message}");
        else if (now != then)
            yield return Tell("WeightChanged", $"weight {then} to {now}: {StatusMessages.Place(evaluation)}");
        else if (status.ManagedRoutes.Desired != before.ManagedRoutes.Desired && !status.IsRestarting)
            yield return !status.ManagedRoutes.Desired.IsNone ? Tell("RoutesChanged", StatusMessages.Place(evaluation))
                : evaluation.WantedRoutes.IsNone
                    ? Tell("RoutesChanged", $"{before.ManagedRoutes.Desired} is taken off: {StatusMessages.Place(evaluation)}")
                    : Warn("RoutesChanged", $"{before.ManagedRoutes.Desired} is taken off, because the canary has no pod that may take "
                        + $"traffic: {status.Message}");
        else if (before.IsRunning && status.CurrentStepIndex > before.CurrentStepIndex
            && (status.Hold is null || status.Hold == before.Hold))
            yield return Tell("StepCompleted", $"step {status.CurrentStepIndex} of {evaluation.Steps.Count} is done: {status.Message}");
    }

    private static IEnumerable<RolloutEvent> Holds(RolloutStatus before, Evaluation evaluation)
    {
        var (now, then) = (evaluation.Status.Hold, before.Hold);
        if (now is not null && now != then)
        {
            yield return now.Reason switch
            {
                HoldReason.PauseStep or HoldReason.Request or HoldReason.SpecPaused => Tell("RolloutPaused", evaluation.Status.Message),
                HoldReason.FailedAnalysis => Warn("AnalysisFailed", evaluation.Status.Message),
                HoldReason.InconclusiveAnalysis => Warn("AnalysisInconclusive", evaluation.Status.Message),
                HoldReason.EvidenceMissing => Warn("EvidenceMissing", evaluation.Status.Message),
                HoldReason.AnalysisError or HoldReason.ErrorBudget => Warn("AnalysisHeld", evaluation.Status.Message),
                HoldReason.AlertFiring => Warn("AlertFiring", evaluation.Status.Message),
                HoldReason.WeightConflict => Warn("WeightConflict", evaluation.Status.Message),
                HoldReason.TrafficMismatch => Warn("RolloutPaused", evaluation.Status.Message),
            };
        }
        else if (now is null && then is { Reason: not HoldReason.PauseStep } && evaluation is { IsUnderWay: true })
        {
            yield return Tell("RolloutResumed", evaluation.Status.Message);
        }
    }

    private static IEnumerable<RolloutEvent> Problem(RolloutStatus before, Evaluation evaluation)
    {
        var status = evaluation.Status;
        if (!evaluation.CanTakeTraffic && status.WaitingSince is { } since && since != before.WaitingSince
            && (status.Abort is null || before.WaitingSince is null || before.Abort is null))
            yield return Tell("WaitingForPods", status.Message);
        if (status.CanaryReadiness is { } readiness
            && readiness.Losses > (before.Attempt == status.Attempt && before.CanaryRevision == status.CanaryRevision
                ? before.CanaryReadiness?.Losses ?? 0 : 0))
            yield return Warn("CanaryUnready",
                $"{Conditions.Find(status, ConditionType.CanaryReady)!.Message}; {evaluation.InForce?.UnreadyLimit} roll it back");
        else if (IsNew(ConditionType.CanaryReady, false, "TooFewPods"))
            yield return Warn("CanaryUnready", Conditions.Find(status, ConditionType.CanaryReady)!.Message);
        if (status.RefusalToldAt is not null && status.RefusalToldAt != before.RefusalToldAt)
            yield return Warn("RouteRefused", status.Message);
        else if (status.Abort is null && IsNew(ConditionType.TrafficApplied, false, "RouteRefused"))
            yield return Warn("RouteRefused", status.Message);
        if (IsNew(ConditionType.WeightConflict, true, "ForeignWrite") || IsNew(ConditionType.WeightConflict, true, "IdleWrite"))
            yield return Warn("WeightConflict", Conditions.Find(status, ConditionType.WeightConflict)!.Message);
        foreach (var told in Shares(before, evaluation)) yield return told;
        if (status.StableChange is { } change && change.Revision != before.StableChange?.Revision)
            yield return Warn("StableChanged", StableChanges.Say(evaluation));
        else if (status.StableChange is null && before.StableChange is { } over && evaluation.Stable.Revision == over.Expected)
            yield return Tell("StableRestored", $"stable runs revision {over.Expected} again");
        if (IsNew(ConditionType.CapacitySufficient, false, "SidesRefused"))
            yield return Warn("SidesRefused", Conditions.Find(status, ConditionType.CapacitySufficient)!.Message);
        if (IsNew(ConditionType.CapacitySufficient, false, "PodsMissing")
            || IsNew(ConditionType.CapacitySufficient, true, "MoreNeededLater"))
            yield return Warn("CapacityMissing", Conditions.Find(status, ConditionType.CapacitySufficient)!.Message);
        if (IsNew(ConditionType.Stalled, true, "DeadlineExceeded") || IsNew(ConditionType.Stalled, true, "CapacityMissing")
            || IsNew(ConditionType.Stalled, true, "StableUnready")) yield return Warn("RolloutStalled", status.Message);

        bool IsNew(ConditionType type, bool isTrue, string reason) =>
            Conditions.Find(status, type) is { } now && now.IsTrue == isTrue && now.Reason == reason
            && Conditions.Find(before, type)?.Reason != reason;
    }

    // Each finding once: its words stay as long as it lasts.
    private static IEnumerable<RolloutEvent> Shares(RolloutStatus before, Evaluation evaluation)
    {
        var (now, then) = (Conditions.Find(evaluation.Status, ConditionType.TrafficMismatch)!,
            Conditions.Find(before, ConditionType.TrafficMismatch));
        if (now.IsTrue == true && now.Message != then?.Message) yield return Warn("TrafficMismatch", now.Message);
        else if (now.IsTrue == false && then?.IsTrue == true && evaluation.IsUnderWay)
            yield return Tell("TrafficMatches", "the canary's share of the requests is that of its weight again");
    }

    private static RolloutEvent Tell(string reason, string message) => new(reason, message, false);

    private static RolloutEvent Warn(string reason, string message) => new(reason, message, true);
}
