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
    private static CopyLevels? Find(Evaluation evaluation)
    {
        if (evaluation is not { InForce.Workload: not null, Seen.Copy: { } seen }) return null;
        var (size, isWish) = Size(evaluation, seen);
        var stable = StableScale.Replicas(evaluation, seen, size);
        var full = stable < size ? size : (int?)null;
        var isKept = (stable == seen.CopyReplicas && full == seen.NotedReplicas) || AutoscalerPlan.IsZeroHeld(evaluation, seen);
        return new(Serving(evaluation, seen, size), isKept ? null : stable,
            WorkloadReplicas(evaluation, seen, size), StableRevision(evaluation))
        {
            FullReplicas = full,
            IsCopyWanted = StableRevision(evaluation) is not null || seen.IsWorkloadAvailable,
            TakenReplicas = isWish ? size : null,
            Autoscaler = AutoscalerPlan.Find(evaluation, seen),
            RemovesAutoscaler = AutoscalerPlan.IsRemovalDue(evaluation, seen),
            PausesAutoscaler = AutoscalerPlan.IsPauseDue(evaluation, seen),
            RestartAt = evaluation.Status.RestartAt,
            RaisedFor = evaluation.Status.IsRunning && seen.Autoscaler is not null ? AutoscalerPlan.Raise(evaluation) : null,
        };
    }

    /// <summary>What is wanted, where the sides are not yet as they shall be; null: they are.</summary>
    public static CopyLevels? FindDue(Evaluation evaluation) => Find(evaluation) is { } levels && evaluation.Seen.Copy is { } seen
        && (!seen.HasServices || (seen.CopyReplicas is null && levels.IsCopyWanted) || seen.IsClientServiceDue || seen.ArePodsUnlabelled
            || seen.IsRestartDue || seen.IsConfigurationDue || seen.ArePortsDue
            // In a release they come with the template: other ones would change which pods of stable count as available.
            || (seen.AreFieldsDue && !evaluation.Status.IsRunning)
            || (levels.Serving != StableServing.Neither && levels.Serving != seen.Serving)
            || (levels.StableReplicas is not null && seen.CopyReplicas is not null) || levels.WorkloadReplicas is not null
            || levels.TakenReplicas is not null || levels.RestartAt is not null || AutoscalerPlan.IsDue(seen, levels.Autoscaler)
            || levels.PausesAutoscaler || levels.RemovesAutoscaler
            || (levels is { IsCopyWanted: true, StableRevision: null }
                && seen is { Serving: not StableServing.Copy, CopyReplicas: not null }
                && evaluation.Seen.First.Revision != evaluation.Seen.Second.Revision)) ? levels : null;

    /// <summary>Stable's traffic goes to the copy, and the copy is the stable version. True where there is none to be made.</summary>
    public static bool IsServing(Evaluation evaluation) =>
        evaluation.InForce?.Workload is null
        || (evaluation.Seen.Copy is { Serving: StableServing.Copy } seen && IsTaken(evaluation, seen));

    /// <summary>The revision of the copy, where the workload was taken over already; null: it is to be.</summary>
    public static string? StableRevision(Evaluation evaluation) =>
        evaluation.Status.Accepted?.Workload?.Reference == evaluation.InForce?.Workload?.Reference
            ? evaluation.Status.StableRevision : null;

    /// <summary>How large the service is, for a copy that has to be made again; null: not known.</summary>
    public static int? NoticeSize(Evaluation evaluation) => evaluation switch
    {
        { InForce.Workload: null } => null,
        { Seen.Copy: { CopyReplicas: > 0, ServiceReplicas: var replicas, Serving: StableServing.Copy } } => replicas,
        _ => evaluation.Status.StableReplicas,
    };

    /// <summary>Since when the workload's pods are not needed, and how often they were taken away since the last rollout.</summary>
    public static (DateTimeOffset? Since, int Times) Notice(Evaluation evaluation)
    {
        var (since, times) = (evaluation.Status.WorkloadUnusedSince, evaluation.Status.WorkloadScaleDowns);
        if (evaluation.InForce?.Workload is null) return (null, 0);
        if (evaluation.Status.IsRunning)
            return IsOutdated(evaluation) && evaluation is { Status.IsRestarting: true, Seen.Copy.WorkloadReplicas: > 0 }
                && evaluation.IsShown(Weight.Zero) ? (since ?? evaluation.Now, 0) : (null, 0);
        if (evaluation.Seen.Copy is not { } seen) return (since, times);
        if (seen.WorkloadReplicas == 0) return (null, since is null ? times : times + 1);
        var isUnused = StableRevision(evaluation) is not null && evaluation.Stable.IsReady && evaluation.IsShown(Weight.Zero)
            && seen is { Serving: StableServing.Copy, IsCopyAvailable: true, FullReplicas: null, IsClientServiceDue: false };
        return (isUnused ? since ?? evaluation.Now : null, times);
    }

    /// <summary>The configuration that the workload's pods started with: that of the moment in which it had none.</summary>
    public static string? NoticeConfiguration(Evaluation evaluation) => evaluation switch
    {
        { InForce.Workload: null } => null,
        { Seen: { Copy.HasWorkloadPods: false, Second.Configuration: { } now } } => now,
        _ => evaluation.Status.WorkloadConfiguration ?? evaluation.Seen.Second.Configuration,
    };

    /// <summary>Pods of the workload started before its configuration became what it is. A container reads its environment once, and no
    /// Deployment replaces its pods for a ConfigMap: Canary takes them away, and those that come read it anew.</summary>
    public static bool IsOutdated(Evaluation evaluation) => evaluation is
    {
        InForce.Workload: not null, Seen: { Copy.HasWorkloadPods: true, Second.Configuration: { } now },
        Status.WorkloadConfiguration: { } read
    } && read != now;

    /// <summary>When pods that are not needed go; null: there are none, they are needed, or KEDA would start them again.</summary>
    public static DateTimeOffset? ScaleDownAt(Evaluation evaluation) =>
        UnneededAt(evaluation) is { } at && (at > evaluation.Now || evaluation.Seen.Copy is not { } seen || AutoscalerPlan.IsAtRest(seen))
            ? at : null;

    /// <summary>Why pods that are not needed stay; null: they do not.</summary>
    public static string? SayKept(Evaluation evaluation) =>
        evaluation is { Status.IsRunning: false, InForce.Workload: { } workload, Seen.Copy: { WorkloadReplicas: > 0 } seen }
        && !AutoscalerPlan.IsAtRest(seen) && UnneededAt(evaluation) <= evaluation.Now
            ? $"Deployment {workload.Reference.Name} keeps its pods until KEDA has paused its ScaledObject and removed the "
                + "HorizontalPodAutoscaler of it: is KEDA running, and 2.12 or newer?" : null;

    private static DateTimeOffset? UnneededAt(Evaluation evaluation)
    {
        if (evaluation is not { InForce.Workload: { } workload, Status.WorkloadUnusedSince: { } since }) return null;
        // Somebody scales it up again: each time it is left for longer.
        var first = CopiedWorkload.Bound(BlueGreenSwitch.AbortDelay(evaluation) ?? workload.ScaleDownDelay);
        var delay = first * Math.Pow(2, Math.Min(evaluation.Status.WorkloadScaleDowns, 20));
        return since.After(delay > LongestDelay ? Longer(LongestDelay, first) : delay);
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
            { CopyReplicas: null, IsWorkloadAvailable: false } =>
                $"waiting until Deployment {workload.Reference.Name} is rolled out, and not paused, before it is copied",
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
        if (evaluation is not { Status.Promotion: null, Seen.Copy: { } seen }
            || !(evaluation.Step is Step.SetCanaryScale || BlueGreenSwitch.IsPreviewStarting(evaluation))) return null;
        var needed = AutoscalerPlan.Bound(seen, ScaleAsked(evaluation, Size(evaluation, seen).Size));
        if (AutoscalerPlan.IsLeftTo(evaluation, seen, needed)) needed = Math.Min(needed, seen.WorkloadReplicas);
        var required = ReadyThresholds.Required(evaluation.Thresholds.Canary, needed);
        return evaluation.Canary.IsReady && evaluation.Canary.ReadyEndpoints >= required ? null : Math.Max(1, needed);
    }

    // What the last step that sets it asks for, up to the one in force.
    private static int ScaleAsked(Evaluation evaluation, int size)
    {
        if (BlueGreenSwitch.PreviewReplicas(evaluation, size) is { } preview) return preview;
        var asked = evaluation.Status is { IsRestarting: false, IsBeforeSteps: false }
            ? evaluation.Steps.Take(evaluation.Status.CurrentStepIndex + 1).OfType<Step.SetCanaryScale>().LastOrDefault() : null;
        return asked?.Scale switch
        {
            CanaryScale.Replicas replicas => replicas.Count,
            CanaryScale.Share share => Capacity.PodsFor(share.Weight, size),
            _ => 0,
        };
    }

    // A copy of an earlier life may have another version, or too few pods: it is the stable one only where nothing else could be.
    private static bool IsTaken(Evaluation evaluation, CopyObservation seen) =>
        StableRevision(evaluation) is not null || seen.WorkloadReplicas == 0
        || (evaluation.Seen is { First.Revision: { } copied, Second.Revision: { } wanted } && copied == wanted
            && seen.CopyReplicas >= Size(evaluation, seen).Size);

    /// <summary>The canary has the pods that this share needs, less those that the workload's autoscaler took away since Canary
    /// asked for them.</summary>
    public static bool IsLeftToAutoscaler(Evaluation evaluation, Weight share) =>
        evaluation is { InForce.Workload: not null, Seen.Copy: { ServiceReplicas: { } size } seen }
        && AutoscalerPlan.IsLeftTo(evaluation, seen, Needed(evaluation, seen, share, size));

    private static StableServing Serving(Evaluation evaluation, CopyObservation seen, int size)
    {
        if (StableRevision(evaluation) is not { } stable)
        {
            if (seen is { HasServices: true, IsCopyAvailable: true, CopyReplicas: > 0 } && seen.CopyReplicas == size
                && IsTaken(evaluation, seen)) return StableServing.Copy;
            // What serves goes on serving until the workload can.
            return seen.Serving != StableServing.Copy || (seen.IsWorkloadAvailable && !IsTaken(evaluation, seen)) ? StableServing.Workload
                : StableServing.Neither;
        }

        var canStandIn = seen.IsWorkloadAvailable && evaluation.Seen.Second.Revision == stable && !IsOutdated(evaluation);
        if (!canStandIn) return seen.CopyReplicas is null ? StableServing.Neither : StableServing.Copy;
        return seen.IsCopyAvailable || (seen is { Serving: StableServing.Copy, HasCopyPods: true }) ? StableServing.Copy
            : StableServing.Workload;
    }

    // How large the service is: the copy's replicas say it. Who scales the workload while nothing is released means the service, once,
    // unless it has an autoscaler: what that one writes is no wish. Until the copy has one of its own, that of the workload says how many
    // pods the traffic needs.
    private static (int Size, bool IsWish) Size(Evaluation evaluation, CopyObservation seen)
    {
        if (evaluation.Status is { Scale: { } scale, IsRunning: false }) return (scale.Replicas, false);
        if (StableRevision(evaluation) is null)
        {
            var asked = seen.WorkloadReplicas > 0 ? AutoscalerPlan.Bound(seen, seen.WorkloadReplicas) : seen.CopyReplicas ?? 0;
            // A Rollout before this one may have gone in the middle of a release, with both sides small.
            return (Math.Max(asked, seen.Autoscaler?.Copy is null ? seen.FullReplicas ?? 0 : seen.ServiceReplicas ?? 0), false);
        }

        var size = seen.ServiceReplicas
            ?? AutoscalerPlan.Bound(seen, evaluation.Status.StableReplicas ?? Math.Max(1, seen.WorkloadReplicas));
        if (seen.Autoscaler is { } autoscaler)
            return (seen.CopyReplicas is null || autoscaler.Copy is not null ? size : Math.Max(size, seen.WorkloadReplicas), false);
        return IsWish(evaluation, seen) ? (seen.WorkloadReplicas, true) : (size, false);
    }

    // In the first look after an autoscaler went, what it wrote last is not noted yet.
    private static bool IsWish(Evaluation evaluation, CopyObservation seen) =>
        !evaluation.Status.IsRunning && seen is { WorkloadReplicas: > 0, WrittenReplicas: { } written, IsAutoscalerLeft: false }
        && seen.WorkloadReplicas != written && seen.WorkloadReplicas != seen.WishedReplicas;

    /// <summary>The scale by request that is still in force; null: none was asked for, or it was reached. Somebody who scales the workload
    /// up by hand ends it too.</summary>
    public static RequestedScale? NoticeScale(Evaluation evaluation)
    {
        if (evaluation is not { InForce.Workload: not null, Status.Scale: { } scale }) return null;
        // A push came before it was carried out: it is, after the release.
        if (evaluation.Status.IsRunning) return scale;
        if (evaluation.Seen.Copy is not { } seen) return scale;
        if (seen.Autoscaler is null && IsWish(evaluation, seen)) return null;
        // Two autoscalers are at rest. Who gives the workload pods by hand means the service; what an autoscaler did is no wish.
        if (seen is { Autoscaler: not null, WrittenReplicas: 0 } && scale.Replicas == 0 && AutoscalerPlan.IsAtRest(seen)
            && IsWish(evaluation, seen))
            return scale with { Replicas = AutoscalerPlan.Bound(seen, seen.WorkloadReplicas), By = "" };
        var isReached = scale.Replicas > 0
            && (seen.CopyReplicas == scale.Replicas || seen is { Autoscaler: not null, CopyReplicas: > 0 });
        return isReached ? null : scale;
    }

    /// <summary>Nothing is released, and the service has no pods on purpose: traffic finds none, by request. A new version waits until it
    /// is scaled up.</summary>
    public static bool IsAtZero(Evaluation evaluation) =>
        evaluation is { InForce.Workload: not null, Status.IsRunning: false } && StableRevision(evaluation) is not null
        && (evaluation.Status.Scale is { Replicas: 0 }
            || evaluation.Seen.Copy is { ServiceReplicas: 0, Serving: StableServing.Copy });

    /// <summary>Why it has no pods.</summary>
    public static string SayZero(Evaluation evaluation)
    {
        var waits = evaluation.Target is { } target && target != evaluation.Status.StableRevision
            && target != evaluation.Status.CanaryRevision ? $"; revision {target} is released when it is scaled up" : "";
        var name = evaluation.InForce!.Workload!.CopyName;
        var why = evaluation.Status.Scale is { Replicas: 0 } scale
            ? $"scaled to zero{(scale.By.Length > 0 ? $" by {scale.By}" : "")}; canary scale gives it pods again"
            : $"Deployment {name} was scaled to zero; scale it up, or use canary scale";
        if (evaluation.Seen.Copy is { } seen && AutoscalerPlan.IsZeroHeld(evaluation, seen))
            why += $"; Deployment {name} keeps its pods until KEDA has let its ScaledObject go";
        return $"{why}{(evaluation.Status.StableReplicas is { } before ? string.Create(CultureInfo.InvariantCulture, $" (it had {before})")
            : "")}{waits}";
    }

    private static int? WorkloadReplicas(Evaluation evaluation, CopyObservation seen, int size)
    {
        var status = evaluation.Status;
        if (!IsServing(evaluation) || StableRevision(evaluation) is null) return null;
        if (!status.IsRunning)
            return seen.WorkloadReplicas > 0 && AutoscalerPlan.IsAtRest(seen)
                && (status.Scale is { Replicas: 0 } || ScaleDownAt(evaluation) <= evaluation.Now) ? 0 : null;
        if (status.Abort is not null || status.CanaryRevision == status.StableRevision) return null;
        if (status.IsRestarting && IsOutdated(evaluation))
            return seen.WorkloadReplicas > 0 && ScaleDownAt(evaluation) <= evaluation.Now ? 0 : null;
        var needed = Needed(evaluation, seen, evaluation.CanaryShare, size);
        return needed > seen.WorkloadReplicas && !AutoscalerPlan.IsLeftTo(evaluation, seen, needed) ? needed : null;
    }

    // Where some of the pods may never become ready, there are so many more that the others bear the share.
    private static int Needed(Evaluation evaluation, CopyObservation seen, Weight share, int size) =>
        AutoscalerPlan.Bound(seen, Math.Max(
            ReadyThresholds.Asked(evaluation.Thresholds.Canary, Math.Max(1, Capacity.PodsFor(share, size))), ScaleAsked(evaluation, size)));

    private static TimeSpan Longer(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
