using System.Linq;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Reporting;

/// <summary>The phase and the sentence of a status. No sentence ticks: what changes with the clock alone is not said.</summary>
internal static class StatusMessages
{
    private const int MostNamed = 3;

    public static Phase Phase(Evaluation evaluation) => evaluation.Status switch
    {
        { Abort: not null, IsRunning: true } => Rollouts.Phase.RollingBack,
        _ when evaluation.IsBlocked => Rollouts.Phase.Degraded,
        { IsRunning: false } when Classify.IsFirstSight(evaluation) => Rollouts.Phase.Initializing,
        { IsRunning: false, Waiting: not null } => Rollouts.Phase.Progressing,
        { IsRunning: false, Abort: not null } => Rollouts.Phase.RolledBack,
        { IsRunning: false } => Rollouts.Phase.Healthy,
        { Hold: not null } => Rollouts.Phase.Paused,
        { Promotion: not null } => Rollouts.Phase.Promoting,
        _ => Rollouts.Phase.Progressing,
    };

    /// <summary>What is happening and why.</summary>
    public static string Message(Situation situation, Evaluation evaluation) =>
        Sentence(situation, evaluation) + CanaryReadinessRules.Outlook(evaluation) + SetPlan.Outlook(evaluation)
            + (evaluation is { IsUnderWay: true, Status.Skipped: { Length: > 0 } skipped } ? $"; {skipped}" : "");

    private static string Sentence(Situation situation, Evaluation evaluation) => situation switch
    {
        Situation.RollingBack =>
            $"rolling back revision {evaluation.Status.CanaryRevision}: {evaluation.Status.Abort?.Message}; {AwaitedWeight(evaluation)}",
        Situation.Restarting when CopyPlan.IsOutdated(evaluation) && evaluation.IsShown(Weight.Zero) =>
            $"{Start(evaluation.Status)}; its configuration changed{Named(evaluation)}, and the pods of "
                + $"{evaluation.InForce!.Workload!.Reference.Name} are made anew to read it",
        Situation.Restarting when evaluation.IsShown(Weight.Zero)
            && evaluation.Seen.Routes.FirstOrDefault(route => route.IsBehind) is { } behind =>
            $"{Start(evaluation.Status)}; waiting until {behind.Name}, which shows weight 0, is written again",
        Situation.Restarting => $"{Start(evaluation.Status)}; {AwaitedWeight(evaluation)}",
        Situation.Blocked => $"{(evaluation.Status.IsRunning ? $"{Place(evaluation)}, blocked: " : "")}{Blockers(evaluation)}",
        Situation.FirstSight => "initializing: "
            + (CopyPlan.Say(evaluation) ?? SetPlan.Say(evaluation)
                ?? (evaluation.Stable.IsReady ? AwaitedRoutes(evaluation) : AwaitedPods(evaluation))),
        Situation.WeightForeign =>
            $"{Place(evaluation)}, somebody else wrote the weights{InARow(evaluation.Status.Reassertions)}: {ForeignRoutes(evaluation)}",
        Situation.Held =>
            $"{Place(evaluation)}, {evaluation.Status.Hold?.Message}{(evaluation.CanTakeTraffic ? "" : "; " + AwaitedPods(evaluation))}",
        Situation.AwaitingPods => $"{Place(evaluation)}, {AwaitedPods(evaluation)}",
        Situation.AwaitingRoutes => $"{Place(evaluation)}, {AwaitedRoutes(evaluation)}",
        Situation.Promoting => Promotion(evaluation),
        Situation.Pausing => $"{Place(evaluation)}, {evaluation.Status.Hold?.Message}",
        Situation.Analyzing =>
            $"{Place(evaluation)}, waiting for {Awaited(evaluation)}"
                + $"{(evaluation.Seen.RunRefusal is { } problem ? $", which cannot be made: {problem}" : "")}",
        Situation.AwaitingEvidence =>
            $"{Place(evaluation)}, {AwaitedEvidence(evaluation)}",
        Situation.RolledBack when evaluation.Status.Waiting is not null => Rest(evaluation),
        Situation.RolledBack => $"rolled back at weight {evaluation.Status.Abort?.Weight}: {evaluation.Status.Abort?.Message}",
        Situation.Idle => Rest(evaluation)
            + (evaluation.Seen.CopyRefusal is { } refusal ? $"; the two sides cannot be kept: {refusal}" : ""),
        // Each of these is followed by another one in the same evaluation, which has the last word.
        Situation.Requested or Situation.AnalysisFailed or Situation.AlertFiring or Situation.MemberRolledBack or Situation.Withdrawn
            or Situation.NewRevision or Situation.CanaryUnready or Situation.SpecChanged
            or Situation.DeadlineExceeded or Situation.EvidenceOverdue or Situation.WeightDue or Situation.StepDone => Place(evaluation),
    };

