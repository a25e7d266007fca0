using System;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>The conditions of a status, in the form of kstatus.</summary>
internal static class Conditions
{
    public static EquatableArray<Condition> Of(Scene scene) => Enum.GetValues<ConditionType>().Select(type => Dated(scene, type)).ToEquatableArray();

    /// <summary>The condition of this type; null: never set.</summary>
    public static Condition? Find(RolloutStatus status, ConditionType type) => status.Conditions.FirstOrDefault(condition => condition.Type == type);

    private static Condition Dated(Scene scene, ConditionType type)
    {
        var (isTrue, reason, message) = Claim(scene, type);
        var before = Find(scene.Status, type);
        return new Condition(type, isTrue, reason, message, before is not null && before.IsTrue == isTrue ? before.LastTransitionTime : scene.Now);
    }

    private static (bool? IsTrue, string Reason, string Message) Claim(Scene scene, ConditionType type) => type switch
    {
        ConditionType.Ready when StableChanges.IsUndone(scene) => (false, "StableChanged", scene.Status.Message),
        ConditionType.Ready => (scene.Status.Phase == Phase.Healthy, scene.Status.Phase.ToString(), scene.Status.Message),
        ConditionType.Reconciling => (IsMoving(scene) && WhyStalled(scene) is null, scene.Status.Phase.ToString(), IsMoving(scene) ? scene.Status.Message : ""),
        ConditionType.Stalled => WhyStalled(scene) is { } why ? (true, why, scene.Status.Message) : (false, "Progressing", ""),
        ConditionType.SpecAccepted => SpecAccepted(scene),
        ConditionType.TrafficApplied => TrafficApplied(scene),
        ConditionType.AnalysisHealthy => AnalysisHealthy(scene),
        ConditionType.WeightConflict => WeightConflict(scene),
        ConditionType.CapacitySufficient => CapacitySufficient(scene),
        ConditionType.StableChanged => scene.Status.StableChange is null ? (false, "None", "") : (true, "StableChanged", StableChanges.Say(scene)),
        ConditionType.CanaryReady => Readiness.Condition(scene),
    };

    private static bool IsMoving(Scene scene) => scene.Status.Phase switch
    {
        Phase.Initializing or Phase.Progressing or Phase.Paused or Phase.Promoting or Phase.RollingBack => true,
        Phase.Healthy or Phase.RolledBack or Phase.Degraded => false,
    };

    /// <summary>Why it does not go on without help; null: it does.</summary>
    private static string? WhyStalled(Scene scene) => scene.Status switch
    {
        { Phase: Phase.Degraded } => "Degraded",
        { Phase: Phase.RolledBack } => "RolledBack",
        _ when StableChanges.IsUndone(scene) => "StableChanged",
        { Phase: Phase.RollingBack } when scene.Seen.RouteTrouble is not null => "RouteRefused",
        { IsRunning: true } when scene.IsLowering && scene.Stable.ReadyEndpoints == 0 => "StableUnready",
        { Hold.Reason: HoldReason.FailedAnalysis } => "AnalysisFailed",
        { Hold.Reason: HoldReason.InconclusiveAnalysis } => "AnalysisInconclusive",
        { Hold.Reason: HoldReason.ErrorBudget } => "AnalysisError",
        { Hold.Reason: HoldReason.WeightConflict } => "WeightConflict",
        { IsRunning: true, Promotion: PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic } when scene is { Stable.IsReady: true, AwaitedStableCapacity: not null } => "CapacityMissing",
        { WaitingSince: { } since } when scene.InForce is { } spec && since.After(spec.ProgressDeadline) <= scene.Now => "DeadlineExceeded",
        _ => null,
    };

    private static (bool?, string, string) SpecAccepted(Scene scene) => scene switch
    {
        { Spec: null } or { Errors.Count: > 0 } => (false, "SpecRejected", Wording.Blockers(scene)),
        { Seen.First.ForeignPods: not null } or { Seen.Second.ForeignPods: not null } => (false, "ForeignPods", Wording.Blockers(scene)),
        { Seen.Problems.Count: > 0 } => (false, "ReferenceMissing", Wording.Blockers(scene)),
        _ => (true, "Accepted", ""),
    };

    private static (bool?, string, string) TrafficApplied(Scene scene)
    {
        if (scene.Seen.Routes.Count == 0) return (null, "RoutesUnknown", "no route can be read");
        if (scene.IsShown(scene.Status.Weights.Desired)) return (true, "Applied", $"every route shows {scene.Status.Weights.Desired}");
        if (scene.Seen.RouteTrouble is not null) return (false, "RouteRefused", Wording.AwaitedRoutes(scene));
        return scene.CanTakeTraffic ? (false, "AwaitingRoutes", Wording.AwaitedRoutes(scene)) : (false, "PodsUnready", Wording.AwaitedPods(scene));
    }

    private static (bool?, string, string) AnalysisHealthy(Scene scene)
    {
        if (scene.Status.Hold is { Reason: HoldReason.AnalysisError or HoldReason.ErrorBudget } hold) return (false, "AnalysisError", hold.Message);
        if (scene is { Status.IsRunning: true, Seen.RunTrouble: { } trouble }) return (false, "AnalysisRunNotMade", trouble);
        return scene.Status is { IsRunning: true, Analysis.Count: > 0 } ? (true, "Measuring", "") : (null, "NoAnalysis", "");
    }

    private static (bool?, string, string) CapacitySufficient(Scene scene)
    {
        if (Capacity.PolicyOf(scene) == CapacityPolicy.Ignore) return (null, "Ignored", "");
        if (!scene.Status.IsRunning || scene.IsBlocked) return (null, "NotChecked", "");
        if ((scene.Status.Abort is null ? Capacity.CanaryLacks(scene) ?? Capacity.StableLacks(scene) : Capacity.StableLacksForRollback(scene)) is { } lacking) return (false, "PodsMissing", lacking);
        return Capacity.LastRaiseLacks(scene) is { } later ? (true, "MoreNeededLater", later) : (true, "Sufficient", "");
    }

    private static (bool?, string, string) WeightConflict(Scene scene) => scene.Status switch
    {
        { Hold: { Reason: HoldReason.WeightConflict } hold } => (true, "GivenUp", hold.Message),
        { IsRunning: true } when scene is { IsUnderWay: true, IsForeign: true } => (true, "ForeignWrite", Wording.ForeignRoutes(scene)),
        _ when scene.IsAstray => (true, "IdleWrite", $"{Wording.ForeignRoutes(scene)} although nothing is being released: a write that arrived late, or another client; it is written back"),
        _ => (false, "None", ""),
    };
}
