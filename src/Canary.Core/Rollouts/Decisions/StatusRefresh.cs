using System;
using System.Linq;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>Takes into the status what is seen, whatever the situation is.</summary>
internal static class StatusRefresh
{
    public static RolloutStatus Refresh(Evaluation evaluation)
    {
        evaluation = evaluation with { Status = ObservedWait.WithoutFuture(evaluation.Status, evaluation.Now) };
        var status = evaluation.Status with
        {
            ObservedGeneration = evaluation.Seen.Generation,
            ObservedWorkloads = Workloads(evaluation),
            Weights = Weights(evaluation),
            ManagedRoutes = evaluation.IsShown(evaluation.Status.Weights.Desired)
                ? evaluation.Status.ManagedRoutes with { Previous = evaluation.Status.ManagedRoutes.Desired }
                : evaluation.Status.ManagedRoutes,
            Accepted = Accepted(evaluation)
        };
        status = Fence(evaluation, status);
        if (SetPlan.FindOvertaking(evaluation) is { } overtaking) status = status with { StableRevision = overtaking };
        evaluation = evaluation with { Status = status };
        if (status.IsRunning)
        {
            status = status with
            {
                StepStartedAt = evaluation.IsSettled ? status.StepStartedAt : null,
                // What was there and was lost is waited for anew: the deadline does not count the time before.
                WaitingSince = evaluation.IsSettled || status.StepStartedAt is null ? status.WaitingSince : null,
                FirstTrafficAt = status.FirstTrafficAt ?? (IsFirstTraffic(evaluation) ? evaluation.Now : null),
                HighestWeight = Highest(evaluation),
                Analysis = AnalysisRuns.Summarise(evaluation),
            };
        }

        status = WorkloadRequests.Refresh(evaluation with { Status = status });
        status = ObservedWait.Charge(status, evaluation);
        var (unused, times) = CopyPlan.Notice(evaluation with { Status = status });
        status = status with
        {
            WorkloadUnusedSince = unused,
            WorkloadScaleDowns = times,
            StableReplicas = CopyPlan.NoticeSize(evaluation with { Status = status }),
            WorkloadConfiguration = CopyPlan.NoticeConfiguration(evaluation),
            StableExcessSince = StableScale.Notice(evaluation with { Status = status }),
        };
        status = status with { EvidenceAwaitedSince = EvidenceAwaitedSince(evaluation with { Status = status }) };
        status = status with { StableChange = StableChanges.Notice(evaluation with { Status = status }) };
        status = status with { Hold = HoldRules.FindHold(evaluation with { Status = status }) };
        status = status with
        {
            Waiting = GroupRules.Notice(evaluation with { Status = status }),
            IsReadyToPromote = GroupRules.IsReadyToPromote(evaluation with { Status = status }),
        };
        return status with { CanaryReadiness = CanaryReadinessRules.Notice(evaluation with { Status = status }) };
    }

    /// <summary>
    /// A number that every object carried once refuses what is older for ever. A status that was lost, or came back from a backup, starts
    /// above the numbers that its objects carry.
    /// </summary>
    private static RolloutStatus Fence(Evaluation evaluation, RolloutStatus status)
    {
        var routes = evaluation.Seen.Routes;
        var highest = routes.Select(route => route.Sequence ?? 0).Append(0).Max();
        if (highest > status.WriteSequence) return status with { WriteSequence = highest + 1 };
        var isFenced = routes.Count > 0 && routes.All(route => route.Sequence >= status.WriteSequence);
        var isTemplateRefused = evaluation.Stable.Revision is null || evaluation.Stable.Sequence > status.TemplateSequence;
        // Nothing is written into the template of a set.
        var isTemplateSent = status.Promotion is PromotionStage.UpdatingStable && evaluation.InForce?.Set is null;
        return status with
        {
            FencedSequence = isFenced ? status.WriteSequence : status.FencedSequence,
            TemplateSequence = isTemplateSent ? status.WriteSequence : isTemplateRefused ? null : status.TemplateSequence,
        };
    }