    /// <summary><c>step 5 of 7: weight 25</c>.</summary>
    public static string Place(Evaluation evaluation) => evaluation.Status switch
    {
        { IsRestarting: true } => Start(evaluation.Status),
        _ when BlueGreenMessages.Place(evaluation) is { } place => place,
        { IsBeforeSteps: true } => "before the first step: weight 0",
        { Promotion: not null } => $"promoting: weight {evaluation.Wanted}{Managed(evaluation)}",
        _ => $"{evaluation.StepText}: weight {evaluation.Wanted}{Pods(evaluation)}{Managed(evaluation)}",
    };

    /// <summary><c> (2 of 12 pods, 16.7 %)</c>, where the weight in force is a number of pods; else nothing.</summary>
    public static string Pods(Evaluation evaluation) =>
        evaluation.Status.Weights is { Pods: { } pods, Applied: { } applied } && applied == evaluation.Wanted ? $" ({pods})" : "";

    private static string Managed(Evaluation evaluation) => evaluation.WantedRoutes is { IsNone: false } managed ? $", {managed}" : "";

    /// <summary>Who asks, and why in their own words, behind "by request".</summary>
    public static string Asker(RolloutRequest request) =>
        (request.By.Length > 0 ? $" of {request.By}" : "") + (request.Reason.Length > 0 ? $": {request.Reason}" : "");

    /// <summary>Everything that is wrong with the spec or missing: the first few, and how many more.</summary>
    public static string Blockers(Evaluation evaluation)
    {
        var all = evaluation.Errors.Concat(evaluation.Seen.Problems).Select(error => error.ToString()).Distinct().ToArray();
        var more = all.Length > MostNamed ? $"; and {all.Length - MostNamed} more" : "";
        return all.Length == 0 ? "the spec cannot be read" : string.Join("; ", all.Take(MostNamed)) + more;
    }

    public static string AwaitedPods(Evaluation evaluation)
    {
        if (evaluation.NeedsCanary && evaluation.Canary.IsReady && evaluation.AwaitedCanaryCapacity is { } lacking)
            return $"waiting for capacity: {lacking}";
        if (!evaluation.NeedsCanary && evaluation.Stable.ReadyEndpoints > 0 && evaluation.AwaitedStableCapacity is { } missing)
            return $"waiting for capacity: {missing}";
        if (CopyPlan.AwaitedScale(evaluation) is { } scale && evaluation.Canary.IsReady)
            return $"waiting for {scale} pods of the {(evaluation.InForce?.BlueGreen is null ? "canary" : "preview")}: "
                + Ready(evaluation.Canary);
        var isCanary = evaluation.NeedsCanary && !evaluation.Canary.IsReady;
        var side = isCanary ? evaluation.Canary : evaluation.Stable;
        var pods = Ready(side);
        var isUpdated = side.IsRolledOut || side is { ReadyThreshold: < ReadyThresholds.All, IsUpdated: true };
        var state = side.ReadyEndpoints > 0 && !isUpdated ? ", not all of them new" : "";
        var problem = (evaluation.Seen.CopyRefusal ?? side.Problem) is { Length: > 0 } why ? $" ({why})" : "";
        return $"waiting for {(isCanary ? "pods" : "pods of stable, which traffic is to return to")}: {pods}{state}{problem}";
    }

