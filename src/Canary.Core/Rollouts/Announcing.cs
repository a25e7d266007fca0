using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>Tells people what is different from the last status: where nothing changed, nothing is said.</summary>
internal static class Announcing
{
    public static EquatableArray<Announcement> Between(RolloutStatus before, Scene scene) =>
        [.. Blockers(before, scene), .. Request(before, scene), .. Ends(before, scene), .. Starts(before, scene), .. Steps(before, scene), .. Holds(before, scene), .. Trouble(before, scene)];

    private static IEnumerable<Announcement> Blockers(RolloutStatus before, Scene scene)
    {
        var now = Conditions.Find(scene.Status, ConditionType.SpecAccepted)!;
        if (now.IsTrue == false && Conditions.Find(before, ConditionType.SpecAccepted)?.Message != now.Message) yield return Warn(now.Reason, now.Message);
    }

    private static IEnumerable<Announcement> Request(RolloutStatus before, Scene scene)
    {
        if (scene.Status.LastRequest is not { } request || request.Id == before.LastRequest?.Id) yield break;
        var action = request.Action is { } known ? known.ToString() : "the request";
        yield return request.IsCarriedOut ? Tell("RequestCarriedOut", $"{action}: {request.Message}") : Warn("RequestRefused", $"{action} refused: {request.Message}");
    }

    private static IEnumerable<Announcement> Ends(RolloutStatus before, Scene scene)
    {
        var status = scene.Status;
        if (status.Abort is { } abort && abort != before.Abort) yield return Warn("RolloutAborted", $"revision {status.CanaryRevision} is taken back at weight {abort.Weight}: {abort.Message}");
        var last = before.History.Count > 0 ? before.History[0] : null;
        foreach (var entry in status.History.TakeWhile(entry => entry != last).Reverse())
        {
            yield return entry.Outcome switch
            {
                RolloutOutcome.Promoted => Tell("RolloutPromoted", $"revision {entry.Revision} is stable: {entry.Reason}"),
                RolloutOutcome.RolledBack => Warn("RolledBack", $"revision {entry.Revision} has no traffic any more: {entry.Reason}"),
                RolloutOutcome.Superseded => Tell("RolloutSuperseded", $"revision {entry.Revision} ended at weight {entry.HighestWeight}: {entry.Reason}"),
                RolloutOutcome.Withdrawn => Tell("RolloutWithdrawn", $"revision {entry.Revision} ended: {entry.Reason}"),
            };
        }
    }

    private static IEnumerable<Announcement> Starts(RolloutStatus before, Scene scene)
    {
        var status = scene.Status;
        var isAnother = !before.IsRunning || before.CanaryRevision != status.CanaryRevision || before.Attempt != status.Attempt;
        if (status.IsRunning && isAnother && status.CanaryRevision != status.StableRevision)
            yield return Tell("RolloutStarted", $"revision {status.CanaryRevision}, attempt {status.Attempt}, in {scene.Steps.Count} steps; stable is {status.StableRevision}");
        if (before.StableRevision is null && status.StableRevision is not null) yield return Tell("Initialized", status.Message);
    }

    private static IEnumerable<Announcement> Steps(RolloutStatus before, Scene scene)
    {
        var status = scene.Status;
        if (!status.IsRunning) yield break;
        var isSame = before.IsRunning && before.CanaryRevision == status.CanaryRevision && before.Attempt == status.Attempt;
        var from = isSame ? before.CurrentStepIndex : 0;
        // One Event a change: each of these says where the rollout stands, so the first that is true is enough.
        if (status.Weights.Desired != before.Weights.Desired)
            yield return Tell("WeightChanged", $"weight {before.Weights.Desired} to {status.Weights.Desired}: {status.Message}");
        else if (status.Promotion is { } stage && stage != before.Promotion)
            yield return Tell("Promoting", status.Message);
        else if (status.CurrentStepIndex > from && (status.Hold is null || status.Hold == before.Hold))
            yield return Tell("StepCompleted", status.CurrentStepIndex == from + 1 ? $"step {from + 1} of {scene.Steps.Count} is done" : $"steps {from + 1} to {status.CurrentStepIndex} of {scene.Steps.Count} are done");
    }

    private static IEnumerable<Announcement> Holds(RolloutStatus before, Scene scene)
    {
        var (now, then) = (scene.Status.Hold, before.Hold);
        if (now is not null && now != then)
        {
            yield return now.Reason switch
            {
                HoldReason.PauseStep or HoldReason.Request or HoldReason.SpecPaused => Tell("RolloutPaused", scene.Status.Message),
                HoldReason.InconclusiveAnalysis => Warn("AnalysisInconclusive", scene.Status.Message),
                HoldReason.AnalysisError => Warn("AnalysisHeld", scene.Status.Message),
                HoldReason.WeightConflict => Warn("WeightConflict", scene.Status.Message),
            };
        }
        else if (now is null && then is { Reason: not HoldReason.PauseStep } && scene is { IsUnderWay: true })
        {
            yield return Tell("RolloutResumed", scene.Status.Message);
        }
    }

    private static IEnumerable<Announcement> Trouble(RolloutStatus before, Scene scene)
    {
        var status = scene.Status;
        if (!scene.CanTakeTraffic && status.WaitingSince is { } since && since != before.WaitingSince) yield return Tell("WaitingForPods", status.Message);
        if (status.RefusalToldAt is not null && status.RefusalToldAt != before.RefusalToldAt)
            yield return Warn("RouteRefused", status.Message);
        else if (status.Abort is null && IsNew(ConditionType.TrafficApplied, false, "RouteRefused"))
            yield return Warn("RouteRefused", status.Message);
        if (IsNew(ConditionType.WeightConflict, true, "ForeignWrite") || IsNew(ConditionType.WeightConflict, true, "IdleWrite"))
            yield return Warn("WeightConflict", Conditions.Find(status, ConditionType.WeightConflict)!.Message);
        if (IsNew(ConditionType.Stalled, true, "DeadlineExceeded") || IsNew(ConditionType.Stalled, true, "StableUnready")) yield return Warn("RolloutStalled", status.Message);

        bool IsNew(ConditionType type, bool isTrue, string reason) =>
            Conditions.Find(status, type) is { } now && now.IsTrue == isTrue && now.Reason == reason && Conditions.Find(before, type)?.Reason != reason;
    }

    private static Announcement Tell(string reason, string message) => new(reason, message, false);

    private static Announcement Warn(string reason, string message) => new(reason, message, true);
}
