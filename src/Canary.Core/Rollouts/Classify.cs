using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>Names the situation that a rollout is in.</summary>
internal static class Classify
{
    /// <summary>The first question that is answered with yes. The order is the priority: safety, then people, then progress.</summary>
    public static Situation Of(Scene scene) => scene switch
    {
        _ when IsAsked(scene) => Situation.Requested,
        _ when Runs.TakesBack(scene) is not null => Situation.AnalysisFailed,
        _ when Alerts.ThatAborts(scene) is not null => Situation.AlertFiring,
        { Status: { IsRunning: true, Abort: not null } } => Situation.RollingBack,
        _ when IsWithdrawn(scene) => Situation.Withdrawn,
        _ when IsNew(scene) => Situation.NewRevision,
        _ when IsUnready(scene) || Readiness.Exhausted(scene) is not null => Situation.CanaryUnready,
        { Status: { IsRunning: true, IsRestarting: true } } when !(scene.IsBlocked && scene.IsSettled) => Situation.Restarting,
        { IsBlocked: true } => Situation.Blocked,
        { Status.IsRunning: false } when IsFirstSight(scene) => Situation.FirstSight,
        { IsUnderWay: true, IsStableWritten: false } when IsChanged(scene) => Situation.SpecChanged,
        { IsUnderWay: true, IsForeign: true, Seen.RouteTrouble: null, Status.Hold: not { Reason: HoldReason.WeightConflict } } => Situation.WeightForeign,
        { IsUnderWay: true, Status.Hold: { Reason: not HoldReason.PauseStep } } => Situation.Held,
        { IsUnderWay: true, IsStableWritten: false, IsSettled: false } when IsOverdue(scene) => Situation.DeadlineExceeded,
        { IsUnderWay: true, CanTakeTraffic: false } => Situation.AwaitingPods,
        { IsUnderWay: true } when scene.Status.Weights.Desired != scene.Wanted => Situation.WeightDue,
        { IsUnderWay: true, IsSettled: false } => Situation.AwaitingRoutes,
        { IsUnderWay: true, Status.Promotion: not null } => Situation.Promoting,
        { IsUnderWay: true, Step: Step.Pause } => Situation.Pausing,
        { IsUnderWay: true, Status.IsBeforeSteps: true } => Situation.Analyzing,
        { IsUnderWay: true, Step: Step.Analyze } => Situation.Analyzing,
        { IsUnderWay: true, AwaitedEvidence: not null } => Situation.AwaitingEvidence,
        { IsUnderWay: true } => Situation.StepDone,
        { Status.Abort: not null } => Situation.RolledBack,
        _ => Situation.Idle,
    };

    // An abort of a revision that nobody has seen yet, asked for while the controller was away: the revision starts first, at weight 0, so that it is this one that is rolled back.
    private static bool IsAsked(Scene scene) =>
        scene.Seen.Request is { } request
        && request.Id != scene.Status.LastRequest?.Id
        && !(request is { Action: RequestAction.Abort, Problem: null } && !scene.Status.IsRunning && IsNew(scene));

    private static bool IsWithdrawn(Scene scene) =>
        scene is { Status: { IsRunning: true, StableRevision: { } stable }, IsStableWritten: false }
        && scene.Target == stable
        && scene.Status.CanaryRevision != stable;

    /// <summary>
    /// A change, never a leftover: a revision that was taken back does not start again by itself. A template that changes under a running rollout is taken off the traffic
    /// even where the spec is broken at the time; only its own first step waits for the spec to be healed.
    /// </summary>
    private static bool IsNew(Scene scene) =>
        scene is { Target: { } target, Status.StableRevision: { } stable, IsStableWritten: false }
        && target != stable
        && target != scene.Status.CanaryRevision
        && (scene.Status.IsRunning
            ? scene.PromotesTemplate || !scene.IsBlocked
            : !scene.IsBlocked && !IsFirstSight(scene));

    private static bool IsUnready(Scene scene) =>
        scene.IsUnderWay
        && scene.Status.Weights.Desired > Units.Weight.Zero
        && scene.Stable.ReadyEndpoints > 0
        && (scene.Canary.ReadyEndpoints == 0 || scene is { Canary.ForeignPods: not null, Stable.ForeignPods: null } || (scene.IsStableWritten && scene.Canary.Revision != scene.Status.CanaryRevision));

    public static bool IsFirstSight(Scene scene) =>
        scene.Status.StableRevision is null || (scene.Spec is { } spec && scene.Status.Accepted?.Traffic != spec.Traffic);

    private static bool IsChanged(Scene scene) =>
        scene is { Spec: { } spec, Status.Accepted: { } accepted }
        && (spec.Traffic != accepted.Traffic || spec.Steps != accepted.Steps || spec.Analysis != accepted.Analysis
            || spec.PreAnalysis != accepted.PreAnalysis || spec.PostAnalysis != accepted.PostAnalysis);

    private static bool IsOverdue(Scene scene) =>
        scene is { Status.WaitingSince: { } since, InForce: { } spec } && since.After(spec.ProgressDeadline) <= scene.Now;
}
