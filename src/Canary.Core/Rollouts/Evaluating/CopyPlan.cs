using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// Capacity that is always there, with one workload: the copy is made and is ready before traffic moves to it, the canary's pods come
/// before its weight rises, and pods go last, after a delay.
/// </summary>
internal static class CopyPlan
{
    private static readonly TimeSpan LongestDelay = TimeSpan.FromHours(1);

    /// <summary>What is wanted; null: the sides are workloads of their own, or nobody knows how they are.</summary>
    public static CopyLevels? Find(Evaluation evaluation)
    {
        if (evaluation is not { InForce.Workload: not null, Seen.Copy: { } seen }) return null;
        var size = Size(seen);
        var serving = seen.Serving == StableServing.Copy || IsReadyToServe(evaluation, seen) ? StableServing.Copy : StableServing.Workload;
        return new(serving, size == seen.CopyReplicas ? null : size, WorkloadReplicas(evaluation, seen, size),
            evaluation.Status.StableRevision)
        {
            Autoscaler = AutoscalerPlan.Find(evaluation, seen),
        };
    }

    /// <summary>The sides are not yet as they shall be.</summary>
    public static bool IsDue(Evaluation evaluation) => Find(evaluation) is { } levels && evaluation.Seen.Copy is { } seen
        && (!seen.HasServices || seen.CopyReplicas is null || seen.IsClientServiceDue || seen.ArePodsUnlabelled || seen.IsRestartDue
            || AutoscalerPlan.IsDue(seen, levels.Autoscaler)
            || levels.Serving != seen.Serving || levels.StableReplicas is not null || levels.WorkloadReplicas is not null
            || (seen.Serving != StableServing.Copy && evaluation.Seen.First.Revision != evaluation.Seen.Second.Revision));

    /// <summary>Stable's traffic goes to the copy. True where there is none to be made.</summary>
    public static bool IsServing(Evaluation evaluation) =>
        evaluation.InForce?.Workload is null || evaluation.Seen.Copy is { Serving: StableServing.Copy };

    /// <summary>Since when the workload's pods are not needed, and how often they were taken away since the last rollout.</summary>
    public static (DateTimeOffset? Since, int Times) Notice(Evaluation evaluation)
    {
        var (since, times) = (evaluation.Status.WorkloadUnusedSince, evaluation.Status.WorkloadScaleDowns);
        if (evaluation.InForce?.Workload is null || evaluation.Status.IsRunning) return (null, 0);
        if (evaluation.Seen.Copy is not { } seen) return (since, times);
        if (seen.WorkloadReplicas == 0) return (null, since is null ? times : times + 1);
        var isUnused = evaluation is { Status.StableRevision: not null, Stable.IsReady: true } && evaluation.IsShown(Weight.Zero)
            && seen is { Serving: StableServing.Copy, IsClientServiceDue: false };
        return (isUnused ? since ?? evaluation.Now : null, times);
    }

    /// <summary>When pods that are not needed go; null: there are none, or they are needed.</summary>
    public static DateTimeOffset? ScaleDownAt(Evaluation evaluation)
    {
        if (evaluation is not { InForce.Workload: { } workload, Status.WorkloadUnusedSince: { } since }) return null;
        // Somebody scales it up again: each time it is left for longer.
        var delay = workload.ScaleDownDelay * Math.Pow(2, Math.Min(evaluation.Status.WorkloadScaleDowns, 20));
        return since.After(delay > LongestDelay ? Longer(LongestDelay, workload.ScaleDownDelay) : delay);
    }

    /// <summary>What is waited for before the copy serves; null: for nothing.</summary>
    public static string? Say(Evaluation evaluation)
    {
        if (IsServing(evaluation) || evaluation is not { InForce.Workload: { } workload }) return null;
        var name = workload.CopyName;
        if (evaluation.Seen.CopyRefusal is { } refusal) return $"Deployment {workload.Reference.Name} cannot be copied: {refusal}";
        return evaluation.Seen.Copy switch
        {
            null => $"Deployment {workload.Reference.Name} cannot be read",
            { CopyReplicas: null } => $"copying Deployment {workload.Reference.Name} to {name}",
            { IsCopyAvailable: false, CopyReplicas: { } replicas } => string.Create(CultureInfo.InvariantCulture,
                $"waiting for the {replicas} pods of {name}; {workload.Reference.Name} serves meanwhile{Why(evaluation)}"),
            _ => $"moving the traffic from {workload.Reference.Name} to {name}",
        };
    }

