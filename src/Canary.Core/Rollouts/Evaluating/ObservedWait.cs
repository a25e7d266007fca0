using System;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// Charges the progress deadline with the time that somebody watched. While the controller or the API server is away nobody knows whether
/// pods came, so that time moves
/// <see cref="RolloutStatus.WaitingSince"/> forward. An absence of up to <see cref="Between"/> is charged: it cannot be told from the
/// change of a leader, and a controller that restarts again and again must not keep a rollout waiting for ever.
/// </summary>
internal static class ObservedWait
{
    /// <summary>How long the controller watches again before a pause ends that was over while it was away.</summary>
    public static readonly TimeSpan LastLook = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan LongestBetween = TimeSpan.FromMinutes(1);

    private const int NotesADeadline = 6;

    /// <summary>How often the status notes that a wait goes on: a sixth of the deadline, at most a minute. A wait of seconds costs no
    /// write.</summary>
    public static TimeSpan Between(TimeSpan deadline) => Shorter(deadline / NotesADeadline, LongestBetween);

    public static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>When the status is to note that the wait goes on; null: nothing is waited for.</summary>
    public static DateTimeOffset? NextNoteAt(RolloutStatus status, RolloutSpec? spec) =>
        status.WaitingSince is { } since && spec is not null ? Later(since, status.WaitObservedAt).After(Between(spec.ProgressDeadline))
        : null;

    /// <summary>Leaves the time that nobody watched out of the wait, and notes now and then that it was watched.</summary>
    public static RolloutStatus Charge(RolloutStatus status, Evaluation evaluation)
    {
        if (status.WaitingSince is not { } since || evaluation.InForce is not { } spec) return status with { WaitObservedAt = null };
        var (moved, observedAt) = Watched(since, status.WaitObservedAt, spec.ProgressDeadline, evaluation);
        return status with { WaitingSince = moved, WaitObservedAt = observedAt };
    }

    /// <summary>The same for any wait: since when, and up to when it is known to have been watched.</summary>
    public static (DateTimeOffset Since, DateTimeOffset? ObservedAt) Watched(DateTimeOffset since, DateTimeOffset? observedAt,
        TimeSpan deadline, Evaluation evaluation)
    {
        var observed = Later(since, observedAt);
        var between = Between(deadline);
        if (evaluation.Seen.WatchedSince is { } watched && watched - observed > between)
            return (since.After(watched - observed), evaluation.Now);
        return (since, evaluation.Now - observed >= between ? evaluation.Now : observedAt);
    }

    /// <summary>Moments after now were written by a clock that was ahead. They are taken for now, or a pause, a deadline or a back-off
    /// would last as much longer as that clock was wrong.</summary>
    public static RolloutStatus WithoutFuture(RolloutStatus status, DateTimeOffset now) => status with
    {
        StartedAt = NotAfter(status.StartedAt, now),
        FirstTrafficAt = NotAfter(status.FirstTrafficAt, now),
        StepStartedAt = NotAfter(status.StepStartedAt, now),
        WaitingSince = NotAfter(status.WaitingSince, now),
        WaitObservedAt = NotAfter(status.WaitObservedAt, now),
        EvidenceAwaitedSince = NotAfter(status.EvidenceAwaitedSince, now),
        WorkloadUnusedSince = NotAfter(status.WorkloadUnusedSince, now),
        StableExcessSince = NotAfter(status.StableExcessSince, now),
        ReassertedAt = NotAfter(status.ReassertedAt, now),
        RefusalToldAt = NotAfter(status.RefusalToldAt, now),
        CanaryReadiness = status.CanaryReadiness is { } known
            ? known with { UnreadySince = NotAfter(known.UnreadySince, now), ObservedAt = NotAfter(known.ObservedAt, now) }
            : null,
    };

    private static DateTimeOffset? NotAfter(DateTimeOffset? moment, DateTimeOffset now) => moment > now ? now : moment;

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset? other) => other > one ? other.Value : one;
}
