namespace Canary.Core.Rollouts;

/// <summary>Carries out what a person asks, or refuses it and says why; once for each id.</summary>
internal static class Requests
{
    private const string Withdrawn = "the revision was withdrawn; the weight goes back to 0 by itself";

    public static RolloutStatus Answer(Scene scene)
    {
        var request = scene.Seen.Request!;
        var (status, isCarriedOut, message) = Decide(scene, request);
        return status with
        {
            LastRequest = new HandledRequest(request.Id, request.Action, request.By, scene.Now, isCarriedOut, message),
        };
    }

    private static Answered Decide(Scene scene, RolloutRequest request)
    {
        if (request is { Problem: { } problem }) return No(scene, problem);
        if (request is not { Action: { } action }) return No(scene, "it names no action");
        if (action is not (RequestAction.Abort or RequestAction.Pause or RequestAction.Resume) && Moved(scene, request) is { } moved) return No(scene, moved);
        return action switch
        {
            RequestAction.Abort => Abort(scene, request),
            RequestAction.Retry => Retry(scene),
            RequestAction.Promote => Needs(scene) ?? Promote(scene),
            RequestAction.PromoteFull => Needs(scene) ?? PromoteFull(scene),
            RequestAction.Pause => Needs(scene) ?? Pause(scene, request),
            RequestAction.Resume => Needs(scene) ?? Resume(scene),
        };
    }

    private static Answered Abort(Scene scene, RolloutRequest request)
    {
        if (!scene.Status.IsRunning) return No(scene, "nothing is being released, so there is nothing to abort");
        if (scene.Status.Abort is { } before) return No(scene, $"it is being taken back already: {before.Message}");
        if (IsWithdrawn(scene.Status)) return No(scene, Withdrawn);
        if (scene.IsStableWritten) return No(scene, $"stable's workload runs revision {scene.Status.CanaryRevision} already, so there is no old version to go back to; release the old one as a new revision");
        return Yes(Ending.Abort(scene, AbortReason.Request, $"aborted by request{Wording.Asker(request)}"), "the rollout is taken back");
    }

    private static Answered Retry(Scene scene)
    {
        if (scene.Status is { IsRunning: true }) return No(scene, $"retry is for a rollout that was taken back, and this one is {scene.Status.Phase}");
        if (scene.Status is not { Abort: not null, CanaryRevision: { } revision }) return No(scene, "nothing was taken back, so there is nothing to try again");
        if (scene.IsBlocked) return No(scene, $"the rollout cannot start: {Wording.Blockers(scene)}");
        if (scene.Target != revision) return No(scene, $"the canary side runs {scene.Target ?? "nothing known"}, not revision {revision} that was taken back");
        return Yes(Beginning.Again(scene), $"revision {revision} is tried again from the first step");
    }

    private static Answered Promote(Scene scene)
    {
        if (scene.Status.Hold is { Reason: HoldReason.SpecPaused }) return No(scene, "spec.paused is true; set it to false in the spec");
        if (scene.Status.Hold is { Reason: HoldReason.WeightConflict }) return Yes(Lift(scene.Status), "the weights are written again");
        if (Verdict(scene) is { } lifted) return lifted;
        if (scene.Status is { Promotion: PromotionStage.Verifying } && Runs.NeedsPost(scene)) return Yes(Runs.Overrule(scene, Runs.Post(scene)) with { Hold = null }, "the analysis after the last step is passed");
        if (scene.Status.Promotion is not null) return No(scene, $"all steps passed already; it waits for {Runs.MissingForPromotion(scene) ?? "pods and routes"}; promoteFull goes on without the analysis");
        if (scene.Status.IsBeforeSteps) return Yes(Transitions.Begin(Runs.Overrule(scene, Runs.Pre(scene))) with { Hold = null }, "the analysis before the first step is passed");
        if (scene.Step is Step.Analyze)
            return Yes(Transitions.Advance(Runs.Overrule(scene, Runs.Inline(scene)), scene.Steps.Count) with { Hold = null }, $"{Wording.StepOf(scene)}, an analysis, is passed");
        if (scene.Step is Step.Pause) return Yes(Transitions.Advance(scene.Status, scene.Steps.Count) with { Hold = null }, $"{Wording.StepOf(scene)}, a pause, is over");
        if (scene is { AwaitedEvidence: not null, Status.Hold: null }) return Yes(Transitions.Advance(scene.Status, scene.Steps.Count), $"{Wording.StepOf(scene)}, a raise, waits for no comparison any more");
        if (scene.Status.Hold is { Reason: HoldReason.Request }) return Yes(Lift(scene.Status), "it goes on");
        return No(scene, scene.Status.Hold is { } hold
            ? $"{hold.Message}; promoteFull goes on without it"
            : $"{Wording.StepOf(scene)} sets a weight and ends by itself: {scene.Status.Message}");
    }

