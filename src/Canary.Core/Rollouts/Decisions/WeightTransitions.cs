using System;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Traffic;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>Moves of the weight that is wanted.</summary>
internal static class WeightTransitions
{
    /// <summary>After so many foreign writes in a row the rollout is held.</summary>
    public const int MostReassertions = 5;

    /// <summary>Foreign writes further apart than this are not in a row.</summary>
    public static readonly TimeSpan ReassertionWindow = TimeSpan.FromMinutes(10);

    /// <summary>A route that was left without a pod is written back after so long, however often it was.</summary>
    public static readonly TimeSpan LongestOutage = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestBackoff = TimeSpan.FromSeconds(30);

    /// <summary>Wants another weight, or other header and mirror routes. What the routes show now stays legitimate until they show the new
    /// ones.</summary>
    /// <param name="status">The status.</param>
    /// <param name="weight">The canary's weight.</param>
    /// <param name="managed">The header and mirror routes; null: none.</param>
    public static RolloutStatus SetDesired(RolloutStatus status, Weight weight, ManagedRoutes? managed = null)
    {
        managed ??= ManagedRoutes.None;
        return status.Weights.Desired == weight && status.ManagedRoutes.Desired == managed ? status : NextWriteSequence(status with
        {
            Weights = status.Weights.Desired == weight ? status.Weights : Next(status.Weights, weight),
            ManagedRoutes = status.ManagedRoutes.Desired == managed ? status.ManagedRoutes
                : new ManagedRoutesStatus(managed, PreviousRoutes(status.ManagedRoutes, managed)),
            StepStartedAt = null,
        });
    }

    // Back to the weight of before, from one that was sent and never seen everywhere: a proxy may follow that one yet, so the routes do not
    // show what is wanted before they were looked at again.
    private static WeightStatus Next(WeightStatus weights, Weight weight) =>
        weights.Applied == weight && weights.Previous != weights.Desired ? new WeightStatus(weight, weights.Desired, null)
            : new WeightStatus(weight, weights.Applied ?? weights.Desired, weights.Applied);

    // Those that are wanted become the previous ones when every route shows them: until then, the routes show what was before. What was
    // sent and was not seen yet is still to be taken away.
    private static ManagedRoutes PreviousRoutes(ManagedRoutesStatus routes, ManagedRoutes next) =>
        next.IsNone && routes.Previous.IsNone ? routes.Desired : routes.Previous;

    /// <summary>The way back to 0, as far as stable bears it now. Each time that it comes further, the wait for pods begins anew.</summary>
    public static RolloutStatus ReturnTraffic(Evaluation evaluation)
    {
        var (status, before) = (evaluation.Status, evaluation.Status.Weights.Desired);
        var lowest = StableScale.Lowest(evaluation, status.WaitingSince);
        return SetDesired(status, lowest) with
        {
            WaitingSince = lowest == Weight.Zero ? null : lowest == before ? status.WaitingSince ?? evaluation.Now : evaluation.Now,
        };
    }

    /// <summary>Wants weight 0 and no other route, by a number of its own even where it is so already: what was sent before may still be on
    /// its way.</summary>
    /// <param name="status">The status.</param>
    /// <param name="weight">The lowest weight that can be had now, and that falls to 0.</param>
    public static RolloutStatus Withdraw(RolloutStatus status, Weight weight) =>
        SetDesired(status, weight) is var withdrawn && withdrawn.WriteSequence == status.WriteSequence ? NextWriteSequence(status)
            : withdrawn;

    /// <summary>What is wanted from here on has a number of its own: whatever was sent before is refused once the objects carry
    /// it.</summary>
    public static RolloutStatus NextWriteSequence(RolloutStatus status) => status with { WriteSequence = status.WriteSequence + 1 };

    /// <summary>Counts a foreign write and writes again, each time after a longer wait; then gives up and holds.</summary>
    public static RolloutStatus ReassertForeignWrite(Evaluation evaluation)
    {
        var status = evaluation.Status;
        if (NextReassertionAt(evaluation) > evaluation.Now) return status;
        var fights = InARow(status, evaluation.Now);
        if (fights < MostReassertions || evaluation.IsForeignAndEmpty)
            return status with { Reassertions = fights + 1, ReassertedAt = evaluation.Now };
        var message =
            $"somebody else wrote the weights {fights} times in a row; {StatusMessages.ForeignRoutes(evaluation)}; find who does, then "
                + "ask for resume";
        return status with { Hold = new Hold(HoldReason.WeightConflict, evaluation.Now, message) };
    }

    /// <summary>When a foreign write may be answered next; null: at once.</summary>
    public static DateTimeOffset? NextReassertionAt(Evaluation evaluation) =>
        evaluation.Status is { ReassertedAt: { } last, Reassertions: var times and > 0 }
        ? last.After(Shorter(TimeSpan.FromSeconds(1 << (Math.Min(times, MostReassertions) - 1)), evaluation)) : null;

    /// <summary>
    /// Nothing runs, and a route shows what is not wanted: a write that arrived late, or another client. It is written back, with the same
    /// back-off as in a fight; when that was answered
    /// <see cref="MostReassertions"/> times in a row, not before <see cref="ReassertionWindow"/>.
    /// </summary>
    public static RolloutStatus ReassertWhileIdle(Evaluation evaluation)
    {
        var status = evaluation.Status;
        if (!evaluation.IsWeightForeign || evaluation.Stable.ReadyEndpoints == 0 || NextIdleReassertionAt(evaluation) > evaluation.Now)
            return status;
        // An answer that was refused was none: it is sent again as long as it is, and counts once.
        return evaluation.Seen.RouteRefusal is null
            ? status with { Reassertions = InARow(status, evaluation.Now) + 1, ReassertedAt = evaluation.Now } : status;
    }

    /// <summary>When weights that somebody else wrote while nothing runs may be written back next; null: at once.</summary>
    public static DateTimeOffset? NextIdleReassertionAt(Evaluation evaluation) =>
        evaluation.Status is { ReassertedAt: { } last, Reassertions: >= MostReassertions }
            ? last.After(Shorter(ReassertionWindow, evaluation)) : NextReassertionAt(evaluation);

    // A fight is given time, an outage is not.
    private static TimeSpan Shorter(TimeSpan wait, Evaluation evaluation) =>
        evaluation.IsForeignAndEmpty && wait > LongestOutage ? LongestOutage : wait;

    private static int InARow(RolloutStatus status, DateTimeOffset now) =>
        status.ReassertedAt?.After(ReassertionWindow) > now ? status.Reassertions : 0;

    /// <summary>When something that was refused since <paramref name="since"/> is tried again: the wait doubles, from 1 s to 30
    /// s.</summary>
    public static DateTimeOffset RetryAt(DateTimeOffset since, DateTimeOffset now) =>
        now.After(TimeSpan.FromSeconds(Math.Clamp((now - since).TotalSeconds, 1, LongestBackoff.TotalSeconds)));
}
