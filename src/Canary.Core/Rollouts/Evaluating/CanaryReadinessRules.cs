using System;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// Counts how often the canary loses its ready pods, and how long it is unready in a step. A loss is the step from all of its pods ready to
/// none: a pod that is moved, or one of several that crashes, is none. Stable's pods are never charged to it: where stable has no ready pod
/// either, the cluster lost both.
/// </summary>
internal static class CanaryReadinessRules
{
    /// <summary>What is known of the canary's readiness after this evaluation; null: nothing yet.</summary>
    public static CanaryReadiness? Notice(Evaluation evaluation)
    {
        var status = evaluation.Status;
        if (!status.IsRunning || status.IsRestarting) return null;
        if (status.Abort is not null) return status.CanaryReadiness;
        var known = InStep(Watched(status.CanaryReadiness ?? CanaryReadiness.None, evaluation), evaluation);
        var noticed = IsNobodysFault(evaluation) ? Close(known, evaluation.Now) with { ReadyPods = 0 }
            : IsUncertain(evaluation) ? Close(known, evaluation.Now)
            : Count(known, evaluation);
        return noticed == CanaryReadiness.None with { Step = noticed.Step } ? null : noticed;
    }

    /// <summary>Why the canary is not to be tried any longer; null: it is.</summary>
    public static string? Exhausted(Evaluation evaluation)
    {
        if (!evaluation.IsUnderWay || evaluation.IsStableWritten || evaluation.Status.CanaryReadiness is not { } known
            || evaluation.InForce is not { } spec) return null;
        if (known.Losses >= spec.UnreadyLimit)
            return $"the canary lost all its ready pods {Times(known.Losses)} ({spec.StrategyPath}.unreadyLimit "
                + $"is {spec.UnreadyLimit}): {Pods(evaluation)}";
        return UnreadyFor(known, evaluation.Now) < spec.ProgressDeadline ? null
            : $"the progress deadline of {GoDuration.Format(spec.ProgressDeadline)} passed: the canary was unready for that long "
                + $"in {evaluation.StepText}: {Pods(evaluation)}";
    }

    /// <summary>When <see cref="Exhausted"/> is to be asked again, or the status is to note that somebody watches; null: the canary is not
    /// unready.</summary>
    public static DateTimeOffset? WakeAt(Evaluation evaluation)
    {
        if (!evaluation.IsUnderWay || evaluation.Status.CanaryReadiness is not { UnreadySince: { } since } known
            || evaluation.InForce is not { } spec) return null;
        var note = (known.ObservedAt > since ? known.ObservedAt.Value : since).After(ObservedWait.Between(spec.ProgressDeadline));
        var end = since.After(spec.ProgressDeadline - known.UnreadyBefore);
        return end < note ? end : note;
    }

    /// <summary>What a status says behind its sentence: that there were losses, and how many are too many.</summary>
    public static string Outlook(Evaluation evaluation) =>
        evaluation is { IsUnderWay: true, IsStableWritten: false, Status.CanaryReadiness: { Losses: > 0 } known, InForce: { } spec }
            ? $"; the canary lost all its ready pods {Times(known.Losses)}, {spec.UnreadyLimit} roll it back"
            : "";

    /// <summary>The condition <see cref="ConditionType.CanaryReady"/>.</summary>
    public static (bool? IsTrue, string Reason, string Message) Condition(Evaluation evaluation) => evaluation.Status switch
    {
        { CanaryReadiness: null } or { IsRunning: false } => (null, "NotChecked", ""),
        { CanaryReadiness: { } known } when IsLost(known, evaluation) => (false, "PodsLost", $"{LossesSoFar(known)}: {Pods(evaluation)}"),
        _ when evaluation is { IsUnderWay: true } && LacksPods(evaluation) =>
            (false, "TooFewPods",
                $"the canary has fewer ready pods than weight {Share(evaluation)} needs, and had them before: {Pods(evaluation)}"),
        { CanaryReadiness: { Losses: > 0 } known } => (true, "ReadyAgain", LossesSoFar(known)),
        _ => (true, "Ready", ""),
    };

