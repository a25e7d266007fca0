using System.Linq;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>How a rollout begins, and begins again. It always goes through a confirmed 0.</summary>
internal static class Beginning
{
    /// <summary>
    /// Takes the world as it is for the baseline. What the canary side holds is not released, even where it differs from stable: it may be a leftover of months ago.
    /// </summary>
    public static RolloutStatus Adopt(Scene scene)
    {
        if (scene is not { Spec: { } spec, Status: var status }) return scene.Status;
        var side = spec.PromotesTemplate ? Side.First : CarryingSide(scene);
        if (status.StableSide != side) return Weighing.Number(status with { StableSide = side, Weights = WeightStatus.None });

        var isNewWorkload = status.Accepted is { } before && before.Traffic.Second.Workload != spec.Traffic.Second.Workload;
        var baseline = isNewWorkload ? scene.Target : status.CanaryRevision ?? scene.Target;
        status = status with { CanaryRevision = baseline, WaitingSince = status.WaitingSince ?? scene.Now };
        var stable = spec.PromotesTemplate ? scene.Stable.Revision : status.StableRevision ?? baseline;
        return stable is not null && scene.Stable.IsReady && scene.IsShown(Weight.Zero) && scene.IsFenced
            ? Idle(status) with { StableRevision = stable, Accepted = spec }
            : status;
    }

    /// <summary>Begins with a new revision, in place of the one that runs, if any.</summary>
    public static RolloutStatus Supersede(Scene scene)
    {
        var status = scene.Status.IsRunning
            ? Ending.Record(scene, RolloutOutcome.Superseded, $"revision {scene.Target} took its place")
            : scene.Status with { Accepted = scene.Spec };
        return Begin(scene, status, scene.Target!) with { StartedAt = scene.Now };
    }

    /// <summary>Tries the same revision again, with the steps as they are now.</summary>
    public static RolloutStatus Again(Scene scene) =>
        Begin(scene, scene.Status, scene.Status.CanaryRevision!) with { StartedAt = scene.Status.StartedAt ?? scene.Now };

    /// <summary>Nothing is left to release: back to 0, and that is all.</summary>
    public static RolloutStatus Withdraw(Scene scene)
    {
        var status = Ending.Record(scene, RolloutOutcome.Withdrawn, $"the canary side went back to the stable revision {scene.Target}");
        return Begin(scene, status, scene.Target!) with { Attempt = 1, Hold = null };
    }

    /// <summary>Once the routes in force show 0: the spec as it is now is adopted, and the first step follows.</summary>
    public static RolloutStatus Restart(Scene scene)
    {
        var status = Weighing.Aim(scene.Status, Weight.Zero);
        if (!scene.IsShown(Weight.Zero) || scene is not { IsFenced: true, IsStableFenced: true, Spec: { } spec }) return status;
        if (status.CanaryRevision == status.StableRevision) return Idle(status);
        if (status.Accepted?.Traffic != spec.Traffic) return status with { Accepted = spec };

        status = status with { Accepted = spec, IsRestarting = false, IsBeforeSteps = spec.PreAnalysis is not null && !status.IsPromotedInFull, StableRevision = scene.PromotesTemplate ? scene.Stable.Revision ?? status.StableRevision : status.StableRevision };
        return status.CanaryRevision == status.StableRevision ? Idle(status) : status;
    }

    /// <summary>A status with nothing on its way; what was is kept.</summary>
    public static RolloutStatus Idle(RolloutStatus status) => status with
    {
        StartedAt = null,
        IsRestarting = false,
        IsBeforeSteps = false,
        IsPromotedInFull = false,
        StepStartedAt = null,
        WaitingSince = null,
        Hold = null,
        Promotion = null,
        OverruledAlerts = [],
        WeightFights = 0,
        FoughtAt = null,
        RefusalToldAt = null,
    };

    private static RolloutStatus Begin(Scene scene, RolloutStatus status, string revision) =>
        Weighing.Aim(
            Idle(status) with
            {
                CanaryRevision = revision,
                Attempt = NextAttempt(scene, revision),
                StartedAt = status.StartedAt ?? scene.Now,
                IsRestarting = true,
                CurrentStepIndex = 0,
                FirstTrafficAt = null,
                HighestWeight = Weight.Zero,
                Abort = null,
                Analysis = [],
                // A person who paused wants to look; a push does not take that away.
                Hold = status.Hold is { Reason: HoldReason.Request } asked ? asked : null,
            },
            Weight.Zero);

    /// <summary>One more than any that left an analysis run or an entry behind: names of runs are derived from it, and the verdict of an old run must not decide a new attempt.</summary>
    private static int NextAttempt(Scene scene, string revision)
    {
        var runs = scene.Seen.Runs.Where(run => run.Key.Revision == revision).Select(run => run.Key.Attempt);
        var entries = scene.Status.History.Where(entry => entry.Revision == revision).Select(entry => entry.Attempt);
        var current = scene.Status.CanaryRevision == revision && scene.Status.IsRunning ? scene.Status.Attempt : 0;
        return 1 + runs.Concat(entries).Append(current).Max();
    }

    private static Side CarryingSide(Scene scene)
    {
        if (scene.Seen.Routes.Count == 0) return scene.Status.StableSide;
        return scene.Seen.Routes.Average(route => route.SecondWeight.BasisPoints) > Weight.Full.BasisPoints / 2.0 ? Side.Second : Side.First;
    }
}
