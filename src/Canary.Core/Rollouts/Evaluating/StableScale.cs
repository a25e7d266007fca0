using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// Stable has the pods for its share of the traffic and no more (<c>dynamicStableScale</c>). It shrinks after the traffic has gone and
/// grows before traffic returns. A rollback is therefore as fast as stable's pods: its share returns to each one that becomes ready.
/// </summary>
internal static class StableScale
{
    /// <summary>The spec asks for it.</summary>
    public static bool IsAsked(Evaluation evaluation) => evaluation.InForce is { IsStableScaled: true, Workload: not null };

    /// <summary>Replicas of the copy.</summary>
    /// <param name="evaluation">The rollout.</param>
    /// <param name="seen">The copy.</param>
    /// <param name="size">Replicas of the whole service.</param>
    public static int Replicas(Evaluation evaluation, CopyObservation seen, int size)
    {
        if (seen.CopyReplicas is not { } there) return size;
        var needed = Needed(evaluation, seen, size);
        return needed == size || needed >= there || ShrinkAt(evaluation) <= evaluation.Now ? needed : there;
    }

    /// <summary>Since when stable has pods that its share does not need; null: it has none, or the shift is not confirmed.</summary>
    public static DateTimeOffset? Notice(Evaluation evaluation) =>
        IsAsked(evaluation) && evaluation is { IsUnderWay: true, IsBlocked: false, Seen.Copy: { CopyReplicas: { } there } seen }
        && evaluation.IsShown(evaluation.Status.Weights.Desired) && evaluation.IsFenced && evaluation.CanCanaryBearDesired
        && seen.ServiceReplicas is { } size && Needed(evaluation, seen, size) < there
            ? evaluation.Status.StableExcessSince ?? evaluation.Now : null;

    /// <summary>When they go; null: there are none.</summary>
    public static DateTimeOffset? ShrinkAt(Evaluation evaluation) =>
        evaluation is { InForce.Workload: { } workload, Status.StableExcessSince: { } since } ? since.After(workload.ScaleDownDelay) : null;

    /// <summary>The lowest weight that the way back can have now: what stable's ready pods do not bear stays with the canary, as far as
    /// that has pods. It only falls. 0 where stable has all its pods anyway, or was waited for during a progress deadline.</summary>
    /// <param name="evaluation">The rollout, before the weight is changed.</param>
    /// <param name="waitingSince">Since when it has waited for pods at the present weight; null: it begins now.</param>
    public static Weight Lowest(Evaluation evaluation, DateTimeOffset? waitingSince)
    {
        var desired = evaluation.Status.Weights.Desired;
        if (!IsAsked(evaluation) || !Capacity.IsRequired(evaluation) || desired == Weight.Zero
            || evaluation.Canary is { ReadyEndpoints: 0, IsUnknown: false }
            || waitingSince?.After(evaluation.InForce!.ProgressDeadline) <= evaluation.Now) return Weight.Zero;
        // No route is raised on the way back.
        var shown = evaluation.Seen.Routes.Select(evaluation.Shown).Append(desired).Min();
        if (evaluation.Seen.Copy is not { ServiceReplicas: { } size } seen) return shown;
        var (ready, canary) = (Ready(evaluation, seen), evaluation.Canary.ReadyEndpoints);
        if (ready is null) return shown;
        var left = Percent(100 * Math.Max(0, size - ready.Value) + size - 1, size);
        // Both are short of pods: no pod gets more than another.
        return Lower(shown, Lower(left, Percent(100 * canary, canary + ready.Value)));
    }

    /// <summary>What stable lacks for traffic that returns, in a rollback or by a step that lowers the weight; null: nothing.</summary>
    public static string? Lacks(Evaluation evaluation) => !IsAsked(evaluation) || !evaluation.Status.IsRunning ? null
        : IsReturning(evaluation)
            ? evaluation.Status.Weights.Desired == Weight.Zero ? null : Capacity.StableLacksForRollback(evaluation)
        : evaluation is { IsUnderWay: true, Status.Promotion: null or PromotionStage.ConfirmingFull }
            && evaluation.Wanted < evaluation.Status.Weights.Desired
            ? LacksFor(evaluation, Complement(evaluation.Wanted)) : null;

    /// <summary>How many pods a rollback finds at once; null: all of them.</summary>
    public static string? FewerForRollback(Evaluation evaluation) =>
        IsAsked(evaluation) && evaluation is { IsUnderWay: true, IsStableWritten: false, Seen.Copy: { } seen }
        && seen.ServiceReplicas > seen.CopyReplicas
            ? string.Create(CultureInfo.InvariantCulture,
                $"stable has {seen.CopyReplicas} of its {seen.ServiceReplicas} pods, for its share of the traffic: a rollback returns "
                    + $"as much as its ready pods bear, and the rest as more become ready")
            : null;

    private static string? LacksFor(Evaluation evaluation, Weight share) => evaluation.Seen.Copy is not { } seen ? null
        : Ready(evaluation, seen) is { } ready ? Capacity.StableLacksFor(evaluation, share, ready)
        : "the pods of stable, which was scaled, are not counted yet";

    // All of them on the way back, and for the promoted version; else those of its share, by whatever any route shows.
    private static int Needed(Evaluation evaluation, CopyObservation seen, int size)
    {
        if (!IsAsked(evaluation) || evaluation.Spec is { IsStableScaled: false }
            || seen.Autoscaler is not null || !evaluation.Status.IsRunning || IsReturning(evaluation)
            || evaluation.IsStableWritten || evaluation.Seen.Routes.Count == 0) return size;
        var least = evaluation.Seen.Routes.Select(evaluation.Shown).Append(evaluation.Wanted)
            .Append(evaluation.Status.Weights.Desired).Min();
        return Math.Max(1, Capacity.PodsFor(Complement(least), size));
    }

    /// <summary>The way back to 0 is under way.</summary>
    private static bool IsReturning(Evaluation evaluation) => evaluation.Status is { Abort: not null } or { IsRestarting: true };

    // Pods that were told to go are among the endpoints for a moment: neither more than the copy asks for, nor any before its controller
    // has seen how many that are.
    private static int? Ready(Evaluation evaluation, CopyObservation seen) =>
        seen is { IsCopyObserved: true, CopyReplicas: { } replicas } && !evaluation.Stable.IsUnknown
            ? Math.Min(evaluation.Stable.ReadyEndpoints, replicas) : null;

    private static Weight Percent(long hundredfold, int of) => Weight.FromPercent(Math.Min(100, hundredfold / of));

    private static Weight Complement(Weight weight) => Weight.FromBasisPoints(Weight.Full.BasisPoints - weight.BasisPoints);

    private static Weight Lower(Weight one, Weight other) => one < other ? one : other;
}
