using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>Names the situation that a rollout is in.</summary>
internal static class Classify
{
    /// <summary>The first question that is answered with yes. The order is the priority: safety, then people, then progress.</summary>
    public static Situation FindSituation(Evaluation evaluation) => evaluation switch
    {
        _ when IsAsked(evaluation) => Situation.Requested,
        _ when AnalysisRuns.FindAborting(evaluation) is not null || TrafficMismatches.FindAborting(evaluation) is not null =>
            Situation.AnalysisFailed,
        _ when Alerts.ThatAborts(evaluation) is not null => Situation.AlertFiring,
        { Status: { IsRunning: true, Abort: not null } } => Situation.RollingBack,
        _ when GroupRules.FindRolledBack(evaluation) is not null => Situation.MemberRolledBack,
        _ when IsWithdrawn(evaluation) => Situation.Withdrawn,
        _ when IsNew(evaluation) => Situation.NewRevision,
        _ when IsUnready(evaluation) || CanaryReadinessRules.Exhausted(evaluation) is not null => Situation.CanaryUnready,
        { Status: { IsRunning: true, IsRestarting: true } } when !(evaluation.IsBlocked && evaluation.IsSettled) => Situation.Restarting,
        { IsBlocked: true } => Situation.Blocked,
        { Status.IsRunning: false } when IsFirstSight(evaluation) => Situation.FirstSight,
        { IsUnderWay: true, IsStableWritten: false } when IsChanged(evaluation) => Situation.SpecChanged,
        { IsUnderWay: true, IsForeign: true, Seen.RouteRefusal: null } when
            evaluation.IsForeignAndEmpty || evaluation.Status.Hold is not { Reason: HoldReason.WeightConflict } => Situation.WeightForeign,
        { IsUnderWay: true, Status.Hold: { Reason: not HoldReason.PauseStep } } => Situation.Held,
        { IsUnderWay: true, IsEvidenceOverdue: true, AwaitedEvidence: not null } when
            evaluation.EvidencePolicy.OnInconclusive == Analysis.InconclusiveAction.Abort => Situation.EvidenceOverdue,
        { IsUnderWay: true, IsStableWritten: false, IsSettled: false } when IsOverdue(evaluation) => Situation.DeadlineExceeded,
        { IsUnderWay: true } when SetPlan.IsRaisable(evaluation) => Situation.WeightDue,
        { IsUnderWay: true, CanTakeTraffic: false } => Situation.AwaitingPods,
        { IsUnderWay: true } when evaluation.Status.Weights.Desired != evaluation.Wanted
            || evaluation.Status.ManagedRoutes.Desired != evaluation.WantedRoutes => Situation.WeightDue,
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

    // An abort of a revision that nobody has seen yet, asked for while the controller was away: the revision starts first, at weight 0, so
    // that it is this one that is rolled back.
    private static bool IsAsked(Evaluation evaluation) =>
        evaluation.Seen.Request is { } request
        && request.Id != evaluation.Status.LastRequest?.Id
        && !(request is { Action: RequestAction.Abort, Problem: null } && !evaluation.Status.IsRunning && IsNew(evaluation));

    private static bool IsWithdrawn(Evaluation evaluation) =>
        evaluation is { Status: { IsRunning: true, StableRevision: { } stable }, IsStableWritten: false }
        && evaluation.Target == stable
        && evaluation.Status.CanaryRevision != stable;

    /// <summary>
    /// A change, never a leftover: a revision that was rolled back does not start again by itself. A template that changes under a running
    /// rollout is taken off the traffic even where the spec is broken at the time; only its own first step waits for the spec to be healed.
    /// </summary>
    private static bool IsNew(Evaluation evaluation) =>
        evaluation is { Target: { } target, Status.StableRevision: { } stable, IsStableWritten: false }
        && target != stable
        && target != evaluation.Status.CanaryRevision
        && (evaluation.Status.IsRunning
            ? evaluation.PromotesTemplate || !evaluation.IsBlocked
            : IsNewWhileIdle(evaluation) && GroupRules.AwaitedToStart(evaluation) is null);

    /// <summary>Nothing is being released, and a new revision is there that may be, as far as this Rollout alone goes.</summary>
    public static bool IsNewWhileIdle(Evaluation evaluation) =>
        evaluation is { IsBlocked: false, Target: { } target, Status: { IsRunning: false, StableRevision: { } stable } }
        && target != stable && target != evaluation.Status.CanaryRevision && !IsFirstSight(evaluation) && !CopyPlan.IsAtZero(evaluation);

    private static bool IsUnready(Evaluation evaluation) =>
        evaluation.IsUnderWay
        && (evaluation.Status.Weights.Desired > Units.Weight.Zero || !evaluation.Status.ManagedRoutes.Desired.IsNone)
        && evaluation.Stable.ReadyEndpoints > 0
        && (evaluation.Canary.ReadyEndpoints == 0 || evaluation is { Canary.ForeignPods: not null, Stable.ForeignPods: null }
            || (evaluation.IsStableWritten && IsStableAlone(evaluation)
                && (evaluation.Status.Weights.Desired is var desired && desired == Units.Weight.Zero
                    || StableScale.Lowest(evaluation, evaluation.Status.WaitingSince) < desired)));

    // The canary side has another template by now, so only stable runs the promoted one.
    private static bool IsStableAlone(Evaluation evaluation) =>
        evaluation.Canary.Revision != evaluation.Status.CanaryRevision && evaluation.Stable.Revision == evaluation.Status.CanaryRevision
        && (evaluation.InForce?.Set is null || evaluation.Canary.Revision is not null);

    public static bool IsFirstSight(Evaluation evaluation) =>
        evaluation.Status.StableRevision is null || IsRoutedElsewhere(evaluation);

    /// <summary>The spec names other routes than the accepted one: another router, or without a mesh another Service that clients
    /// call.</summary>
    public static bool IsRoutedElsewhere(Evaluation evaluation) =>
        evaluation.Spec is { } spec && spec.Routes != evaluation.Status.Accepted?.Routes;

    private static bool IsChanged(Evaluation evaluation) =>
        evaluation is { Spec: { } spec, Status.Accepted: { } accepted }
        && (IsRoutedElsewhere(evaluation) || spec.Steps != accepted.Steps || spec.Analysis != accepted.Analysis
            || (spec.BlueGreen is null) != (accepted.BlueGreen is null)
            || spec.PreAnalysis != accepted.PreAnalysis || spec.PostAnalysis != accepted.PostAnalysis);

    private static bool IsOverdue(Evaluation evaluation) =>
        evaluation is { Status.WaitingSince: { } since, InForce: { } spec } && since.After(spec.ProgressDeadline) <= evaluation.Now;
}