    /// <summary>A side that cannot be read leaves what was seen of it before. So does one whose revision cannot be told now: nobody has
    /// decided yet whether its template is a new one.</summary>
    private static ObservedWorkloads Workloads(Evaluation evaluation) => new(
        evaluation.Seen.First.IsUnknown ? evaluation.Status.ObservedWorkloads.Stable : evaluation.Seen.First.Workload,
        evaluation.Seen.Second.IsUnknown
            || evaluation.Seen is { Scheme: not null, Second: { Revision: null, Workload: not null } }
            ? evaluation.Status.ObservedWorkloads.Canary : evaluation.Seen.Second.Workload);

    /// <summary>Once every route showed the weight, any other one is foreign: the one before no longer counts.</summary>
    private static WeightStatus Weights(Evaluation evaluation)
    {
        var weights = evaluation.Status.Weights with { Pods = evaluation.Seen.Routes.Select(route => route.Pods).FirstOrDefault() };
        if (evaluation.IsShown(weights.Desired)) return weights with { Previous = weights.Desired, Applied = weights.Desired };
        var shown = evaluation.Seen.Routes.Select(evaluation.Shown).Distinct().Take(2).ToArray();
        return weights with { Applied = shown is [var one] ? one : null };
    }

    /// <summary>Whether it is paused, how long it may wait and what alerts do are read live; steps, analysis and traffic are those of the
    /// start.</summary>
    private static RolloutSpec? Accepted(Evaluation evaluation)
    {
        if (IsTakingOver(evaluation)) return evaluation.Spec;
        if (evaluation is not { Spec: { } spec, Status: { IsRunning: true, Accepted: { } accepted } }) return evaluation.Status.Accepted;
        var live = accepted with
        {
            IsPaused = spec.IsPaused,
            ProgressDeadline = spec.ProgressDeadline,
            Alerts = spec.Alerts,
            Capacity = spec.Capacity,
            ReadyThresholds = spec.ReadyThresholds,
            // Switched off, it still guards the way back until stable has its pods.
            IsStableScaled = spec.IsStableScaled || (accepted.IsStableScaled
                && evaluation.Seen.Copy is { FullReplicas: not null } or { CopyReplicas: not null, IsCopyAvailable: false }),
            UnreadyLimit = spec.UnreadyLimit,
            DependsOn = spec.DependsOn,
            Group = spec.Group,
        };
        // Nothing of it was analysed, so nothing has to start again; its one step is always the pause.
        if (spec.BlueGreen is { } blueGreen && accepted.BlueGreen is not null)
            live = live with { BlueGreen = blueGreen, Steps = blueGreen.Steps() };
        // The same object where nothing changed: who writes the status out knows by it that the spec in force is as it was.
        return live == accepted ? accepted : live;
    }

    // Before the first write of a takeover the status says what it is of: whoever deletes a Rollout whose spec is broken by then finds the
    // workload serving again.
    private static bool IsTakingOver(Evaluation evaluation) =>
        evaluation is { Spec: { IsOfOneWorkload: true } spec, Status: { StableRevision: null, IsRunning: false, Accepted: var before } }
        && spec != before
        && (CopyPlan.FindDue(evaluation) is not null || SetPlan.FindDue(evaluation) is not null);

    // While a person looks, no time runs out.
    private static DateTimeOffset? EvidenceAwaitedSince(Evaluation evaluation) =>
        evaluation is { IsUnderWay: true, MissingEvidence: not null }
        && evaluation.Status.Hold is not { Reason: HoldReason.Request or HoldReason.SpecPaused }
            ? evaluation.Status.EvidenceAwaitedSince ?? evaluation.Now : null;

    private static bool IsFirstTraffic(Evaluation evaluation) =>
        evaluation is { IsUnderWay: true, IsSettled: true } && (evaluation.Wanted > Weight.Zero || !evaluation.WantedRoutes.IsNone);

    private static Weight Highest(Evaluation evaluation) =>
        evaluation.Status.Weights.Applied is { } applied && evaluation.IsUnderWay && applied == evaluation.Status.Weights.Desired
        && applied > evaluation.Status.HighestWeight
            ? applied
            : evaluation.Status.HighestWeight;
}
