using System;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>Decides what happens next with a rollout. Pure: the same arguments, the same decision.</summary>
public static class RolloutMachine
{
    /// <summary>The next status, and what is to be done.</summary>
    /// <param name="spec">The spec as it was read; null where it has errors.</param>
    /// <param name="errors">What is wrong with it; empty where <paramref name="spec"/> is given.</param>
    /// <param name="status">The status that the last evaluation left.</param>
    /// <param name="seen">The world: the sides and routes of <see cref="RolloutStatus.Governing"/>.</param>
    /// <param name="now">UTC.</param>
    /// <remarks>Transitions are followed until nothing changes, so that a decision taken again from its own status and the same world
    /// changes nothing.</remarks>
    public static Decision Decide(RolloutSpec? spec, EquatableArray<SpecError> errors, RolloutStatus status, Observation seen,
        DateTimeOffset now)
    {
        var before = status;
        (status, seen) = RevisionSchemes.Settle(spec, errors, status, seen);
        seen = ServiceSize.Settle(spec, status, seen);
        var evaluation = new Evaluation(spec, errors, status, seen, now);
        var observed = evaluation.InForce?.Routes;
        for (var turn = 0; turn < MostTurns(evaluation); turn++)
        {
            var noticed = evaluation with { Status = StatusRefresh.Refresh(evaluation) };
            var situation = Classify.FindSituation(noticed);
            var next = noticed with { Status = Transitions.Next(situation, noticed) };
            var hasMoved = next.InForce?.Routes != observed;
            if (!hasMoved && next.Status != evaluation.Status)
            {
                evaluation = next;
                continue;
            }

            var told = next.Status with { Phase = StatusMessages.Phase(next), Message = StatusMessages.Message(situation, next) };
            next = next with { Status = told };
            next = next with { Status = told with { Conditions = Conditions.Build(next) } };
            return hasMoved
                // Other routes are in force from here on, and nobody has looked at them yet.
                ? new Decision(situation, next.Status, [], now, RolloutEvents.Between(before, next))
                : new Decision(situation, next.Status, Plan.Effects(situation, next), Plan.WakeAt(situation, next),
                    RolloutEvents.Between(before, next));
        }

        throw new InvalidOperationException($"no end to the transitions from {status.Phase}: {status.Message}");
    }

    /// <summary>
    /// What is to be done where a rollout is to be rolled back and <see cref="Decide"/> cannot be asked: the status that says so, and the
    /// weight 0. Nothing is looked at, so nothing that can be wrong with an object keeps an abort from being carried out; the next
    /// evaluation that can look ends it.
    /// </summary>
    /// <param name="status">The status as it was read.</param>
    /// <param name="request">What a person asks, as it was read.</param>
    /// <param name="why">Why nothing can be looked at.</param>
    /// <param name="now">The time.</param>
    /// <returns>Null: nothing is to be rolled back.</returns>
    public static Decision? AbortBlindly(RolloutStatus status, RolloutRequest? request, string why, DateTimeOffset now)
    {
        var isAsked = request is { Action: RequestAction.Abort, Problem: null } && request.Id != status.LastRequest?.Id
            && status.CanaryRevision != status.StableRevision;
        if (!status.IsRunning
            || (status.Abort is null
                && !(isAsked && status.Promotion is null or PromotionStage.ConfirmingFull or PromotionStage.Verifying))) return null;
        var aborted = status.Abort is not null ? status : status with
        {
            Abort = new Abort(AbortReason.Request, now, $"aborted by request{StatusMessages.Asker(request!)}", status.Weights.Applied
                ?? status.Weights.Desired),
            LastRequest = new HandledRequest(request!.Id, request.Action, request.By, now, true, "the rollout is rolled back"),
            Hold = null,
            Promotion = null,
            WaitingSince = null,
            IsRestarting = false,
            IsBeforeSteps = false,
        };
        // Nobody knows how many pods stable has: while it may have too few, what the canary has is not given to it blindly.
        var isKept = aborted.Accepted is { IsStableScaled: true, Workload: not null, Capacity: CapacityPolicy.Require } spec
            && (status.Abort is null ? now : status.WaitingSince ?? status.Abort.Since).After(spec.ProgressDeadline) > now;
        var lowest = isKept ? aborted.Weights.Desired : Weight.Zero;
        // What was sent before an abort is refused from here on, even where the weight is 0 already.
        aborted = (status.Abort is null ? WeightTransitions.Withdraw(aborted, lowest)
            : WeightTransitions.SetDesired(aborted, lowest)) with
        {
            Phase = Phase.RollingBack,
            Message = $"rolling back revision {status.CanaryRevision}: {aborted.Abort!.Message}; {why}"
        };
        EquatableArray<RolloutEvent> told = status.Abort is null ? [new RolloutEvent("RolloutAborted", aborted.Message, true)] : [];
        Effect[] fences = [new Effect.FenceRoutes(), new Effect.FenceStable()];
        return new Decision(Situation.RollingBack, aborted,
            lowest > Weight.Zero ? [.. fences] : [new Effect.Route(aborted.DesiredPlan), .. fences], now.AddSeconds(1), told);
    }

    private static int MostTurns(Evaluation evaluation) => 16 + (4 * ((evaluation.Spec?.Steps.Count ?? 0) + evaluation.Steps.Count));
}
