using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>Compares what is wanted with the world: what is to be done, as levels, and when to look again.</summary>
internal static class Plan
{
    /// <summary>How often people are told that the routes refuse to go back to 0.</summary>
    public static readonly TimeSpan TellEvery = TimeSpan.FromMinutes(5);

    /// <summary>What heals by itself is looked at this often even if no event says so.</summary>
    private static readonly TimeSpan Recheck = TimeSpan.FromSeconds(30);

    public static EquatableArray<Effect> Effects(Situation situation, Evaluation evaluation) =>
        [.. Routes(situation, evaluation), .. Fences(situation, evaluation), .. Sides(evaluation), .. Templates(situation, evaluation),
            .. Analyses(evaluation)];

    /// <summary>When to look again if nothing happens before; null: only when something happens.</summary>
    public static DateTimeOffset? WakeAt(Situation situation, Evaluation evaluation)
    {
        var (status, now) = (evaluation.Status, evaluation.Now);
        var soon = situation switch
        {
            Situation.RollingBack =>
                Earlier(WeightTransitions.RetryAt(status.Abort?.Since ?? now, now), evaluation.Seen.RouteRefusal is null ? null
                    : status.RefusalToldAt?.After(TellEvery)),
            Situation.Restarting or Situation.AwaitingRoutes or Situation.WeightDue =>
                WeightTransitions.RetryAt(status.WaitingSince ?? now, now),
            Situation.WeightForeign => WeightTransitions.NextReassertionAt(evaluation),
            Situation.Pausing => evaluation.PauseEndsAt,
            Situation.Blocked => Earlier(now + Recheck, RestoreAt(evaluation)),
            Situation.Promoting when BlueGreenSwitch.WayBackEndsAt(evaluation) is { } end && end > now => Earlier(now + Recheck, end),
            Situation.FirstSight or Situation.AwaitingPods or Situation.Promoting or Situation.Analyzing or Situation.AwaitingEvidence =>
                now + Recheck,
            Situation.Held => status.Hold?.Reason is HoldReason.AnalysisError or HoldReason.AlertFiring or HoldReason.EvidenceMissing
                ? now + Recheck : null,
            Situation.Requested or Situation.AnalysisFailed or Situation.AlertFiring or Situation.MemberRolledBack or Situation.Withdrawn
                or Situation.NewRevision or Situation.CanaryUnready or Situation.SpecChanged
                or Situation.DeadlineExceeded or Situation.EvidenceOverdue or Situation.StepDone => now,
            Situation.RolledBack or Situation.Idle =>
                Earlier(RestoreAt(evaluation), status.Waiting is null ? null : now + Recheck),
        };
        var deadline = status.WaitingSince is { } since && evaluation.InForce is { } spec ? since.After(spec.ProgressDeadline)
            : (DateTimeOffset?)null;
        DateTimeOffset?[] times =
            [CopyPlan.ScaleDownAt(evaluation), StableScale.ShrinkAt(evaluation), AutoscalerPlan.ReleaseAt(evaluation)];
        var isDue = CopyPlan.FindDue(evaluation) is not null || !CopyPlan.IsServing(evaluation) || SetPlan.IsMoving(evaluation)
            || evaluation.Seen.Routes.Any(route => route.IsBehind);
        // What was due and is not done yet is looked at again in any case.
        var wait = isDue ? times.Where(time => time > now).Append(now + Recheck).Min() : times.Min();
        return Earlier(Earlier(wait, CanaryReadinessRules.WakeAt(evaluation)),
            Earlier(ObservedWait.NextNoteAt(status, evaluation.InForce), deadline > now ? Earlier(deadline, soon) : soon));
    }

    /// <summary>When weights that somebody else wrote are written back; null: none are, or there is no pod of stable to take
    /// them.</summary>
    private static DateTimeOffset? RestoreAt(Evaluation evaluation) =>
        evaluation is not { IsWeightForeign: true, Stable.ReadyEndpoints: > 0 } ? null
            : evaluation.Seen.RouteRefusal is not null ? evaluation.Now + Recheck
            : WeightTransitions.NextIdleReassertionAt(evaluation) ?? evaluation.Now;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one <= other || other is null ? one : other;

