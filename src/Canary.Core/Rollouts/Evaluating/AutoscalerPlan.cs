using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// The autoscaler of one workload is carried over to the copy, which serves. Two autoscalers and Canary never write the same replicas in
/// turn: the copy's alone sets those of the copy. In those of the workload Canary only ever raises, once per raise, where a
/// HorizontalPodAutoscaler is active. A ScaledObject is paused from the takeover to the deletion of the Rollout: Canary alone sets them.
/// </summary>
internal static class AutoscalerPlan
{
    /// <summary>How long after a rollout the copy's takes no pods away yet: until then it remembers measurements without traffic. The
    /// default of <c>scaleDown.stabilizationWindowSeconds</c>.</summary>
    public static readonly TimeSpan HoldAfterRollout = TimeSpan.FromMinutes(5);

    /// <summary>How that of the copy shall be; null: the workload has none, or the copy has no traffic yet, and one without traffic would
    /// take its pods away.</summary>
    public static AutoscalerLevels? Find(Evaluation evaluation, CopyObservation seen)
    {
        if (seen.Autoscaler is not { } autoscaler || IsZeroWanted(evaluation, autoscaler)) return null;
        // One of its name is still being deleted: it is made again when that is gone.
        if (autoscaler is { Copy: null, IsCopyLeaving: true }) return null;
        var isServing = seen.Serving == StableServing.Copy && (evaluation.Status.IsRunning || evaluation.IsShown(Weight.Zero));
        if (autoscaler.Copy is null && !isServing) return null;
        // The canary has all of the traffic, and its autoscaler may have added pods: the copy gets as many before it takes over.
        var isReturning = evaluation.IsUnderWay && evaluation.Status.Promotion is not null;
        var least = isReturning ? Math.Clamp(WithoutSpare(evaluation, seen), autoscaler.MinReplicas, Most(autoscaler))
            : autoscaler.MinReplicas;
        return new AutoscalerLevels(least, autoscaler.IsScaleDownDisabled || !isServing
            || evaluation.Status.IsRunning || seen.WorkloadReplicas > 0
            || ReleaseAt(evaluation) > evaluation.Now);
    }

    /// <summary>That of the workload is to be paused: the copy serves, and has its own. It is not resumed for a release. KEDA takes no
    /// second pause for one where it did not record that the first one ended, and would then start pods of an idle workload.</summary>
    public static bool IsPauseDue(Evaluation evaluation, CopyObservation seen) =>
        seen is { Serving: StableServing.Copy, Autoscaler: { Pause: AutoscalerPause.Active } autoscaler }
        && (autoscaler.Copy is not null || IsZeroWanted(evaluation, autoscaler)) && CopyPlan.StableRevision(evaluation) is not null;

    /// <summary>The copy's ScaledObject is to be deleted: the service is scaled to zero by request, and KEDA would start pods again. It is
    /// not paused, since KEDA may ignore a second pause. It is made again when the service is scaled up.</summary>
    public static bool IsRemovalDue(Evaluation evaluation, CopyObservation seen) =>
        seen.Autoscaler is { Copy: not null } autoscaler && IsZeroWanted(evaluation, autoscaler);

    /// <summary>The copy keeps its pods until KEDA has let its ScaledObject go.</summary>
    public static bool IsZeroHeld(Evaluation evaluation, CopyObservation seen) =>
        seen is { CopyReplicas: > 0, Autoscaler: { } autoscaler } && (autoscaler.Copy is not null || autoscaler.IsCopyLeaving)
        && IsZeroWanted(evaluation, autoscaler);

    private static bool IsZeroWanted(Evaluation evaluation, AutoscalerObservation autoscaler) =>
        evaluation.Status is { IsRunning: false, Scale: { Replicas: 0 } } && autoscaler.Pause is not AutoscalerPause.NotNeeded;

    /// <summary>That of the workload starts no pods of it when it has none.</summary>
    public static bool IsAtRest(CopyObservation seen) =>
        seen.Autoscaler is null or { Pause: AutoscalerPause.NotNeeded or AutoscalerPause.Paused };

    /// <summary>That of the copy is not as it shall be, or one too many.</summary>
    public static bool IsDue(CopyObservation seen, AutoscalerLevels? wanted) => seen.IsAutoscalerLeft
        || (wanted is not null && seen.Autoscaler?.Copy is var copy && (copy is not { IsCurrent: true } || copy.Levels != wanted));

    /// <summary>When that of the copy may take pods away again; null: it may, or nobody knows.</summary>
    public static DateTimeOffset? ReleaseAt(Evaluation evaluation) =>
        evaluation is { Seen.Copy.Autoscaler.Copy.Levels.IsScaleDownHeld: true, Status.IsRunning: false }
        && evaluation.Status.History.FirstOrDefault()?.EndedAt.After(HoldAfterRollout) is { } end && end > evaluation.Now ? end : null;

    /// <summary>Replicas that the workload needs for so many pods: an autoscaler that is active has at least its fewest and at most its
    /// most.</summary>
    public static int Bound(CopyObservation seen, int pods) =>
        seen.Autoscaler is { } autoscaler ? Math.Clamp(pods, autoscaler.MinReplicas, Most(autoscaler)) : pods;

    /// <summary>Canary gave the workload these replicas for the raise that is due, and its autoscaler took some away: what it leaves
    /// counts. What was given for an earlier raise says nothing of this one.</summary>
    public static bool IsLeftTo(Evaluation evaluation, CopyObservation seen, int needed) =>
        seen is { Autoscaler: { Pause: not AutoscalerPause.Paused } autoscaler, WrittenReplicas: { } written }
        && written >= needed && seen.WorkloadReplicas >= autoscaler.MinReplicas && seen.RaisedFor == Raise(evaluation);

    /// <summary>Names the raise that is due, or the last one: the revision, its attempt, and the canary's share of the requests.</summary>
    public static string Raise(Evaluation evaluation) => string.Create(CultureInfo.InvariantCulture,
        $"{evaluation.Status.CanaryRevision} {evaluation.Status.Attempt} {evaluation.CanaryShare}");

    // Canary gave the workload more pods than it needs where some of them may never become ready. An autoscaler that is active takes those
    // away itself, and what it leaves is needed.
    private static int WithoutSpare(Evaluation evaluation, CopyObservation seen) =>
        seen.Autoscaler is { Pause: AutoscalerPause.Paused } && seen.WrittenReplicas is { } written && seen.WorkloadReplicas <= written
            ? Math.Min(seen.WorkloadReplicas, ReadyThresholds.Required(evaluation.Thresholds.Canary, written)) : seen.WorkloadReplicas;

    private static int Most(AutoscalerObservation autoscaler) => Math.Max(autoscaler.MinReplicas, autoscaler.MaxReplicas);
}
