using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts.Sets;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>Pods of a set that run another revision than they are to, and which of them goes next, so that it comes back at the right
/// one.</summary>
internal static class SetEvictions
{
    /// <summary>The pod that goes now; null: none, or it has to wait.</summary>
    public static SetPod? Find(Evaluation evaluation, SetObservation seen)
    {
        if (seen.UpdateRevision is null) return null;
        if (seen.IsOnDelete) return OnDeletePlan.FindNext(evaluation, seen);
        var pods = (ComeBack(evaluation, seen) ? Strays(evaluation) : []).Concat(Stuck(evaluation, seen));
        // A pod that is not ready costs nothing. The others go from the highest down.
        var next = pods.OrderBy(pod => pod.IsReady).ThenByDescending(pod => pod.Index).FirstOrDefault();
        return next is not null && MayGo(evaluation, seen, next) ? next : null;
    }

    /// <summary>Pods are to go, now or when others are ready.</summary>
    public static bool AreWaiting(Evaluation evaluation) =>
        evaluation.Seen.Set is { IsOnDelete: true } seen ? OnDeletePlan.Candidates(evaluation, seen).Any() : Strays(evaluation).Any();

    /// <summary>Pods below the partition that do not run the stable revision. Without a partition, all that do not.</summary>
    public static IEnumerable<SetPod> Strays(Evaluation evaluation) =>
        evaluation is not { Seen.Set: { } seen, IsStableWritten: false } || !SetPlan.IsTakenOver(evaluation) ? []
            : seen.IsOnDelete ? OnDeletePlan.Strays(evaluation, seen)
            : seen.Pods.Where(pod => pod.Index < seen.Partition && !pod.IsTerminating && pod.Revision != evaluation.Status.StableRevision);

    /// <summary>Pods below the partition, or all without one, come back at the stable revision.</summary>
    public static bool ComeBack(Evaluation evaluation, SetObservation seen) => seen.CurrentRevision == evaluation.Status.StableRevision;

    // The controller of an ordered set waits for a pod that never becomes ready, also when there is a newer template.
    private static IEnumerable<SetPod> Stuck(Evaluation evaluation, SetObservation seen) => evaluation.IsUnderWay
        ? seen.Pods.Where(pod => pod.Index >= seen.Partition && pod is { IsReady: false, IsTerminating: false }
            && pod.Revision != seen.UpdateRevision)
        : [];

    private static bool MayGo(Evaluation evaluation, SetObservation seen, SetPod pod)
    {
        if (!pod.IsReady) return true;
        if (!SetPlan.AreAllReady(seen)) return false;
        if (pod.Revision != seen.Services.Canary) return true;
        // It may have traffic.
        var desired = evaluation.Status.Weights.Desired;
        return evaluation.IsShown(desired) && (SetPlan.HasNoTraffic(evaluation)
            || evaluation.Canary.ReadyEndpoints > SetPlan.Needed(evaluation, seen, evaluation.CanaryShare));
    }
}