    /// <summary>Traffic is sent only to a side that can take it, whatever the status wants; and nothing is raised while the spec is broken
    /// or the rollout is held by a fight.</summary>
    private static IEnumerable<Effect> Routes(Situation situation, Evaluation evaluation)
    {
        var desired = evaluation.Status.Weights.Desired;
        var isBehind = evaluation.Seen.Routes.Any(route => route.IsBehind);
        var isOurs = evaluation.Status.IsRunning || situation == Situation.FirstSight || evaluation.IsWeightForeign || isBehind;
        // One route that cannot be read makes all of them unknown; what a canary that is to go has on the others is taken away all the
        // same.
        var isBlind = evaluation is { Status: { IsRunning: true, Weights: { } weights }, Seen.Routes.Count: 0 }
            && weights.Desired == Weight.Zero && evaluation.Status.ManagedRoutes.Desired.IsNone
            && (weights.Previous != Weight.Zero || !evaluation.Status.ManagedRoutes.Previous.IsNone || evaluation.Status.Abort is not null);
        if (!isOurs || (evaluation.Seen.Routes.Count == 0 && !isBlind) || (evaluation.IsShown(desired) && !isBehind)) yield break;

        var isRising = evaluation.IsSendingRoutes
            || evaluation.Seen.Routes.Any(route => evaluation.Shown(route) < desired && !evaluation.Shows(route, desired));
        var isSinking = isBlind || evaluation.IsTakingRoutes
            || evaluation.Seen.Routes.Any(route => evaluation.Shown(route) > desired && !evaluation.Shows(route, desired));
        if (isRising && !evaluation.CanCanaryBearDesired) yield break;
        if (isSinking && evaluation.Status.Promotion == PromotionStage.ReturningTraffic && evaluation.AwaitedStableCapacity is not null)
            yield break;
        if (isSinking
            && (situation == Situation.FirstSight ? !evaluation.Stable.IsReady
                : evaluation.Stable is { ReadyEndpoints: 0, IsUnknown: false })) yield break;

        var isAllowed = situation switch
        {
            _ when evaluation.IsWeightForeign =>
                evaluation.Status.ReassertedAt == evaluation.Now || evaluation.Seen.RouteRefusal is not null,
            Situation.WeightForeign => evaluation.Status.ReassertedAt == evaluation.Now,
            Situation.Blocked => !isRising,
            _ when evaluation.Status.Hold is { Reason: HoldReason.WeightConflict } =>
                desired == Weight.Zero && evaluation.Canary.ReadyEndpoints == 0,
            _ => true,
        };
        if (isAllowed) yield return new Effect.Route(evaluation.Status.DesiredPlan);
    }

    /// <summary>
    /// What was sent before this weight was decided is refused from here on, also where nothing is to be written, or cannot be now: the
    /// weight is shown, or stable has no pod to take it back. A raise brings its number with it.
    /// </summary>
    private static IEnumerable<Effect> Fences(Situation situation, Evaluation evaluation)
    {
        var isOurs = evaluation.Status.IsRunning || situation == Situation.FirstSight;
        var isRising = evaluation.IsSendingRoutes || evaluation.Seen.Routes.Any(route =>
            evaluation.Shown(route) < evaluation.Status.Weights.Desired && !evaluation.Shows(route, evaluation.Status.Weights.Desired));
        if (isOurs && evaluation is { IsFenced: false, Seen.Routes.Count: > 0 } && !isRising && !Routes(situation, evaluation).Any())
            yield return new Effect.FenceRoutes();
        if (evaluation is
            {
                IsStableFenced: false,
                Status.Promotion: not (PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic)
            })
            yield return new Effect.FenceStable();
    }

    private static IEnumerable<Effect> Sides(Evaluation evaluation)
    {
        if (CopyPlan.FindDue(evaluation) is { } levels) yield return new Effect.Arrange(levels);
        if (SetPlan.FindDue(evaluation) is { } ofSet) yield return new Effect.ArrangeSet(ofSet);
    }

    private static IEnumerable<Effect> Templates(Situation situation, Evaluation evaluation)
    {
        if (situation == Situation.Promoting
            && evaluation is
            {
                Status: { Promotion: PromotionStage.UpdatingStable, CanaryRevision: { } revision }, IsStableWritten: false,
                IsSettled: true, Canary.ReadyEndpoints: > 0
            }
            && evaluation.Canary.Revision == revision
            && evaluation.IsShown(Weight.Full))
            yield return new Effect.PromoteTemplate(revision);
        if (evaluation is { IsBlocked: false, Status: { IsRunning: false, RollbackTo: { } old } })
            yield return new Effect.RestoreTemplate(old.Revision, old.From);
    }

    private static IEnumerable<Effect> Analyses(Evaluation evaluation)
    {
        var wanted = AnalysisRuns.Wanted(evaluation).ToArray();
        // One that gets no answers is asked for again: it is made anew where its template was corrected meanwhile.
        foreach (var run in wanted.Where(one => evaluation.Seen.Runs.All(seen => seen.Key != one.Key
            || seen is { IsHeldByErrors: true, Phase: RunPhase.Pending or RunPhase.Running }))) yield return run;
        foreach (var run in evaluation.Seen.Runs)
        {
            if (run.Phase is RunPhase.Pending or RunPhase.Running && wanted.All(one => one.Key != run.Key))
                yield return new Effect.EndAnalysis(run.Key, WhyEnded(evaluation));
        }
    }

    private static string WhyEnded(Evaluation evaluation) => evaluation.Status switch
    {
        { Abort: { } abort } => abort.Message,
        { IsRestarting: true } => $"the rollout starts again with revision {evaluation.Status.CanaryRevision}",
        { Promotion: not null } or { IsRunning: false } => "the rollout is promoted",
        _ => "the rollout moved on",
    };
}
