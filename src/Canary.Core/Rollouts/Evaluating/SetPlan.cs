using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// A set has a number of pods, and both sides share them. So the weight follows the pods, and the pods follow the weight, one at a time: a
/// pod is updated only when the one before it has its share of the traffic, and stable keeps a pod until it has no traffic.
/// </summary>
internal static class SetPlan
{
    private const int MostNamed = 5;

    /// <summary>What is wanted, where it is not so yet; null: it is, or the spec names no set, or it cannot be read.</summary>
    public static SetLevels? FindDue(Evaluation evaluation)
    {
        if (evaluation is not { InForce.Set: not null, Seen.Set: { } seen }) return null;
        var levels = IsTakenOver(evaluation) ? Keep(evaluation, seen) : TakeOver(evaluation, seen);
        var isHoldDue = !seen.IsOnDelete && levels.Partition == SetLevels.Held && seen.Partition != SetLevels.Held;
        // Without what tells the sides apart every request fails, whatever else is in the way. A template that the last pods would be
        // updated to comes first.
        if (IsTakenOver(evaluation) && evaluation.Seen.Problems.Count > 0 && !seen.Services.AreThere)
            return isHoldDue && evaluation.Status.Promotion is (PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic)
                ? new(null, null, SetLevels.Held, null) : new(levels.StableRevision, levels.CanaryRevision, null, null);
        // What is in the way of a release lets no template pass that was not analysed. Nothing else is written. Before the set is taken
        // over that may be the route: it can name the Services only when they are there.
        if (!seen.IsOnDelete && IsTakenOver(evaluation) && evaluation.Seen.Problems.Count > 0)
            return isHoldDue ? new(null, null, SetLevels.Held, null) : null;
        levels = levels with
        {
            StableRevision = levels.StableRevision == seen.Services.Stable ? null : levels.StableRevision,
            CanaryRevision = levels.CanaryRevision == seen.Services.Canary ? null : levels.CanaryRevision,
            Partition = levels.Partition == seen.Partition ? null : levels.Partition,
        };
        // A pod comes back at what the partition says, so that is written first.
        if (levels.Partition is null) levels = levels with { Evicted = SetEvictions.Find(evaluation, seen) };
        return seen.Services.AreThere && levels == new SetLevels(null, null, null, null) ? null : levels;
    }

    /// <summary>Stable's Service selects one revision, and a new template updates no pod. True where the spec names no set.</summary>
    public static bool IsServing(Evaluation evaluation) => evaluation.InForce?.Set is null
        || evaluation.Seen.Set is { Services: { AreThere: true, Stable: not null }, Partition: null or SetLevels.Held };

    /// <summary>The set was taken over already.</summary>
    public static bool IsTakenOver(Evaluation evaluation) => evaluation.Status is { StableRevision: not null, Accepted.Set: { } accepted }
        && accepted.Reference == evaluation.InForce?.Set?.Reference;

    /// <summary>A change of the pods is under way, or waits for others.</summary>
    public static bool IsMoving(Evaluation evaluation) => evaluation.InForce?.Set is not null
        && (FindDue(evaluation) is not null || !IsTakenOver(evaluation) || SetEvictions.AreWaiting(evaluation));

    /// <summary>The weight that can be had now: the one that is wanted, or on the way up to it as much as the ready pods bear; null: the
    /// spec names no set.</summary>
    public static Weight? Reachable(Evaluation evaluation)
    {
        if (evaluation is not { InForce.Set: not null }) return null;
        var (wanted, desired) = (evaluation.Wanted, evaluation.Status.Weights.Desired);
        if (wanted <= desired || Bears(evaluation, wanted)) return wanted;
        if (evaluation.Seen.Set is not { Replicas: > 0 } seen || !IsBehindItsService(evaluation, seen)) return desired;
        var borne = Weight.FromPercent(Math.Min(100, 100L * evaluation.Canary.ReadyEndpoints / seen.Replicas));
        return borne > desired ? borne < wanted ? borne : wanted : desired;
    }