    private static string Why(Evaluation evaluation) =>
        evaluation.Seen.First.Problem is { Length: > 0 } problem ? $" ({problem})" : "";

    /// <summary>Pods that the step in force waits for; null: it waits for none, or has them.</summary>
    public static int? AwaitedScale(Evaluation evaluation)
    {
        if (evaluation is not { Step: Step.SetCanaryScale, Status.Promotion: null, Seen.Copy: { } seen }) return null;
        var needed = AutoscalerPlan.Bound(seen, ScaleAsked(evaluation, Size(seen)));
        if (AutoscalerPlan.IsLeftTo(seen, needed)) needed = Math.Min(needed, seen.WorkloadReplicas);
        return evaluation.Canary.IsReady && evaluation.Canary.ReadyEndpoints >= needed ? null : Math.Max(1, needed);
    }

    // What the last step that sets it asks for, up to the one in force.
    private static int ScaleAsked(Evaluation evaluation, int size)
    {
        var asked = evaluation.Status is { IsRestarting: false, IsBeforeSteps: false }
            ? evaluation.Steps.Take(evaluation.Status.CurrentStepIndex + 1).OfType<Step.SetCanaryScale>().LastOrDefault() : null;
        return asked?.Scale switch
        {
            CanaryScale.Replicas replicas => replicas.Count,
            CanaryScale.Share share => Capacity.PodsFor(share.Weight, size),
            _ => 0,
        };
    }

    // It runs what the workload runs, and its pods are there.
    private static bool IsReadyToServe(Evaluation evaluation, CopyObservation seen) =>
        seen is { HasServices: true, IsCopyAvailable: true, CopyReplicas: > 0 }
        && evaluation.Seen is { First.Revision: { } copied, Second.Revision: { } wanted }
        && copied == (evaluation.Status.StableRevision ?? wanted);

    /// <summary>The canary has the pods that this share needs, less those that the workload's autoscaler took away since Canary
    /// asked for them.</summary>
    public static bool IsLeftToAutoscaler(Evaluation evaluation, Weight share) =>
        evaluation is { InForce.Workload: not null, Seen.Copy: { CopyReplicas: { } size } seen }
        && AutoscalerPlan.IsLeftTo(seen, Needed(evaluation, seen, share, size));

    // How large the service is: the copy's replicas say it. Who scales the workload means the service, unless it has an autoscaler: what
    // that one writes is no wish. Until the copy has one of its own, that of the workload says how many pods the traffic needs.
    private static int Size(CopyObservation seen) => seen switch
    {
        { CopyReplicas: null } => AutoscalerPlan.Bound(seen, seen.WorkloadReplicas),
        { Autoscaler.Copy: not null } => seen.CopyReplicas.Value,
        { Autoscaler: not null, Serving: not StableServing.Copy, WorkloadReplicas: > 0 } => seen.WorkloadReplicas,
        { Autoscaler: not null } => Math.Max(seen.CopyReplicas.Value, seen.WorkloadReplicas),
        { WorkloadReplicas: > 0 } when seen.WorkloadReplicas != seen.WrittenReplicas
            && (seen.WrittenReplicas is not null || seen.Serving != StableServing.Copy) => seen.WorkloadReplicas,
        _ => seen.CopyReplicas.Value,
    };

    private static int? WorkloadReplicas(Evaluation evaluation, CopyObservation seen, int size)
    {
        var status = evaluation.Status;
        if (status.StableRevision is null || seen.Serving != StableServing.Copy) return null;
        if (!status.IsRunning)
            return seen.WorkloadReplicas > 0 && ScaleDownAt(evaluation) <= evaluation.Now ? 0 : null;
        if (status.Abort is not null || status.CanaryRevision == status.StableRevision) return null;
        var share = evaluation.Wanted > status.Weights.Desired ? evaluation.Wanted : status.Weights.Desired;
        var needed = Needed(evaluation, seen, share, size);
        return needed > seen.WorkloadReplicas && !AutoscalerPlan.IsLeftTo(seen, needed) ? needed : null;
    }

    private static int Needed(Evaluation evaluation, CopyObservation seen, Weight share, int size) =>
        AutoscalerPlan.Bound(seen, Math.Max(Math.Max(1, Capacity.PodsFor(share, size)), ScaleAsked(evaluation, size)));

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
