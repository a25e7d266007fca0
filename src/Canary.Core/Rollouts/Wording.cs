using System;
using System.Globalization;
using System.Linq;

namespace Canary.Core.Rollouts;

/// <summary>The phase and the sentence of a status. No sentence ticks: what changes with the clock alone is not said.</summary>
internal static class Wording
{
    private const int MostNamed = 3;

    public static Phase Phase(Scene scene) => scene.Status switch
    {
        { Abort: not null, IsRunning: true } => Rollouts.Phase.RollingBack,
        _ when scene.IsBlocked => Rollouts.Phase.Degraded,
        { IsRunning: false } when Classify.IsFirstSight(scene) => Rollouts.Phase.Initializing,
        { IsRunning: false, Abort: not null } => Rollouts.Phase.RolledBack,
        { IsRunning: false } => Rollouts.Phase.Healthy,
        { Hold: not null } => Rollouts.Phase.Paused,
        { Promotion: not null } => Rollouts.Phase.Promoting,
        _ => Rollouts.Phase.Progressing,
    };

    /// <summary>What is happening and why.</summary>
    public static string Message(Situation situation, Scene scene) => Sentence(situation, scene) + Readiness.Outlook(scene);

    private static string Sentence(Situation situation, Scene scene) => situation switch
    {
        Situation.RollingBack => $"taking revision {scene.Status.CanaryRevision} back: {scene.Status.Abort?.Message}; {AwaitedWeight(scene)}",
        Situation.Restarting => $"{Start(scene.Status)}; {AwaitedWeight(scene)}",
        Situation.Blocked => $"{(scene.Status.IsRunning ? $"{Place(scene)}, blocked: " : "")}{Blockers(scene)}",
        Situation.FirstSight => $"initializing: {(scene.Stable.IsReady ? AwaitedRoutes(scene) : AwaitedPods(scene))}",
        Situation.WeightForeign => $"{Place(scene)}, somebody else wrote the weights{InARow(scene.Status.WeightFights)}: {ForeignRoutes(scene)}",
        Situation.Held => $"{Place(scene)}, {scene.Status.Hold?.Message}{(scene.CanTakeTraffic ? "" : "; " + AwaitedPods(scene))}",
        Situation.AwaitingPods => $"{Place(scene)}, {AwaitedPods(scene)}",
        Situation.AwaitingRoutes => $"{Place(scene)}, {AwaitedRoutes(scene)}",
        Situation.Promoting => Promotion(scene),
        Situation.Pausing => $"{Place(scene)}, {scene.Status.Hold?.Message}",
        Situation.Analyzing => $"{Place(scene)}, waiting for {(scene.Status.IsBeforeSteps ? "its analysis" : "the analysis of this step")}{(scene.Seen.RunTrouble is { } trouble ? $", which cannot be made: {trouble}" : "")}",
        Situation.AwaitingEvidence => $"{Place(scene)}, the raise to {(scene.Step as Step.SetWeight)?.Weight} waits for the comparison with stable: {scene.AwaitedEvidence}",
        Situation.RolledBack => $"rolled back at weight {scene.Status.Abort?.Weight}: {scene.Status.Abort?.Message}",
        Situation.Idle => Rest(scene),
        // Each of these is followed by another one in the same evaluation, which has the last word.
        Situation.Requested or Situation.AnalysisFailed or Situation.AlertFiring or Situation.Withdrawn or Situation.NewRevision or Situation.CanaryUnready or Situation.SpecChanged
            or Situation.DeadlineExceeded or Situation.WeightDue or Situation.StepDone => Place(scene),
    };

    /// <summary><c>step 5 of 7: weight 25</c>.</summary>
    public static string Place(Scene scene) => scene.Status switch
    {
        { IsRestarting: true } => Start(scene.Status),
        { IsBeforeSteps: true } => "before the first step: weight 0",
        { Promotion: not null } => $"promoting: weight {scene.Wanted}",
        _ => $"{StepOf(scene)}: weight {scene.Wanted}",
    };

    public static string StepOf(Scene scene) => $"step {Math.Min(scene.Status.CurrentStepIndex + 1, scene.Steps.Count)} of {scene.Steps.Count}";