    private static Answered PromoteFull(Scene scene)
    {
        if (scene.InForce is { IsPaused: true }) return No(scene, "spec.paused is true; set it to false in the spec");
        if (scene.Status is { IsPromotedInFull: true } or { Promotion: PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic }) return No(scene, "it is being promoted already");
        var status = Lift(Alerts.Overrule(scene)) with
        {
            IsBeforeSteps = false,
            CurrentStepIndex = scene.Steps.Count,
            Promotion = PromotionStage.ConfirmingFull,
            IsPromotedInFull = true,
            StepStartedAt = null,
            WaitingSince = null,
        };
        return Yes(status, "all that is left is skipped; it is promoted as soon as its pods are ready and every route shows 100");
    }

    private static Answered Pause(Scene scene, RolloutRequest request)
    {
        if (scene.Status.Hold is { Reason: HoldReason.Request }) return No(scene, "it is paused by request already");
        if (scene.IsStableWritten) return No(scene, "it is past the point where it can wait: stable's workload holds the new template");
        return Yes(scene.Status with { Hold = new Hold(HoldReason.Request, scene.Now, $"paused by request{Wording.Asker(request)}") }, "it is held where it stands");
    }

    private static Answered Resume(Scene scene)
    {
        var isSpecPaused = scene.InForce is { IsPaused: true };
        return Verdict(scene) ?? scene.Status.Hold switch
        {
            { Reason: HoldReason.Request or HoldReason.WeightConflict } => Yes(Lift(scene.Status), isSpecPaused ? "the request to pause is lifted; spec.paused still holds it" : "it goes on"),
            { Reason: HoldReason.SpecPaused } => No(scene, "spec.paused is true, and a request does not lift it; set it to false in the spec"),
            { Reason: HoldReason.AnalysisError } hold => No(scene, hold.Message),
            { Reason: HoldReason.PauseStep } => No(scene, "it stands at a pause step, which promote ends"),
            _ => No(scene, "it is not held, so there is nothing to resume"),
        };
    }

    /// <summary>
    /// Lifts what an analysis or an alert holds up; null: neither does. A run that failed or was inconclusive counts no more, and one whose answers came back goes on; one that still gets
    /// none is gone on without. The analysis that the rollout stands at is passed with it.
    /// </summary>
    private static Answered? Verdict(Scene scene)
    {
        switch (scene.Status.Hold?.Reason)
        {
            case HoldReason.AlertFiring when Alerts.ThatPauses(scene) is { } alert:
                return Yes(Alerts.Overrule(scene) with { Hold = null }, $"it goes on although {Reasons.Of(alert)}");
            case HoldReason.FailedAnalysis when Runs.FailedToPause(scene) is { } failed:
                return Past(failed);
            case HoldReason.InconclusiveAnalysis when Runs.Inconclusive(scene) is { } open:
                return Past(open);
            case HoldReason.ErrorBudget when Runs.OutOfBudget(scene) is { } lost:
                return Past(lost);
            case HoldReason.ErrorBudget:
                return Yes(scene.Status with { Hold = null }, "it goes on, and so does the analysis, which gets answers again");
            default:
                return null;
        }

        Answered Past(RunObservation run) => Yes(Runs.Overrule(scene, run.Key) with { Hold = null }, $"the {Reasons.Of(run.Key)} no longer holds the rollout up");
    }

    private static RolloutStatus Lift(RolloutStatus status) => status with { Hold = null, WeightFights = 0, FoughtAt = null };

    private static Answered? Needs(Scene scene)
    {
        if (scene.Status.StableRevision is null) return No(scene, "the rollout is not initialised yet");
        if (!scene.Status.IsRunning) return No(scene, scene.Status.Abort is null ? "nothing is being released" : "the last revision was taken back; retry tries it again");
        if (scene.Status.Abort is { } abort) return No(scene, $"it is being taken back: {abort.Message}");
        if (IsWithdrawn(scene.Status)) return No(scene, Withdrawn);
        return scene.IsBlocked ? No(scene, $"nothing advances while this is so: {Wording.Blockers(scene)}; abort still works") : null;
    }

    private static string? Moved(Scene scene, RolloutRequest request)
    {
        if (request.Revision is { } revision && revision != scene.Status.CanaryRevision)
            return $"it was asked for revision {revision}, and by now it is {scene.Status.CanaryRevision}; look again";
        if (request.Step is not { } step) return null;
        if (step != scene.Status.CurrentStepIndex) return $"it was asked at step index {step}, and by now it is {scene.Status.CurrentStepIndex}; look again";
        var here = Runs.Here(scene);
        return request.Edge == here?.Edge
            ? null
            : $"it was asked at {Looked(request.Edge)}, and by now it is at {(here?.Edge is { } edge ? Looked(edge) : Wording.Place(scene))}; look again";
    }

    private static string Looked(RunEdge? edge) => edge switch
    {
        RunEdge.Pre => "the analysis before the first step (edge pre)",
        RunEdge.Post => "the analysis after the last step (edge post)",
        null => "a step (no edge)",
    };

    private static bool IsWithdrawn(RolloutStatus status) => status.CanaryRevision == status.StableRevision;

    private static Answered Yes(RolloutStatus status, string message) => new(status, true, message);

    private static Answered No(Scene scene, string message) => new(scene.Status, false, message);

    private sealed record Answered(RolloutStatus Status, bool IsCarriedOut, string Message);
}
