using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// The pods of a set with the update strategy <c>OnDelete</c>: a pod that goes comes back at the present template, whatever was decided.
/// So a pod is evicted only when that template is what it is to run: to give the canary a pod, to finish a promotion, or to bring pods
/// back after the template was reverted. Never while a template that was rolled back is there.
/// </summary>
internal static class OnDeletePlan
{
    /// <summary>The pod that goes now; null: none, or it has to wait.</summary>
    public static SetPod? FindNext(Evaluation evaluation, SetObservation seen) =>
        // A pod that is not ready costs nothing.
        Candidates(evaluation, seen).OrderBy(pod => IsOfStable(evaluation, pod)).ThenBy(pod => pod.IsReady).ThenBy(pod => pod.Index)
            .FirstOrDefault() is { } next && MayGo(evaluation, seen, next) ? next : null;

    /// <summary>Pods that are to go, in no order.</summary>
    public static IEnumerable<SetPod> Candidates(Evaluation evaluation, SetObservation seen)
    {
        // With another strategy Kubernetes replaces pods itself.
        if (seen.UpdateRevision is not { } update || !SetPlan.IsTakenOver(evaluation) || seen.IsRolling) return [];
        var others = Living(seen).Where(pod => !pod.IsTerminating && pod.Revision != update);
        // What keeps a release from going on, as too few Nodes do, keeps no pod from coming back, nor the last one from being updated.
        if (IsReverted(evaluation, seen) || (evaluation.IsStableWritten && update == evaluation.Status.CanaryRevision)) return others;
        if (evaluation.Seen.Problems.Count > 0 || !evaluation.IsUnderWay || update != evaluation.Status.CanaryRevision) return [];
        return IsGrowing(evaluation, seen) ? others
            // Nobody needs pods of a version in between.
            : others.Where(pod => !IsOfStable(evaluation, pod));
    }

    /// <summary>Pods that run another revision than the stable one while nothing is released.</summary>
    public static IEnumerable<SetPod> Strays(Evaluation evaluation, SetObservation seen) =>
        Living(seen).Where(pod => !pod.IsTerminating && pod.Revision != evaluation.Status.StableRevision);

    /// <summary>Pods of the canary for a share: the share, rounded up, and at least one. Stable keeps one until it has no
    /// traffic. A pod that is gone and not made again yet counts: it is on its way.</summary>
    public static int Needed(SetObservation seen, Weight weight) =>
        Math.Clamp(Capacity.PodsFor(weight, seen.Replicas), 1,
            Math.Max(1, Living(seen).Count() + Math.Max(0, seen.Replicas - seen.Pods.Count) - 1));

    /// <summary>No pod is on its way, and those that were replaced are ready. A pod of stable that is not ready keeps nobody
    /// waiting: its Node may be broken for long.</summary>
    public static bool IsQuiet(SetObservation seen) => seen.Pods.Count >= seen.Replicas
        && Living(seen).All(pod => !pod.IsTerminating && (pod.IsReady || pod.Revision != seen.UpdateRevision));

    /// <summary>The revision of the template, where all pods run it; null: they do not, or none is ready.</summary>
    public static string? FindUniform(SetObservation seen) =>
        seen.UpdateRevision is { } update && seen.Pods.Count >= seen.Replicas && Living(seen).All(pod => pod.Revision == update)
        && seen.Pods.Any(pod => pod.IsReady) ? update : null;

    /// <summary>The revision of the template, where no pod of stable is left to serve, and it has a ready pod; null: not so.</summary>
    public static string? FindOvertaking(Evaluation evaluation, SetObservation seen) =>
        seen.UpdateRevision is { } update && Living(seen).All(pod => !IsOfStable(evaluation, pod))
        && seen.Pods.Any(pod => pod.IsReady && pod.Revision == update) ? update : null;

    /// <summary>Pods that keep the set from being taken over, by name.</summary>
    public static IEnumerable<string> Older(SetObservation seen) =>
        Living(seen).Where(pod => seen.UpdateRevision is { } update && pod.Revision != update).Select(pod => pod.Name);

    /// <summary>Pods whose Nodes answer.</summary>
    private static IEnumerable<SetPod> Living(SetObservation seen) => seen.Pods.Where(pod => !pod.IsLost);

    private static bool IsOfStable(Evaluation evaluation, SetPod pod) => pod.Revision == evaluation.Status.StableRevision;

    // The canary lacks pods for its share.
    private static bool IsGrowing(Evaluation evaluation, SetObservation seen) =>
        Updated(seen) < Needed(seen, evaluation.CanaryShare) && !SetPlan.IsWaiting(evaluation);

    private static bool IsReverted(Evaluation evaluation, SetObservation seen) =>
        seen.UpdateRevision == evaluation.Status.StableRevision && !evaluation.IsStableWritten;

    // The traffic is to return, and no pod of stable is left that it could return to: only one that is evicted comes back as one. What
    // serves all of the traffic goes on for a progress deadline, since other Nodes may join.
    private static bool IsStableGone(Evaluation evaluation, SetObservation seen) =>
        IsReverted(evaluation, seen) && !evaluation.IsUnderWay && Living(seen).All(pod => !IsOfStable(evaluation, pod))
        && (evaluation.Seen.Routes.Any(route => evaluation.Shown(route) < Weight.Full) || IsOverdue(evaluation));

    private static bool IsOverdue(Evaluation evaluation) => evaluation.InForce is { ProgressDeadline: var deadline }
        && (evaluation.Status.Abort?.Since ?? evaluation.Status.History.FirstOrDefault()?.EndedAt) is { } since
        && since.After(deadline) <= evaluation.Now;

    private static int Updated(SetObservation seen) =>
        Living(seen).Count(pod => !pod.IsTerminating && pod.Revision == seen.UpdateRevision);

    private static bool MayGo(Evaluation evaluation, SetObservation seen, SetPod pod)
    {
        // It may have traffic.
        if (pod.Revision == seen.Services.Canary && !SetPlan.HasNoTraffic(evaluation) && !IsStableGone(evaluation, seen)) return false;
        if (evaluation.IsStableWritten) return seen.Services.Stable == evaluation.Status.CanaryRevision && IsQuiet(seen);
        if (!IsOfStable(evaluation, pod)) return !pod.IsReady || IsQuiet(seen);
        return IsQuiet(seen) && SetPlan.IsSettledAt(evaluation, seen, Updated(seen))
            && seen.Pods.Any(other => other.Uid != pod.Uid && other.IsReady && IsOfStable(evaluation, other));
    }
}