    /// <summary>More traffic than now can go to the canary, though not yet as much as the step asks for.</summary>
    public static bool IsRaisable(Evaluation evaluation) =>
        evaluation.Status.Weights is var weights && Reachable(evaluation) is { } next && next > weights.Desired && next < evaluation.Wanted
        && evaluation.IsShown(weights.Desired) && evaluation.IsFenced;

    /// <summary>The canary's ready pods are enough for this share.</summary>
    public static bool Bears(Evaluation evaluation, Weight weight) =>
        evaluation.Seen.Set is { } seen && IsBehindItsService(evaluation, seen)
        && evaluation.Canary.ReadyEndpoints >= (Capacity.IsRequired(evaluation) ? Needed(evaluation, seen, weight) : 1);

    /// <summary>Pods of the canary for a share: the share, rounded up, and at least one. Stable keeps one until it has no
    /// traffic.</summary>
    public static int Needed(Evaluation evaluation, SetObservation seen, Weight weight) =>
        seen.IsOnDelete ? OnDeletePlan.Needed(seen, weight)
        : Math.Clamp(Capacity.PodsFor(weight, seen.Replicas), 1, Math.Max(1, seen.Replicas - 1 - LowestOfStable(evaluation, seen)));

    /// <summary>All pods run this revision and come back at it, and it is not the stable one: somebody updated them while Canary was away
    /// or held them, or Kubernetes replaced them one by one. Nothing else is there to serve. Null: not so.</summary>
    public static string? FindOvertaking(Evaluation evaluation) =>
        evaluation is { InForce.Set: not null, Seen.Set: { } seen } && IsTakenOver(evaluation)
        && (seen.IsOnDelete ? OnDeletePlan.FindOvertaking(evaluation, seen) : FindUniform(seen)) is { } revision
        && revision != evaluation.Status.StableRevision
        && !(IsFinal(evaluation) && revision == evaluation.Status.CanaryRevision) ? revision : null;

    /// <summary>The last pods are updated to what was analysed. False where none runs it any more: another revision took its
    /// place.</summary>
    public static bool IsFinal(Evaluation evaluation) =>
        evaluation.Status.Promotion is PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic
        && (evaluation.Seen.Set is not { } seen || seen.Pods.Any(pod => pod.Revision == evaluation.Status.CanaryRevision));

    /// <summary>What the canary lacks for the weight that is wanted or in force; null: nothing.</summary>
    public static string? CanaryLacks(Evaluation evaluation)
    {
        var share = evaluation.CanaryShare;
        if (!evaluation.IsUnderWay || evaluation.Status.Promotion == PromotionStage.ReturningTraffic || Bears(evaluation, share))
            return null;
        return evaluation.Seen.Set is not { } seen ? $"{evaluation.InForce?.Set} cannot be read"
            : string.Create(CultureInfo.InvariantCulture,
                $"weight {share} needs {Needed(evaluation, seen, share)} of the {seen.Replicas} pods of "
                    + $"{evaluation.InForce!.Set!.Reference.Name} at revision {evaluation.Status.CanaryRevision}, ready; "
                    + $"{evaluation.Canary.ReadyEndpoints} {(evaluation.Canary.ReadyEndpoints == 1 ? "is" : "are")}")
                + LastOfStable(evaluation, seen);
    }

    /// <summary>How many pods a rollback would find; null: all.</summary>
    public static string? FewerForRollback(Evaluation evaluation) =>
        evaluation is { InForce.Set: not null, IsStableWritten: false, Seen.Set: { } seen }
        && evaluation.Status is { IsRunning: true, StableRevision: { } stable }
        && seen.Services.Stable == stable && evaluation.Stable.ReadyEndpoints < seen.Replicas
            ? string.Create(CultureInfo.InvariantCulture,
                $"{evaluation.Stable.ReadyEndpoints} of {seen.Replicas} pods run the stable revision: a rollback sends all of the traffic "
                    + $"to them, {(seen.IsOnDelete ? "until the template is reverted" : $"until the others are back at {stable}")}")
            : null;