    private static CanaryReadiness Count(CanaryReadiness known, Evaluation evaluation)
    {
        if (IsCarrying(evaluation) && evaluation.Canary.ReadyEndpoints == 0 && known.ReadyPods > 0)
            known = known with { Losses = known.Losses + 1, ReadyPods = 0 };
        else if (IsCarrying(evaluation) && evaluation.Canary.IsReady) known = known with { ReadyPods = evaluation.Canary.ReadyEndpoints };
        // A person who holds a rollout, and an alert that does, have time; so has the canary meanwhile.
        var isCharged = (IsLost(known, evaluation)
            || LacksPods(evaluation with { Status = evaluation.Status with { CanaryReadiness = known } }))
            && evaluation.Status.Hold is null or { Reason: HoldReason.PauseStep };
        return !isCharged ? Close(known, evaluation.Now) : known with { UnreadySince = known.UnreadySince ?? evaluation.Now };
    }

    private static bool IsCarrying(Evaluation evaluation) =>
        evaluation.Status.Weights.Desired > Weight.Zero || evaluation.Status.IsBeforeSteps
        || !evaluation.Status.ManagedRoutes.Desired.IsNone;

    private static bool IsLost(CanaryReadiness known, Evaluation evaluation) =>
        known is { Losses: > 0, ReadyPods: 0 } && !evaluation.Canary.IsReady;

    /// <summary>Pods that it had, still asks for, and needs for its weight are not ready. That stable is scaled up takes none
    /// away.</summary>
    private static bool LacksPods(Evaluation evaluation)
    {
        var (ready, had, asked) =
            (evaluation.Canary.ReadyEndpoints, evaluation.Status.CanaryReadiness?.ReadyPods ?? 0, Capacity.Replicas(evaluation.Canary));
        return ready > 0 && Capacity.IsRequired(evaluation)
            && ready < Math.Min(Math.Min(had, asked), Capacity.PodsFor(Share(evaluation), Capacity.Larger(evaluation)));
    }

    private static Weight Share(Evaluation evaluation) => evaluation.CanaryShare;

    /// <summary>Stable has no ready pod either, or the canary's workload is scaled to none.</summary>
    private static bool IsNobodysFault(Evaluation evaluation) =>
        evaluation.Stable is { ReadyEndpoints: 0, IsUnknown: false }
        || (evaluation is { PromotesTemplate: true, IsBlocked: false, Canary: { DesiredPods: 0, ReadyEndpoints: 0, IsUnknown: false } });

    private static bool IsUncertain(Evaluation evaluation) =>
        evaluation.IsBlocked || evaluation.IsStableWritten || evaluation.Canary.IsUnknown || evaluation.Stable.IsUnknown;

    private static CanaryReadiness Watched(CanaryReadiness known, Evaluation evaluation)
    {
        if (known.UnreadySince is not { } since || evaluation.InForce is not { } spec) return known with { ObservedAt = null };
        var (moved, observed) = ObservedWait.Watched(since, known.ObservedAt, spec.ProgressDeadline, evaluation);
        return known with { UnreadySince = moved, ObservedAt = observed };
    }

    private static CanaryReadiness InStep(CanaryReadiness known, Evaluation evaluation) =>
        known.Step == evaluation.Status.CurrentStepIndex
            ? known
            : known with
            {
                Step = evaluation.Status.CurrentStepIndex,
                UnreadyBefore = TimeSpan.Zero,
                UnreadySince = known.UnreadySince is null ? null : evaluation.Now,
                ObservedAt = null
            };

    private static CanaryReadiness Close(CanaryReadiness known, DateTimeOffset now) =>
        known with { UnreadyBefore = UnreadyFor(known, now), UnreadySince = null, ObservedAt = null };

    private static TimeSpan UnreadyFor(CanaryReadiness known, DateTimeOffset now) =>
        known.UnreadyBefore + (now > known.UnreadySince ? now - known.UnreadySince.Value : TimeSpan.Zero);

    private static string LossesSoFar(CanaryReadiness known) => $"the canary lost all its ready pods {Times(known.Losses)} in this attempt";

    private static string Pods(Evaluation evaluation)
    {
        var canary = evaluation.Canary;
        return $"{canary.ReadyEndpoints}{(canary.DesiredPods > 0 ? $" of {canary.DesiredPods}" : "")} ready"
            + $"{(canary.Problem is { Length: > 0 } problem ? $" ({problem})" : "")}";
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}
