using System.Linq;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>How a rollout begins, and begins again. It always goes through a confirmed 0.</summary>
internal static class StartTransitions
{
    /// <summary>
    /// Takes the world as it is for the baseline. What the canary side holds is not released, even where it differs from stable: it may be
    /// a leftover of months ago.
    /// </summary>
    public static RolloutStatus AdoptBaseline(Evaluation evaluation)
    {
        if (evaluation is not { Spec: { } spec, Status: var status }) return evaluation.Status;
        var side = spec.PromotesTemplate ? Side.NamedStable : CarryingSide(evaluation);
        if (status.StableSide != side)
            return WeightTransitions.NextWriteSequence(status with
            {
                StableSide = side,
                Weights = WeightStatus.None,
                ManagedRoutes = ManagedRoutesStatus.None,
            });

        var isNewWorkload = status.Accepted is { } before && before.Traffic.NamedCanary.Workload != spec.Traffic.NamedCanary.Workload;
        // A set takes no template from the moment on in which Canary holds it: what comes after that is released.
        var held = spec.Set is null ? evaluation.Target : evaluation.Stable.Revision;
        var baseline = isNewWorkload ? held : status.CanaryRevision ?? held;
        status = status with { CanaryRevision = baseline, WaitingSince = status.WaitingSince ?? evaluation.Now };
        var stable = spec.PromotesTemplate ? evaluation.Stable.Revision : status.StableRevision ?? baseline;
        return stable is not null && CopyPlan.IsServing(evaluation) && SetPlan.IsServing(evaluation)
            && evaluation.Stable.IsReady && evaluation.IsShown(Weight.Zero) && evaluation.IsFenced
            ? Idle(status) with { StableRevision = stable, Accepted = spec }
            : status;
    }

    /// <summary>Begins with a new revision, in place of the one that runs, if any.</summary>
    public static RolloutStatus StartRevision(Evaluation evaluation)
    {
        var status = evaluation.Status.IsRunning
            ? EndTransitions.Record(evaluation, RolloutOutcome.Superseded, $"revision {evaluation.Target} took its place")
            : evaluation.Status with { Accepted = evaluation.Spec };
        return WorkloadRequests.HoldUndone(evaluation, Start(evaluation, status, evaluation.Target!) with { StartedAt = evaluation.Now });
    }

    /// <summary>Tries the same revision again, with the steps as they are now.</summary>
    public static RolloutStatus RestartRevision(Evaluation evaluation) =>
        Start(evaluation, evaluation.Status, evaluation.Status.CanaryRevision!) with
        {
            StartedAt = evaluation.Status.StartedAt
            ?? evaluation.Now
        };

    /// <summary>Nothing is left to release: back to 0, and that is all.</summary>
    public static RolloutStatus CancelToStable(Evaluation evaluation)
    {
        var status = EndTransitions.Record(evaluation, RolloutOutcome.Withdrawn,
            $"the canary side went back to the stable revision {evaluation.Target}{WorkloadRequests.SayWrittenBack(evaluation)}");
        return Start(evaluation, status, evaluation.Target!) with { Attempt = 1, Hold = null };
    }

    /// <summary>Once the routes in force show 0: the spec as it is now is adopted, and the first step follows.</summary>
    public static RolloutStatus FinishReset(Evaluation evaluation)
    {
        var status = WeightTransitions.ReturnTraffic(evaluation);
        if (status.Weights.Desired != Weight.Zero || !evaluation.IsShown(Weight.Zero)
            || evaluation is not { IsFenced: true, IsStableFenced: true, Spec: { } spec }) return status;
        // Labels of pods that said the weight are to be those of their templates first: the next route may ask for them.
        if (evaluation.Seen.Routes.Any(route => route.IsBehind)) return status;
        if (status.CanaryRevision == status.StableRevision) return Idle(status);
        if (CopyPlan.IsOutdated(evaluation)) return status;
        if (Classify.IsRoutedElsewhere(evaluation)) return status with { Accepted = spec };

        status = status with
        {
            Accepted = spec,
            IsRestarting = false,
            IsBeforeSteps = spec.PreAnalysis is not null
            && !status.IsPromotedInFull,
            // What stable's Service of a set selects, Canary alone decides.
            StableRevision = evaluation is { PromotesTemplate: true, InForce.Set: null }
            ? evaluation.Stable.Revision ?? status.StableRevision : status.StableRevision
        };
        return status.CanaryRevision == status.StableRevision ? Idle(status) : SkipRules.Apply(spec, status);
    }

    /// <summary>A status with nothing on its way; what was is kept.</summary>
    public static RolloutStatus Idle(RolloutStatus status) => status with
    {
        StartedAt = null,
        IsRestarting = false,
        IsBeforeSteps = false,
        IsPromotedInFull = false,
        IsEvidenceForgone = false,
        OverruledMismatch = "",
        Skipped = "",
        EvidenceAwaitedSince = null,
        StepStartedAt = null,
        WaitingSince = null,
        Hold = null,
        Promotion = null,
        OverruledAlerts = [],
        Reassertions = 0,
        ReassertedAt = null,
        RefusalToldAt = null,
    };

    private static RolloutStatus Start(Evaluation evaluation, RolloutStatus status, string revision)
    {
        var start = Reset(evaluation, status, revision);
        // Stable's workload refuses a template that was sent by a higher number alone, which a weight that is 0 already does not bring.
        var lowest = StableScale.Lowest(evaluation, waitingSince: null);
        return start.TemplateSequence is not null ? WeightTransitions.Withdraw(start, lowest)
            : WeightTransitions.SetDesired(start, lowest);
    }

    private static RolloutStatus Reset(Evaluation evaluation, RolloutStatus status, string revision) =>
        Idle(status) with
        {
            CanaryRevision = revision,
            Attempt = NextAttempt(evaluation, revision),
            StartedAt = status.StartedAt ?? evaluation.Now,
            IsRestarting = true,
            CurrentStepIndex = 0,
            FirstTrafficAt = null,
            HighestWeight = Weight.Zero,
            Abort = null,
            Analysis = [],
            // A person who paused wants to look; a push does not take that away.
            Hold = status.Hold is { Reason: HoldReason.Request } asked ? asked : null,
        };

    /// <summary>One more than any that left an analysis run or an entry behind: names of runs are derived from it, and the verdict of an
    /// old run must not decide a new attempt.</summary>
    private static int NextAttempt(Evaluation evaluation, string revision)
    {
        var runs = evaluation.Seen.Runs.Where(run => run.Key.Revision == revision).Select(run => run.Key.Attempt);
        var entries = evaluation.Status.History.Where(entry => entry.Revision == revision).Select(entry => entry.Attempt);
        var current = evaluation.Status.CanaryRevision == revision && evaluation.Status.IsRunning ? evaluation.Status.Attempt : 0;
        return 1 + runs.Concat(entries).Append(current).Max();
    }

    private static Side CarryingSide(Evaluation evaluation)
    {
        if (evaluation.Seen.Routes.Count == 0) return evaluation.Status.StableSide;
        return evaluation.Seen.Routes.Average(route => route.NamedCanaryWeight.BasisPoints) > Weight.Full.BasisPoints / 2.0
            ? Side.NamedCanary : Side.NamedStable;
    }
}