    /// <summary>How many pods serve while a template that was rolled back keeps the others from coming back; null: all.</summary>
    public static string? FewerServe(Evaluation evaluation) =>
        evaluation is { Status: { IsRunning: false, StableRevision: { } stable }, InForce.Set: { } set, Seen.Set: { } seen }
        && !SetEvictions.ComeBack(evaluation, seen) && SetEvictions.Strays(evaluation).Any()
            ? string.Create(CultureInfo.InvariantCulture,
                $"{evaluation.Stable.ReadyEndpoints} of {seen.Replicas} pods run the stable revision {stable} and serve; pods that {set} makes "
                    + $"run {seen.CurrentRevision} and get no traffic")
            : null;

    /// <summary>What is waited for before the set is taken over; null: for nothing.</summary>
    public static string? Say(Evaluation evaluation)
    {
        if (evaluation is not { InForce.Set: { } set } || IsServing(evaluation)) return null;
        if (evaluation.Seen.CopyRefusal is { } refusal) return $"{set} cannot be taken over: {refusal}";
        if (evaluation.Seen.Set is not { } seen) return $"{set} cannot be read";
        if (!seen.Services.AreThere) return $"making the Services of {set}";
        if (!IsTakenOver(evaluation) && FindUniform(seen) is null && seen.IsOnDelete)
            return $"waiting until all pods of {set} run "
                + $"{(seen.UpdateRevision is { } update ? $"revision {update}" : "its newest template")}, and one is ready"
                + (Names([.. OnDeletePlan.Older(seen)]) is { Length: > 0 } older ? $"; delete those that run another one: {older}" : "");
        if (!IsTakenOver(evaluation) && FindUniform(seen) is null)
            return $"waiting until {set} is rolled out: all of its {seen.Replicas} pods ready, and of one revision";
        return !HasNoTraffic(evaluation) ? null
            : seen.IsOnDelete ? $"letting the Services of {set} select by its revision" : $"holding the partition of {set}";
    }

    /// <summary>What becomes of pods that run another revision than they are to; empty: there are none.</summary>
    public static string Outlook(Evaluation evaluation)
    {
        if (evaluation is not { InForce.Set: { } set, Seen.Set: { } seen }
            || evaluation.Status is { IsRunning: true, Abort: null, IsRestarting: false }) return "";
        var strays = SetEvictions.Strays(evaluation).Select(pod => pod.Name).ToArray();
        if (strays.Length == 0) return "";
        var names = Names(strays);
        return SetEvictions.ComeBack(evaluation, seen)
            ? $"; replaced one at a time by pods of revision {evaluation.Status.StableRevision}: {names}"
            : $"; {names} cannot come back at revision {evaluation.Status.StableRevision}, since {set} makes pods of revision "
                + $"{seen.CurrentRevision}: give it the template of {evaluation.Status.StableRevision} again, or a new one";
    }

    private static string Names(string[] pods) =>
        string.Join(", ", pods.Take(MostNamed)) + (pods.Length > MostNamed ? $" and {pods.Length - MostNamed} more" : "");

    // The Services come first. A new template updates no pod from the moment on in which the routes are right and all pods are alike.
    private static SetLevels TakeOver(Evaluation evaluation, SetObservation seen)
    {
        if (!HasNoTraffic(evaluation) || FindUniform(seen) is not { } revision) return new(null, null, null, null);
        var isHeld = seen.Partition is null or SetLevels.Held;
        return new(isHeld ? revision : null, isHeld ? revision : null, seen.IsOnDelete ? null : SetLevels.Held, null);
    }

    private static SetLevels Keep(Evaluation evaluation, SetObservation seen) => new(
        evaluation.IsStableWritten ? evaluation.Status.CanaryRevision : evaluation.Status.StableRevision,
        // What has traffic stays behind the Service. One that was deleted is made for what it is to find.
        seen.Services.Canary is null || HasNoTraffic(evaluation) ? evaluation.Status.CanaryRevision : null,
        Partition(evaluation, seen), null);

