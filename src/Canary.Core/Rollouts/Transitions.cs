using System;

namespace Canary.Core.Rollouts;

/// <summary>Gives the next status. A transition that has nothing to change gives back what it was given.</summary>
internal static class Transitions
{
    /// <summary>The table: each situation, and what becomes of the status in it.</summary>
    public static RolloutStatus Next(Situation situation, Scene scene) => situation switch
    {
        Situation.Requested => Requests.Answer(scene),
        Situation.AnalysisFailed => Ending.Fail(scene),
        Situation.AlertFiring => Ending.Obey(scene),
        Situation.RollingBack => Ending.RollBack(scene),
        Situation.Withdrawn => Beginning.Withdraw(scene),
        Situation.NewRevision => Beginning.Supersede(scene),
        Situation.CanaryUnready => Ending.Lose(scene),
        Situation.Restarting => Beginning.Restart(scene),
        Situation.Blocked => Weighing.Restore(scene) with { WaitingSince = null },
        Situation.FirstSight => Beginning.Adopt(scene),
        Situation.SpecChanged => Beginning.Again(scene),
        Situation.WeightForeign => Weighing.Fight(scene),
        Situation.Held => scene.Status with { WaitingSince = null },
        Situation.DeadlineExceeded => Ending.Expire(scene),
        Situation.AwaitingPods => scene.Status with { WaitingSince = scene.Status.WaitingSince ?? scene.Now },
        Situation.WeightDue => Weighing.Aim(scene.Status, scene.Wanted) with { WaitingSince = scene.Now },
        Situation.AwaitingRoutes => scene.Status with { WaitingSince = scene.Status.WaitingSince ?? scene.Now },
        Situation.Promoting => Promoting(scene with { Status = scene.Status with { StepStartedAt = scene.Status.StepStartedAt ?? scene.Now } }),
        Situation.Pausing => Pausing(scene),
        Situation.Analyzing => Analyzing(scene),
        Situation.AwaitingEvidence => scene.Status with { WaitingSince = null },
        Situation.StepDone => Advance(scene.Status, scene.Steps.Count),
        Situation.RolledBack => Ending.Rest(scene),
        Situation.Idle => Ending.Rest(scene),
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
    public static RolloutStatus Begin(RolloutStatus status) => status with { IsBeforeSteps = false, StepStartedAt = null, WaitingSince = null };

    private static RolloutStatus Pausing(Scene scene)
    {
        var status = scene.Status with { WaitingSince = null, StepStartedAt = scene.Status.StepStartedAt ?? scene.Now };
        return (scene with { Status = status }).PauseEndsAt <= scene.Now ? Advance(status, scene.Steps.Count) : status;
    }

    private static RolloutStatus Analyzing(Scene scene)
    {
        var status = scene.Status with { WaitingSince = null, StepStartedAt = scene.Status.StepStartedAt ?? scene.Now };
        if (status.IsBeforeSteps) return Runs.IsPassed(scene, Runs.Pre(scene)) ? Begin(status) : status;
        return Runs.IsPassed(scene, Runs.Inline(scene)) ? Advance(status, scene.Steps.Count) : status;
    }

    /// <summary>
    /// What was analysed is what is promoted. The analysis after the last step runs while stable still runs the old version and has its pods: once that is gone a failure could only be
    /// answered by a new release, so what can take the release back comes before. A push while stable still runs the old version is a new revision: the weight goes back to 0 on it, and the push starts at the first step.
    /// Once stable's workload holds the analysed template the promotion is finished on stable, and the push starts afterwards; its pods replace the analysed ones on the canary side, so
    /// traffic returns as soon as stable has a ready pod (<see cref="Situation.CanaryUnready"/>), and not only when it has rolled out.
    /// </summary>
    private static RolloutStatus Promoting(Scene scene) => scene.Status.Promotion switch
    {
        PromotionStage.ConfirmingFull or PromotionStage.Verifying when Runs.MissingForPromotion(scene) is not null => scene.Status with { WaitingSince = null },
        PromotionStage.ConfirmingFull when Runs.NeedsPost(scene) => scene.Status with { Promotion = PromotionStage.Verifying, StepStartedAt = scene.Now, WaitingSince = null },
        PromotionStage.Verifying when Runs.NeedsPost(scene) => scene.Status with { WaitingSince = null },
        PromotionStage.ConfirmingFull or PromotionStage.Verifying when scene.PromotesTemplate =>
            scene.Status with { Promotion = PromotionStage.UpdatingStable, WaitingSince = scene.Now },
        PromotionStage.ConfirmingFull or PromotionStage.Verifying => Ending.Promote(scene),
        PromotionStage.UpdatingStable when scene is { IsStableWritten: true, Stable.IsReady: true, AwaitedStableCapacity: null } =>
            scene.Status with { Promotion = PromotionStage.ReturningTraffic, WaitingSince = null, TemplateSequence = null },
        PromotionStage.UpdatingStable => scene.Status with { WaitingSince = scene.Status.WaitingSince ?? scene.Now },
        PromotionStage.ReturningTraffic => Ending.Promote(scene),
        null => scene.Status,
    };
}
