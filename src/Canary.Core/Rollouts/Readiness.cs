using System;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>
/// Counts how often the canary loses its ready pods, and how long it is unready in a step. A loss is the step from all of its pods ready to none: a pod that is moved, or one of several that crashes,
/// is none. Stable's pods are never charged to it: where stable has no ready pod either, the cluster lost both.
/// </summary>
internal static class Readiness
{
    /// <summary>What is known of the canary's readiness after this evaluation; null: nothing yet.</summary>
    public static CanaryReadiness? Notice(Scene scene)
    {
        var status = scene.Status;
        if (!status.IsRunning || status.IsRestarting) return null;
        if (status.Abort is not null) return status.CanaryReadiness;
        var known = InStep(Watched(status.CanaryReadiness ?? CanaryReadiness.None, scene), scene);
        var noticed = IsNobodysFault(scene) ? Close(known, scene.Now) with { ReadyPods = 0 }
            : IsUncertain(scene) ? Close(known, scene.Now)
            : Count(known, scene);
        return noticed == CanaryReadiness.None with { Step = noticed.Step } ? null : noticed;
    }

    /// <summary>Why the canary is not to be tried any longer; null: it is.</summary>
    public static string? Exhausted(Scene scene)
    {
        if (!scene.IsUnderWay || scene.IsStableWritten || scene.Status.CanaryReadiness is not { } known || scene.InForce is not { } spec) return null;
        if (known.Losses >= spec.UnreadyLimit)
            return $"the canary lost all its ready pods {Times(known.Losses)} (spec.strategy.canary.unreadyLimit is {spec.UnreadyLimit}): {Pods(scene)}";
        return UnreadyFor(known, scene.Now) < spec.ProgressDeadline ? null
            : $"the progress deadline of {GoDuration.Format(spec.ProgressDeadline)} passed: the canary was unready for that long in {Wording.StepOf(scene)}: {Pods(scene)}";
    }

    /// <summary>When <see cref="Exhausted"/> is to be asked again, or the status is to note that somebody watches; null: the canary is not unready.</summary>
    public static DateTimeOffset? WakeAt(Scene scene)
    {
        if (!scene.IsUnderWay || scene.Status.CanaryReadiness is not { UnreadySince: { } since } known || scene.InForce is not { } spec) return null;
        var note = (known.ObservedAt > since ? known.ObservedAt.Value : since).After(ObservedWait.Between(spec.ProgressDeadline));
        var end = since.After(spec.ProgressDeadline - known.UnreadyBefore);
        return end < note ? end : note;
    }

    /// <summary>What a status says behind its sentence: that there were losses, and how many are too many.</summary>
    public static string Outlook(Scene scene) =>
        scene is { IsUnderWay: true, IsStableWritten: false, Status.CanaryReadiness: { Losses: > 0 } known, InForce: { } spec }
            ? $"; the canary lost all its ready pods {Times(known.Losses)}, {spec.UnreadyLimit} roll it back"
            : "";

    /// <summary>The condition <see cref="ConditionType.CanaryReady"/>.</summary>
    public static (bool? IsTrue, string Reason, string Message) Condition(Scene scene) => scene.Status switch
    {
        { CanaryReadiness: null } or { IsRunning: false } => (null, "NotChecked", ""),
        { CanaryReadiness: { } known } when IsLost(known, scene) => (false, "PodsLost", $"{LossesSoFar(known)}: {Pods(scene)}"),
        _ when scene is { IsUnderWay: true } && LacksPods(scene) => (false, "TooFewPods", $"the canary has fewer ready pods than weight {Share(scene)} needs, and had them before: {Pods(scene)}"),
        { CanaryReadiness: { Losses: > 0 } known } => (true, "ReadyAgain", LossesSoFar(known)),
        _ => (true, "Ready", ""),
    };