    /// <summary>The partition that is wanted; null: as it is.</summary>
    private static int? Partition(Evaluation evaluation, SetObservation seen)
    {
        if (seen.IsOnDelete || seen.UpdateRevision is not { } update) return null;
        var status = evaluation.Status;
        var isPromoted = evaluation.IsStableWritten || !status.IsRunning;
        if (!evaluation.IsUnderWay || isPromoted)
            return isPromoted && !seen.IsComplete && update == (status.IsRunning ? status.CanaryRevision : status.StableRevision) ? 0
                : SetLevels.Held;
        // What was analysed is what is updated: another template starts again.
        if (update != status.CanaryRevision) return SetLevels.Held;
        var (has, needed) = (seen.PodsAbovePartition, Needed(evaluation, seen, evaluation.CanaryShare));
        if (has > needed) return evaluation.IsShown(status.Weights.Desired) ? seen.Replicas - needed : null;
        return has < needed && !IsWaiting(evaluation) && IsSteady(evaluation, seen, has) && KeepsStable(evaluation, seen, has + 1)
            ? seen.Replicas - has - 1 : null;
    }

    // A pod of stable stays ready when so many are the canary's.
    private static bool KeepsStable(Evaluation evaluation, SetObservation seen, int updated) => seen.Pods.Any(pod => pod.IsReady
        && pod.Revision == evaluation.Status.StableRevision && pod.Index < seen.Replicas - updated);

    // 0, but where pods come back at another revision than the stable one.
    private static int LowestOfStable(Evaluation evaluation, SetObservation seen) =>
        seen.Pods.Where(pod => pod.Revision == evaluation.Status.StableRevision && !pod.IsTerminating)
            .Select(pod => pod.Index).DefaultIfEmpty(0).Min();

    private static string LastOfStable(Evaluation evaluation, SetObservation seen) =>
        evaluation.Status.StableRevision is { } stable && stable != seen.CurrentRevision && !seen.IsOnDelete
        && LowestOfStable(evaluation, seen) is var last && last >= seen.Replicas - 1 - seen.PodsAbovePartition
            ? $"; {evaluation.InForce!.Set!.Reference.Name}-{last} is the last pod of stable, and others come back at revision "
                + $"{seen.CurrentRevision}: give the set the template of {stable} again, and all of its pods run that"
            : "";

    /// <summary>No pod is updated now: the spec is broken, or somebody holds the release.</summary>
    public static bool IsWaiting(Evaluation evaluation) =>
        evaluation.IsBlocked || evaluation.Status.Hold is { Reason: not HoldReason.PauseStep };

    // The traffic has followed the last pod, and no pod is missing.
    private static bool IsSteady(Evaluation evaluation, SetObservation seen, int has) =>
        AreAllReady(seen) && IsSettledAt(evaluation, seen, has);

    /// <summary>The canary's Service finds so many ready pods, and the traffic has followed them.</summary>
    public static bool IsSettledAt(Evaluation evaluation, SetObservation seen, int has) =>
        (has == 0 || (IsBehindItsService(evaluation, seen) && evaluation.Canary.ReadyEndpoints >= has))
        && evaluation.Status.Weights.Desired == Reachable(evaluation) && evaluation.IsShown(evaluation.Status.Weights.Desired);

    private static bool IsBehindItsService(Evaluation evaluation, SetObservation seen) =>
        seen.Services.Canary is { } revision && revision == evaluation.Status.CanaryRevision;

    /// <summary>No route sends anything to the canary: no share, nothing by its headers, and no copies.</summary>
    public static bool HasNoTraffic(Evaluation evaluation) =>
        evaluation.IsShown(Weight.Zero) && evaluation.Status.ManagedRoutes.Desired.IsNone;

    /// <summary>All pods are there and ready.</summary>
    public static bool AreAllReady(SetObservation seen) =>
        seen.Pods.Count == seen.Replicas && seen.Pods.All(pod => pod.IsReady);

    // The one revision that all pods run, and come back at; null: there are several, or not all pods are ready.
    private static string? FindUniform(SetObservation seen) => seen.IsOnDelete ? OnDeletePlan.FindUniform(seen)
        : AreAllReady(seen) && seen.Pods.All(pod => pod.Revision == seen.CurrentRevision) ? seen.CurrentRevision : null;
}