    // While a Deployment replaces its pods there are more of them than it asks for.
    private static string Ready(SideObservation side) => side.DesiredPods switch
    {
        0 => $"{side.ReadyEndpoints} ready",
        var wanted when side.ReadyEndpoints > wanted => $"{side.ReadyEndpoints} ready, {wanted} wanted",
        var wanted when side.ReadyThreshold < ReadyThresholds.All =>
            $"{side.ReadyEndpoints} of {wanted} ready; the ready threshold of {side.ReadyThreshold} % asks for {side.RequiredPods}",
        var wanted => $"{side.ReadyEndpoints} of {wanted} ready",
    };

    public static string AwaitedRoutes(Evaluation evaluation)
    {
        var desired = evaluation.Status.Weights.Desired;
        if (evaluation.Seen.RouteRefusal is { } problem) return $"{Desired(evaluation)} was refused: {problem}";
        if (evaluation.IsShown(desired) && !evaluation.IsFenced)
            return $"weight {desired} is shown; waiting until every route refuses the writes that were sent before it";
        if (evaluation.IsShown(desired) && !evaluation.IsStableFenced)
            return $"weight {desired} is shown; waiting until stable's workload refuses the template that was sent before";
        var late = evaluation.Seen.Routes.Where(route => !evaluation.Shows(route, desired) || !HasWantedRoutes(evaluation, route))
            .Select(route => Shown(evaluation, route) + (route.Awaited is { } awaited ? $", where {awaited}" : ""));
        return $"waiting for the routes to show {desired}{With(evaluation)}: {(evaluation.Seen.Routes.Count == 0 ? "none can be read" : string.Join(", ", late))}";
    }

    /// <summary>What a raise waits for, and until when.</summary>
    public static string AwaitedEvidence(Evaluation evaluation)
    {
        var until = evaluation.Status.EvidenceAwaitedSince is { } since
            ? $" until {TimeText.Format(since.After(evaluation.EvidencePolicy.EvidenceWithin))}" : "";
        return $"the raise to {evaluation.DueRaise} waits{until} for the comparison with stable: {evaluation.MissingEvidence}";
    }

    public static string ForeignRoutes(Evaluation evaluation)
    {
        var weights = evaluation.Status.Weights;
        return string.Join(", ", evaluation.Seen.Routes.Where(evaluation.IsForeignRoute).Select(route => HasWantedRoutes(evaluation, route)
            ? $"{route.Name} shows {evaluation.Shown(route)} instead of {weights.Desired}"
            : $"{Shown(evaluation, route)} instead of {weights.Desired}, {evaluation.Status.ManagedRoutes.Desired}"));
    }

    private static string Desired(Evaluation evaluation) => $"weight {evaluation.Status.Weights.Desired}{With(evaluation)}";

    public static string With(Evaluation evaluation) =>
        evaluation.Status.ManagedRoutes.Desired is { IsNone: false } managed ? $" and {managed}" : "";

    private static bool HasWantedRoutes(Evaluation evaluation, RouteObservation route) =>
        route.Managed == evaluation.Status.ManagedRoutes.Desired;

    private static string Shown(Evaluation evaluation, RouteObservation route) => $"{route.Name} shows {evaluation.Shown(route)}"
        + (HasWantedRoutes(evaluation, route) ? "" : route.Managed is { } managed ? $", {managed}" : ", header or mirror routes of others");

    private static string AwaitedWeight(Evaluation evaluation) =>
        evaluation is { IsBlocked: true, Seen.Routes.Count: 0 } ? Blockers(evaluation) : evaluation.CanTakeTraffic
        ? AwaitedRoutes(evaluation) : AwaitedPods(evaluation);

