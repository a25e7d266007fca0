using System;
using System.Globalization;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// How many ready pods a share of the traffic needs: the same share of the larger side's replicas, rounded up. At 50 percent beside ten
/// pods of stable the canary needs five. It is a precondition of every raise, the last one and that of <c>promote --full</c> included, and
/// of stable when it takes the traffic back after a promotion. A rollback waits for no capacity. Of one workload, stable is as large as
/// the service is: pods that a step gave the canary beyond that are no measure for it.
/// </summary>
public static class Capacity
{
    /// <summary>Pods that this share needs.</summary>
    /// <param name="share">The side's share of the traffic.</param>
    /// <param name="replicas">Replicas of the larger side.</param>
    public static int PodsFor(Weight share, int replicas) =>
        (int)((((long)replicas * share.BasisPoints) + Weight.Full.BasisPoints - 1) / Weight.Full.BasisPoints);

    /// <summary>Pods of a side: those that its workload asks for; without a workload those that are ready.</summary>
    internal static int Replicas(SideObservation side) => side.DesiredPods > 0 ? side.DesiredPods : side.ReadyEndpoints;

    /// <summary>What the canary lacks for the weight that is wanted or in force, whichever is more; null: nothing.</summary>
    /// <remarks>Pods that its workload asks for and that are not ready yet are waited for in any case.</remarks>
    internal static string? CanaryLacks(Evaluation evaluation)
    {
        if (evaluation.InForce?.Set is not null) return SetPlan.CanaryLacks(evaluation);
        if (!evaluation.IsUnderWay || evaluation.Status.Promotion == PromotionStage.ReturningTraffic) return null;
        var share = evaluation.CanaryShare;
        var (needed, asked) = (PodsFor(share, Larger(evaluation)), Replicas(evaluation.Canary));
        return (asked >= needed || CopyPlan.IsLeftToAutoscaler(evaluation, share)) && AreReady(evaluation, Math.Min(needed, asked)) ? null
            : Lacks(evaluation, evaluation.Canary, share, isCanary: true);
    }

    // Not all of its pods are waited for: those that are ready have to bear the share.
    private static bool AreReady(Evaluation evaluation, int pods) =>
        !HasThreshold(evaluation) || evaluation.Canary.ReadyEndpoints >= pods;

    private static bool HasThreshold(Evaluation evaluation) => evaluation.Thresholds.Canary < ReadyThresholds.All;

    /// <summary>What stable lacks to take all traffic back once it runs the promoted template; null: nothing, or it is not to take it
    /// yet.</summary>
    internal static string? StableLacks(Evaluation evaluation) => evaluation.InForce?.Set is null
        && evaluation is { Status.Promotion: PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic, IsStableWritten: true }
        ? Lacks(evaluation, evaluation.Stable, Weight.Full, isCanary: false) : null;

    /// <summary>What stable lacks for all of the traffic, which a rollback sends there at once; null: nothing.</summary>
    internal static string? StableLacksForRollback(Evaluation evaluation) =>
        Lacks(evaluation, evaluation.Stable, Weight.Full, isCanary: false);

    /// <summary>What stable lacks for this share; null: nothing.</summary>
    internal static string? StableLacksFor(Evaluation evaluation, Weight share, int ready) =>
        Lacks(evaluation, evaluation.Stable with { ReadyEndpoints = ready }, share, isCanary: false);

    /// <summary>What the canary's workload does not even ask for, and the last raise needs; null: it asks for enough.</summary>
    internal static string? LastRaiseLacks(Evaluation evaluation)
    {
        var (needed, asked) = (PodsFor(Weight.Full, Larger(evaluation)), Replicas(evaluation.Canary));
        return !evaluation.IsUnderWay || evaluation.InForce?.IsOfOneWorkload is true
            || evaluation.IsStableWritten || PolicyOf(evaluation) == CapacityPolicy.Ignore || asked >= needed
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"weight 100 needs {needed} ready pods of {Name(evaluation, isCanary: true)}, "
                    + $"since {Name(evaluation, isCanary: false)} has {Replicas(evaluation.Stable)}; {asked} {Are(asked)} asked for. "
                    + $"Scale it before then, or set {evaluation.InForce?.StrategyPath}.capacity.policy");
    }

    /// <summary>The raise waits for it.</summary>
    internal static bool IsRequired(Evaluation evaluation) => PolicyOf(evaluation) == CapacityPolicy.Require;

    internal static CapacityPolicy PolicyOf(Evaluation evaluation) => evaluation.InForce?.Capacity ?? CapacityPolicy.Require;

    private static string? Lacks(Evaluation evaluation, SideObservation side, Weight share, bool isCanary)
    {
        var size = !isCanary && evaluation.InForce?.IsOfOneWorkload is true
            ? Math.Max(Replicas(side), evaluation.Seen.Copy?.FullReplicas ?? 0) : Larger(evaluation);
        var (needed, ready) = (PodsFor(share, size), side.ReadyEndpoints);
        if (PolicyOf(evaluation) == CapacityPolicy.Ignore || ready >= needed) return null;
        var (name, other) = (Name(evaluation, isCanary), isCanary ? evaluation.Stable : evaluation.Canary);
        var isMirror = isCanary && share > Greater(evaluation.Wanted, evaluation.Status.Weights.Desired);
        var what = isMirror ? $"a mirror of {share} %" : isCanary ? $"weight {share}"
            : share == Weight.Full ? "all of the traffic" : $"{share} % of the traffic";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{what} needs {needed} ready pods of {name} ({Name(evaluation, !isCanary)} has "
                + $"{Replicas(other)}); {ready} {Are(ready)} ready")
            + (evaluation.InForce?.IsOfOneWorkload is true ? ""
                : string.Create(CultureInfo.InvariantCulture,
                    $". Scale {name} to {needed}, or set {evaluation.InForce?.StrategyPath}.capacity.policy to Warn"));
    }

    /// <summary>Pods that all of the traffic needs: those of the larger side, or of a copy that has fewer for a time. What a canary has
    /// more of, since some may not become ready, is no measure.</summary>
    internal static int Larger(Evaluation evaluation) => Math.Max(evaluation.Seen.Copy?.FullReplicas ?? 0,
        HasThreshold(evaluation) && evaluation.InForce?.IsOfOneWorkload is true ? Replicas(evaluation.Stable)
            : Math.Max(Replicas(evaluation.Stable), Replicas(evaluation.Canary)));

    private static string Name(Evaluation evaluation, bool isCanary)
    {
        var isSecond = isCanary == (evaluation.Status.StableSide == Side.NamedStable);
        return (isSecond ? evaluation.InForce?.Traffic.NamedCanary : evaluation.InForce?.Traffic.NamedStable) is { } side
            ? side.Workload?.Name ?? side.Subset ?? side.Service : isCanary ? "the canary" : "stable";
    }

    private static string Are(int count) => count == 1 ? "is" : "are";

    private static Weight Greater(Weight one, Weight other) => one > other ? one : other;
}
