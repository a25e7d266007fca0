using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>Compares what is wanted with the world: what is to be done, as levels, and when to look again.</summary>
internal static class Plan
{
    /// <summary>How often people are told that the routes refuse to go back to 0.</summary>
    public static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(5);

    /// <summary>What heals by itself is looked at this often even if no event says so.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(30);

    public static EquatableArray<Effect> Effects(Situation situation, Scene scene) =>
        [.. Routes(situation, scene), .. Fences(situation, scene), .. Templates(situation, scene), .. Analyses(scene)];

    /// <summary>When to look again if nothing happens before; null: only when something happens.</summary>
    public static DateTimeOffset? WakeAt(Situation situation, Scene scene)
    {
        var (status, now) = (scene.Status, scene.Now);
        var soon = situation switch
        {
            Situation.RollingBack => Earlier(Weighing.RetryAt(status.Abort?.Since ?? now, now), scene.Seen.RouteTrouble is null ? null : status.RefusalToldAt?.After(TellEvery)),
            Situation.Restarting or Situation.AwaitingRoutes or Situation.WeightDue => Weighing.RetryAt(status.WaitingSince ?? now, now),
            Situation.WeightForeign => Weighing.NextFightAt(status),
            Situation.Pausing => scene.PauseEndsAt,
            Situation.Blocked => Earlier(now + Recheck, RestoreAt(scene)),
            Situation.FirstSight or Situation.AwaitingPods or Situation.Promoting or Situation.Analyzing or Situation.AwaitingEvidence => now + Recheck,
            Situation.Held => status.Hold?.Reason is HoldReason.AnalysisError or HoldReason.AlertFiring ? now + Recheck : null,
            Situation.Requested or Situation.AnalysisFailed or Situation.AlertFiring or Situation.Withdrawn or Situation.NewRevision or Situation.CanaryUnready or Situation.SpecChanged
                or Situation.DeadlineExceeded or Situation.StepDone => now,
            Situation.RolledBack or Situation.Idle => RestoreAt(scene),
        };
        var deadline = status.WaitingSince is { } since && scene.InForce is { } spec ? since.After(spec.ProgressDeadline) : (DateTimeOffset?)null;
        return Earlier(Readiness.WakeAt(scene), Earlier(ObservedWait.NextNoteAt(status, scene.InForce), deadline > now ? Earlier(deadline, soon) : soon));
    }

    /// <summary>When weights that are astray are written back; null: none are, or there is no pod of stable to take them.</summary>
    private static DateTimeOffset? RestoreAt(Scene scene) =>
        scene is not { IsAstray: true, Stable.ReadyEndpoints: > 0 } ? null
            : scene.Seen.RouteTrouble is not null ? scene.Now + Recheck
            : Weighing.NextRestoreAt(scene.Status) ?? scene.Now;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one <= other || other is null ? one : other;

    /// <summary>Traffic is sent only to a side that can take it, whatever the status wants; and nothing is raised while the spec is broken or the rollout is held by a fight.</summary>
    private static IEnumerable<Effect> Routes(Situation situation, Scene scene)
    {
        var desired = scene.Status.Weights.Desired;
        var isOurs = scene.Status.IsRunning || situation == Situation.FirstSight || scene.IsAstray;
        // One route that cannot be read makes all of them unknown; what a canary that is to go has on the others is taken away all the same.
        var isBlind = scene is { Status: { IsRunning: true, Weights: { } weights }, Seen.Routes.Count: 0 } && weights.Desired == Weight.Zero && (weights.Previous != Weight.Zero || scene.Status.Abort is not null);
        if (!isOurs || (scene.Seen.Routes.Count == 0 && !isBlind) || scene.IsShown(desired)) yield break;

        var isRising = scene.Seen.Routes.Any(route => scene.Shown(route) < desired && !scene.Shows(route, desired));
        var isSinking = isBlind || scene.Seen.Routes.Any(route => scene.Shown(route) > desired && !scene.Shows(route, desired));
        if (isRising && (!scene.Canary.IsReady || scene.AwaitedCanaryCapacity is not null)) yield break;
        if (isSinking && scene.Status.Promotion == PromotionStage.ReturningTraffic && scene.AwaitedStableCapacity is not null) yield break;
        if (isSinking && (situation == Situation.FirstSight ? !scene.Stable.IsReady : scene.Stable is { ReadyEndpoints: 0, IsUnknown: false })) yield break;

        var isAllowed = situation switch
        {
            _ when scene.IsAstray => scene.Status.FoughtAt == scene.Now || scene.Seen.RouteTrouble is not null,
            Situation.WeightForeign => scene.Status.FoughtAt == scene.Now,
            Situation.Blocked => !isRising,
            _ when scene.Status.Hold is { Reason: HoldReason.WeightConflict } => desired == Weight.Zero && scene.Canary.ReadyEndpoints == 0,
            _ => true,
        };
        if (isAllowed) yield return new Effect.Route(scene.ByRole(desired));
    }

    /// <summary>
    /// What was sent before this weight was decided is refused from here on, also where nothing is to be written, or cannot be now: the weight is shown, or stable has no pod to take it back.
    /// A raise brings its number with it.
    /// </summary>
    private static IEnumerable<Effect> Fences(Situation situation, Scene scene)
    {
        var isOurs = scene.Status.IsRunning || situation == Situation.FirstSight;
        var isRising = scene.Seen.Routes.Any(route => scene.Shown(route) < scene.Status.Weights.Desired && !scene.Shows(route, scene.Status.Weights.Desired));
        if (isOurs && scene is { IsFenced: false, Seen.Routes.Count: > 0 } && !isRising && !Routes(situation, scene).Any()) yield return new Effect.FenceRoutes();
        if (scene is { IsStableFenced: false, Status.Promotion: not (PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic) }) yield return new Effect.FenceStable();
    }

    private static IEnumerable<Effect> Templates(Situation situation, Scene scene)
    {
        if (situation == Situation.Promoting
            && scene is { Status: { Promotion: PromotionStage.UpdatingStable, CanaryRevision: { } revision }, IsStableWritten: false, IsSettled: true, Canary.ReadyEndpoints: > 0 }
            && scene.Canary.Revision == revision
            && scene.IsShown(Weight.Full))
            yield return new Effect.PromoteTemplate(revision);
    }

    private static IEnumerable<Effect> Analyses(Scene scene)
    {
        var wanted = Runs.Wanted(scene).ToArray();
        // One that gets no answers is asked for again: it is made anew where its template was corrected meanwhile.
        foreach (var run in wanted.Where(one => scene.Seen.Runs.All(seen => seen.Key != one.Key || seen is { IsHeldByErrors: true, Phase: RunPhase.Pending or RunPhase.Running }))) yield return run;
        foreach (var run in scene.Seen.Runs)
        {
            if (run.Phase is RunPhase.Pending or RunPhase.Running && wanted.All(one => one.Key != run.Key)) yield return new Effect.EndAnalysis(run.Key, WhyEnded(scene));
        }
    }

    private static string WhyEnded(Scene scene) => scene.Status switch
    {
        { Abort: { } abort } => abort.Message,
        { IsRestarting: true } => $"the rollout starts again with revision {scene.Status.CanaryRevision}",
        { Promotion: not null } or { IsRunning: false } => "the rollout is promoted",
        _ => "the rollout moved on",
    };
}
