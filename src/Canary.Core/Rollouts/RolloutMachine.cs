using System;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Rollouts;

/// <summary>Decides what happens next with a rollout. Pure: the same arguments, the same decision.</summary>
public static class RolloutMachine
{
    /// <summary>The next status, and what is to be done.</summary>
    /// <param name="spec">The spec as it was read; null where it has errors.</param>
    /// <param name="errors">What is wrong with it; empty where <paramref name="spec"/> is given.</param>
    /// <param name="status">The status that the last evaluation left.</param>
    /// <param name="seen">The world: the sides and routes of <see cref="RolloutStatus.Governing"/>.</param>
    /// <param name="now">UTC.</param>
    /// <remarks>Transitions are followed until nothing changes, so that a decision taken again from its own status and the same world changes nothing.</remarks>
    public static Decision Decide(RolloutSpec? spec, EquatableArray<SpecError> errors, RolloutStatus status, Observation seen, DateTimeOffset now)
    {
        var before = status;
        (status, seen) = RevisionSchemes.Settle(spec, errors, status, seen);
        var scene = new Scene(spec, errors, status, seen, now);
        var observed = scene.InForce?.Traffic;
        for (var turn = 0; turn < MostTurns(scene); turn++)
        {
            var noticed = scene with { Status = Noticing.Of(scene) };
            var situation = Classify.Of(noticed);
            var next = noticed with { Status = Transitions.Next(situation, noticed) };
            var hasMoved = next.InForce?.Traffic != observed;
            if (!hasMoved && next.Status != scene.Status)
            {
                scene = next;
                continue;
            }

            var told = next.Status with { Phase = Wording.Phase(next), Message = Wording.Message(situation, next) };
            next = next with { Status = told };
            next = next with { Status = told with { Conditions = Conditions.Of(next) } };
            return hasMoved
                // Other routes are in force from here on, and nobody has looked at them yet.
                ? new Decision(situation, next.Status, [], now, Announcing.Between(before, next))
                : new Decision(situation, next.Status, Plan.Effects(situation, next), Plan.WakeAt(situation, next), Announcing.Between(before, next));
        }

        throw new InvalidOperationException($"no end to the transitions from {status.Phase}: {status.Message}");
    }

    private static int MostTurns(Scene scene) => 16 + (4 * ((scene.Spec?.Steps.Count ?? 0) + scene.Steps.Count));
}