    private static CanaryReadiness Count(CanaryReadiness known, Scene scene)
    {
        if (IsCarrying(scene) && scene.Canary.ReadyEndpoints == 0 && known.ReadyPods > 0) known = known with { Losses = known.Losses + 1, ReadyPods = 0 };
        else if (IsCarrying(scene) && scene.Canary.IsReady) known = known with { ReadyPods = scene.Canary.ReadyEndpoints };
        // A person who holds a rollout, and an alert that does, have time; so has the canary meanwhile.
        var isCharged = (IsLost(known, scene) || LacksPods(scene with { Status = scene.Status with { CanaryReadiness = known } })) && scene.Status.Hold is null or { Reason: HoldReason.PauseStep };
        return !isCharged ? Close(known, scene.Now) : known with { UnreadySince = known.UnreadySince ?? scene.Now };
    }

    private static bool IsCarrying(Scene scene) => scene.Status.Weights.Desired > Weight.Zero || scene.Status.IsBeforeSteps;

    private static bool IsLost(CanaryReadiness known, Scene scene) => known is { Losses: > 0, ReadyPods: 0 } && !scene.Canary.IsReady;

    /// <summary>Pods that it had, still asks for, and needs for its weight are not ready. That stable is scaled up takes none away.</summary>
    private static bool LacksPods(Scene scene)
    {
        var (ready, had, asked) = (scene.Canary.ReadyEndpoints, scene.Status.CanaryReadiness?.ReadyPods ?? 0, Capacity.Replicas(scene.Canary));
        return ready > 0 && Capacity.IsRequired(scene) && ready < Math.Min(Math.Min(had, asked), Capacity.PodsFor(Share(scene), Math.Max(Capacity.Replicas(scene.Stable), asked)));
    }

    private static Weight Share(Scene scene) => scene.Wanted > scene.Status.Weights.Desired ? scene.Wanted : scene.Status.Weights.Desired;

    /// <summary>Stable has no ready pod either, or the canary's workload is scaled to none.</summary>
    private static bool IsNobodysFault(Scene scene) =>
        scene.Stable is { ReadyEndpoints: 0, IsUnknown: false } || (scene is { PromotesTemplate: true, IsBlocked: false, Canary: { DesiredPods: 0, ReadyEndpoints: 0, IsUnknown: false } });

    private static bool IsUncertain(Scene scene) => scene.IsBlocked || scene.IsStableWritten || scene.Canary.IsUnknown || scene.Stable.IsUnknown;

    private static CanaryReadiness Watched(CanaryReadiness known, Scene scene)
    {
        if (known.UnreadySince is not { } since || scene.InForce is not { } spec) return known with { ObservedAt = null };
        var (moved, observed) = ObservedWait.Watched(since, known.ObservedAt, spec.ProgressDeadline, scene);
        return known with { UnreadySince = moved, ObservedAt = observed };
    }

    private static CanaryReadiness InStep(CanaryReadiness known, Scene scene) =>
        known.Step == scene.Status.CurrentStepIndex
            ? known
            : known with { Step = scene.Status.CurrentStepIndex, UnreadyBefore = TimeSpan.Zero, UnreadySince = known.UnreadySince is null ? null : scene.Now, ObservedAt = null };

    private static CanaryReadiness Close(CanaryReadiness known, DateTimeOffset now) => known with { UnreadyBefore = UnreadyFor(known, now), UnreadySince = null, ObservedAt = null };

    private static TimeSpan UnreadyFor(CanaryReadiness known, DateTimeOffset now) => known.UnreadyBefore + (now > known.UnreadySince ? now - known.UnreadySince.Value : TimeSpan.Zero);

    private static string LossesSoFar(CanaryReadiness known) => $"the canary lost all its ready pods {Times(known.Losses)} in this attempt";

    private static string Pods(Scene scene)
    {
        var canary = scene.Canary;
        return $"{canary.ReadyEndpoints}{(canary.DesiredPods > 0 ? $" of {canary.DesiredPods}" : "")} ready{(canary.Trouble is { Length: > 0 } trouble ? $" ({trouble})" : "")}";
    }

    private static string Times(int count) => count == 1 ? "once" : $"{count} times";
}