    public static string Of(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Who asks, and why in their own words, behind "by request".</summary>
    public static string Asker(RolloutRequest request) =>
        (request.By.Length > 0 ? $" of {request.By}" : "") + (request.Reason.Length > 0 ? $": {request.Reason}" : "");

    /// <summary>Everything that is wrong with the spec or missing: the first few, and how many more.</summary>
    public static string Blockers(Scene scene)
    {
        var all = scene.Errors.Concat(scene.Seen.Problems).Select(error => error.ToString()).Distinct().ToArray();
        var more = all.Length > MostNamed ? $"; and {all.Length - MostNamed} more" : "";
        return all.Length == 0 ? "the spec cannot be read" : string.Join("; ", all.Take(MostNamed)) + more;
    }

    public static string AwaitedPods(Scene scene)
    {
        if (scene.NeedsCanary && scene.Canary.IsReady && scene.AwaitedCanaryCapacity is { } lacking) return $"waiting for capacity: {lacking}";
        if (!scene.NeedsCanary && scene.Stable.ReadyEndpoints > 0 && scene.AwaitedStableCapacity is { } missing) return $"waiting for capacity: {missing}";
        var isCanary = scene.NeedsCanary && !scene.Canary.IsReady;
        var side = isCanary ? scene.Canary : scene.Stable;
        var pods = Ready(side);
        var state = side is { ReadyEndpoints: > 0, IsRolledOut: false } ? ", not all of them new" : "";
        var trouble = side.Trouble is { Length: > 0 } why ? $" ({why})" : "";
        return $"waiting for {(isCanary ? "pods" : "pods of stable, which traffic is to return to")}: {pods}{state}{trouble}";
    }

    // While a Deployment replaces its pods there are more of them than it asks for.
    private static string Ready(SideObservation side) => side.DesiredPods switch
    {
        0 => $"{side.ReadyEndpoints} ready",
        var wanted when side.ReadyEndpoints > wanted => $"{side.ReadyEndpoints} ready, {wanted} wanted",
        var wanted => $"{side.ReadyEndpoints} of {wanted} ready",
    };

    public static string AwaitedRoutes(Scene scene)
    {
        var desired = scene.Status.Weights.Desired;
        if (scene.Seen.RouteTrouble is { } trouble) return $"weight {desired} was refused: {trouble}";
        if (scene.IsShown(desired) && !scene.IsFenced) return $"weight {desired} is shown; waiting until every route refuses the writes that were sent before it";
        if (scene.IsShown(desired) && !scene.IsStableFenced) return $"weight {desired} is shown; waiting until stable's workload refuses the template that was sent before";
        var late = scene.Seen.Routes.Where(route => !scene.Shows(route, desired)).Select(route => $"{route.Name} shows {scene.Shown(route)}");
        return $"waiting for the routes to show {desired}: {(scene.Seen.Routes.Count == 0 ? "none can be read" : string.Join(", ", late))}";
    }

    public static string ForeignRoutes(Scene scene)
    {
        var weights = scene.Status.Weights;
        var foreign = scene.Seen.Routes.Where(route => !scene.Shows(route, weights.Desired) && !scene.Shows(route, weights.Previous));
        return string.Join(", ", foreign.Select(route => $"{route.Name} shows {scene.Shown(route)} instead of {weights.Desired}"));
    }

    private static string AwaitedWeight(Scene scene) =>
        scene is { IsBlocked: true, Seen.Routes.Count: 0 } ? Blockers(scene) : scene.CanTakeTraffic ? AwaitedRoutes(scene) : AwaitedPods(scene);

    private static string Start(RolloutStatus status) =>
        status.CanaryRevision == status.StableRevision ? "the canary side went back to stable" : $"starting revision {status.CanaryRevision}";

    private static string Promotion(Scene scene) => scene.Status.Promotion switch
    {
        PromotionStage.Verifying when Runs.NeedsPost(scene) => $"{Place(scene)}, waiting for the analysis after the last step",
        PromotionStage.ConfirmingFull or PromotionStage.Verifying when Runs.MissingForPromotion(scene) is { } missing => $"{Place(scene)}, waiting for {missing}",
        PromotionStage.UpdatingStable when !scene.IsStableWritten => $"{Place(scene)}, writing the template of revision {scene.Status.CanaryRevision} into stable{Refusal(scene)}",
        PromotionStage.UpdatingStable when scene is { Stable.IsReady: true, AwaitedStableCapacity: { } lacking } => $"{Place(scene)}, waiting for capacity before traffic returns to stable: {lacking}",
        PromotionStage.UpdatingStable => $"{Place(scene)}, stable rolls out revision {scene.Status.CanaryRevision}: {Ready(scene.Stable)}{Trouble(scene)}",
        PromotionStage.ConfirmingFull or PromotionStage.Verifying or PromotionStage.ReturningTraffic or null => Place(scene),
    };

    private static string Refusal(Scene scene) => scene.Seen.RouteTrouble is { } trouble ? $", which was refused: {trouble}" : "";

    private static string Trouble(Scene scene) => scene.Stable.Trouble is { Length: > 0 } trouble ? $" ({trouble})" : "";

    private static string Rest(Scene scene) =>
        scene.Status.StableChange is not null ? StableChanges.Say(scene) :
        scene.Target is { } held && held != scene.Status.StableRevision
            ? $"revision {scene.Status.StableRevision} is stable; the canary side holds {held}, which was there before: a rollout starts when it changes"
            : $"revision {scene.Status.StableRevision} is stable";

    private static string InARow(int count) => count > 1 ? $" {count} times in a row" : "";
}