    private static string Start(RolloutStatus status) =>
        status.CanaryRevision == status.StableRevision ? "the canary side went back to stable"
        : $"starting revision {status.CanaryRevision}";

    private static string Named(Evaluation evaluation) =>
        evaluation.Seen.Second.ChangedConfiguration is { Count: > 0 } changed ? $" ({string.Join(", ", changed)})" : "";

    private static string Promotion(Evaluation evaluation) => evaluation.Status.Promotion switch
    {
        PromotionStage.Verifying when AnalysisRuns.NeedsPost(evaluation) =>
            $"{Place(evaluation)}, waiting for the {RollbackReasons.Describe(evaluation, AnalysisRuns.Post(evaluation))}",
        PromotionStage.ConfirmingFull when evaluation.AwaitedEvidence is not null => $"{Place(evaluation)}, {AwaitedEvidence(evaluation)}",
        PromotionStage.ConfirmingFull or PromotionStage.Verifying when AnalysisRuns.MissingForPromotion(evaluation) is { } missing =>
            $"{Place(evaluation)}, waiting for {missing}",
        PromotionStage.ConfirmingFull when GroupRules.AwaitedMembers(evaluation) is { } members =>
            $"{Place(evaluation)}, waiting for {members}",
        PromotionStage.ConfirmingFull or PromotionStage.Verifying when BlueGreenMessages.WayBack(evaluation) is { } wayBack =>
            $"{Place(evaluation)}, {wayBack}",
        PromotionStage.UpdatingStable when !evaluation.IsStableWritten =>
            $"{Place(evaluation)}, writing the template of revision {evaluation.Status.CanaryRevision} into stable{Refusal(evaluation)}",
        PromotionStage.UpdatingStable when evaluation is { Stable.IsReady: true, AwaitedStableCapacity: { } lacking } =>
            $"{Place(evaluation)}, waiting for capacity before traffic returns to stable: {lacking}",
        PromotionStage.UpdatingStable =>
            $"{Place(evaluation)}, stable rolls out revision {evaluation.Status.CanaryRevision}: "
                + $"{Ready(evaluation.Stable)}{Problem(evaluation)}",
        PromotionStage.ConfirmingFull or PromotionStage.Verifying or PromotionStage.ReturningTraffic or null => Place(evaluation),
    };

    private static string Awaited(Evaluation evaluation) => !evaluation.Status.IsBeforeSteps ? "the analysis of this step"
        : evaluation.InForce?.BlueGreen is null ? "its analysis"
        : $"the {RollbackReasons.Describe(evaluation, AnalysisRuns.Pre(evaluation))}";

    private static string Refusal(Evaluation evaluation) =>
        evaluation.Seen.RouteRefusal is { } problem ? $", which was refused: {problem}" : "";

    private static string Problem(Evaluation evaluation) => evaluation.Stable.Problem is { Length: > 0 } problem ? $" ({problem})" : "";

    private static string Rest(Evaluation evaluation) =>
        evaluation.Status.Waiting is { } waiting ? $"revision {waiting.Revision} waits for {GroupRules.AwaitedToStart(evaluation)}" :
        CopyPlan.IsAtZero(evaluation) ? CopyPlan.SayZero(evaluation) :
        evaluation.Status.RollbackTo is { } old ? $"writing the template of revision {old.Revision} into the Deployment" :
        evaluation.Status.StableChange is not null ? StableChanges.Say(evaluation) :
        evaluation.Target is { } held && held != evaluation.Status.StableRevision
            ? $"revision {evaluation.Status.StableRevision} is stable; the canary side holds {held}, which was there before: a rollout "
                + "starts when it changes"
            : $"revision {evaluation.Status.StableRevision} is stable"
                + (CopyPlan.SayKept(evaluation) is { } kept ? $". {kept}" : "");

    private static string InARow(int count) => count > 1 ? $" {count} times in a row" : "";
}
