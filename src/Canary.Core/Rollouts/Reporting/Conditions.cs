using System;
using System.Linq;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Reporting;

/// <summary>The conditions of a status, in the form of kstatus.</summary>
internal static class Conditions
{
    public static EquatableArray<Condition> Build(Evaluation evaluation) =>
        Enum.GetValues<ConditionType>().Select(type => Dated(evaluation, type)).ToEquatableArray();

    /// <summary>The condition of this type; null: never set.</summary>
    public static Condition? Find(RolloutStatus status, ConditionType type) =>
        status.Conditions.FirstOrDefault(condition => condition.Type == type);

    private static Condition Dated(Evaluation evaluation, ConditionType type)
    {
        var (isTrue, reason, message) = Claim(evaluation, type);
        var before = Find(evaluation.Status, type);
        return new Condition(type, isTrue, reason, message, before is not null && before.IsTrue == isTrue ? before.LastTransitionTime
            : evaluation.Now);
    }

    private static (bool? IsTrue, string Reason, string Message) Claim(Evaluation evaluation, ConditionType type) => type switch
    {
        ConditionType.Ready when StableChanges.IsUndone(evaluation) => (false, "StableChanged", evaluation.Status.Message),
        ConditionType.Ready => (evaluation.Status.Phase == Phase.Healthy, evaluation.Status.Phase.ToString(), evaluation.Status.Message),
        ConditionType.Reconciling =>
            (IsMoving(evaluation) && WhyStalled(evaluation) is null, evaluation.Status.Phase.ToString(), IsMoving(evaluation)
                ? evaluation.Status.Message : ""),
        ConditionType.Stalled => WhyStalled(evaluation) is { } why ? (true, why, evaluation.Status.Message) : (false, "Progressing", ""),
        ConditionType.SpecAccepted => SpecAccepted(evaluation),
        ConditionType.TrafficApplied => TrafficApplied(evaluation),
        ConditionType.AnalysisHealthy => AnalysisHealthy(evaluation),
        ConditionType.WeightConflict => WeightConflict(evaluation),
        ConditionType.CapacitySufficient => CapacitySufficient(evaluation),
        ConditionType.StableChanged =>
            evaluation.Status.StableChange is null ? (false, "None", "") : (true, "StableChanged", StableChanges.Say(evaluation)),
        ConditionType.CanaryReady => CanaryReadinessRules.Condition(evaluation),
        ConditionType.TrafficMismatch => TrafficMismatches.Find(evaluation) is { } said ? (true, "ShareOff", said) : (false, "None", ""),
        ConditionType.ConfigurationTracked => ConfigurationTracked(evaluation),
    };

    private static bool IsMoving(Evaluation evaluation) => evaluation.Status.Phase switch
    {
        Phase.Initializing or Phase.Progressing or Phase.Paused or Phase.Promoting or Phase.RollingBack => true,
        Phase.Healthy or Phase.RolledBack or Phase.Degraded => false,
    };

    /// <summary>Why it does not go on without help; null: it does.</summary>
    private static string? WhyStalled(Evaluation evaluation) => evaluation.Status switch
    {
        { Phase: Phase.Degraded } => "Degraded",
        { Phase: Phase.RolledBack } => "RolledBack",
        _ when StableChanges.IsUndone(evaluation) => "StableChanged",
        { Phase: Phase.RollingBack } when evaluation.Seen.RouteRefusal is not null => "RouteRefused",
        { IsRunning: true } when evaluation.IsLowering && evaluation.Stable.ReadyEndpoints == 0 => "StableUnready",
        { Hold.Reason: HoldReason.FailedAnalysis } => "AnalysisFailed",
        { Hold.Reason: HoldReason.InconclusiveAnalysis } => "AnalysisInconclusive",
        { Hold.Reason: HoldReason.EvidenceMissing } => "EvidenceMissing",
        { Hold.Reason: HoldReason.ErrorBudget } => "AnalysisError",
        { Hold.Reason: HoldReason.WeightConflict } => "WeightConflict",
        { Hold.Reason: HoldReason.TrafficMismatch } => "TrafficMismatch",
        {
            IsRunning: true, Promotion: PromotionStage.UpdatingStable
            or PromotionStage.ReturningTraffic
        } when evaluation is { Stable.IsReady: true, AwaitedStableCapacity: not null } =>
                "CapacityMissing",
        { WaitingSince: { } since } when evaluation.InForce is { } spec && since.After(spec.ProgressDeadline) <= evaluation.Now =>
            "DeadlineExceeded",
        _ => null,
    };

    private static (bool?, string, string) SpecAccepted(Evaluation evaluation) => evaluation switch
    {
        { Spec: null } or { Errors.Count: > 0 } => (false, "SpecRejected", StatusMessages.Blockers(evaluation)),
        { Seen.First.ForeignPods: not null } or { Seen.Second.ForeignPods: not null } =>
            (false, "ForeignPods", StatusMessages.Blockers(evaluation)),
        { Seen.Problems.Count: > 0 } => (false, "ReferenceMissing", StatusMessages.Blockers(evaluation)),
        _ => (true, "Accepted", ""),
    };

    private static (bool?, string, string) TrafficApplied(Evaluation evaluation)
    {
        if (evaluation.Seen.Routes.Count == 0) return (null, "RoutesUnknown", "no route can be read");
        if (evaluation.IsShown(evaluation.Status.Weights.Desired))
            return (true, "Applied",
                $"every route shows {evaluation.Status.Weights.Desired}{StatusMessages.Pods(evaluation)}{StatusMessages.With(evaluation)}");
        if (evaluation.Seen.RouteRefusal is not null) return (false, "RouteRefused", StatusMessages.AwaitedRoutes(evaluation));
        return evaluation.CanTakeTraffic ? (false, "AwaitingRoutes", StatusMessages.AwaitedRoutes(evaluation))
            : (false, "PodsUnready", StatusMessages.AwaitedPods(evaluation));
    }

    private static (bool?, string, string) AnalysisHealthy(Evaluation evaluation)
    {
        if (evaluation.Status.Hold is { Reason: HoldReason.AnalysisError or HoldReason.ErrorBudget } hold)
            return (false, "AnalysisError", hold.Message);
        if (evaluation is { Status.IsRunning: true, Seen.RunRefusal: { } problem }) return (false, "AnalysisRunNotMade", problem);
        return evaluation.Status is { IsRunning: true, Analysis.Count: > 0 } ? (true, "Measuring", "") : (null, "NoAnalysis", "");
    }

    private static (bool?, string, string) CapacitySufficient(Evaluation evaluation)
    {
        if (evaluation.Seen.CopyRefusal is { } refusal) return (false, "SidesRefused", refusal);
        if (Capacity.PolicyOf(evaluation) == CapacityPolicy.Ignore) return (null, "Ignored", "");
        if (SetPlan.FewerServe(evaluation) is { } serving) return (false, "FewerServe", serving);
        if (!evaluation.Status.IsRunning || evaluation.IsBlocked) return (null, "NotChecked", "");
        var awaited = StableScale.Lacks(evaluation);
        if ((evaluation.Status.Abort is null ? Capacity.CanaryLacks(evaluation) ?? Capacity.StableLacks(evaluation) ?? awaited
            : Capacity.StableLacksForRollback(evaluation)) is { } lacking)
            // With one workload the pods that a shift needs are on their way: Canary asked for them.
            return (false, IsScaling(evaluation, awaited) ? "Scaling" : "PodsMissing", lacking);
        if ((SetPlan.FewerForRollback(evaluation) ?? StableScale.FewerForRollback(evaluation)) is { } fewer)
            return (true, "FewerForRollback", fewer);
        return Capacity.LastRaiseLacks(evaluation) is { } later ? (true, "MoreNeededLater", later) : (true, "Sufficient", "");
    }

    private static bool IsScaling(Evaluation evaluation, string? awaited) =>
        evaluation.InForce is { IsOfOneWorkload: true } && (evaluation.Status.Abort is null || awaited is not null);

    private static (bool?, string, string) ConfigurationTracked(Evaluation evaluation)
    {
        if (evaluation.InForce?.Workload is null) return (null, "NoWorkload", "");
        if (evaluation.Seen.UntrackedConfiguration is { } untracked) return (false, "NotTracked", untracked);
        return evaluation.Status.RevisionScheme switch
        {
            { Configuration: { Count: > 0 } tracked } => (true, "Tracked", string.Join(", ", tracked)),
            _ => evaluation.Seen.CurrentScheme is { Configuration.Count: > 0 }
                ? (false, "FromTheNextRevision", "ConfigMaps and Secrets are a part of the next revision, and not of the present one")
                : (null, "NoConfiguration", ""),
        };
    }

    private static (bool?, string, string) WeightConflict(Evaluation evaluation) => evaluation.Status switch
    {
        { Hold: { Reason: HoldReason.WeightConflict } hold } => (true, "GivenUp", hold.Message),
        { IsRunning: true } when evaluation is { IsUnderWay: true, IsForeign: true } =>
            (true, "ForeignWrite", StatusMessages.ForeignRoutes(evaluation)),
        _ when evaluation.IsWeightForeign =>
            (true, "IdleWrite",
                $"{StatusMessages.ForeignRoutes(evaluation)} although nothing is being released: a write that arrived late, or another "
                    + "client; it is written back"),
        _ => (false, "None", ""),
    };
}
