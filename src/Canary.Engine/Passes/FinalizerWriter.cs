using System;
using System.Collections.Concurrent;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;

namespace Canary.Engine.Passes;

/// <summary>
/// Puts the finalizer on a Rollout, before anything else is written. Without it nobody is left to return the traffic of a Rollout that is
/// deleted, so no weight is raised until it is on, or until it was refused for <see cref="Patience"/>.
/// </summary>
internal sealed class FinalizerWriter(IRolloutStore store, Announcer announcer, TimeProvider time)
{
    /// <summary>How long a raise waits for a finalizer that is refused.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <summary>Longest pause before a finalizer that was refused is tried again; the first is 1 s, and each is twice the one
    /// before.</summary>
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    /// <summary>Refusals in a row after which people are told: one may be the network's.</summary>
    private const int RefusalsToTell = 3;

    private readonly ConcurrentDictionary<string, Refusal> _refusals = new(StringComparer.Ordinal);

    /// <summary>Puts the finalizer on a Rollout that has a spec and does not carry it. A refusal is said, and stops nothing but
    /// raises.</summary>
    /// <returns>The Rollout as it is now; null: it changed since it was read.</returns>
    public async Task<RolloutSnapshot?> WriteAsync(RolloutSnapshot rollout, CancellationToken cancel)
    {
        // One whose answer was lost may be on after all.
        if (rollout.Deletion.IsHeld) _refusals.TryRemove(rollout.Uid, out _);
        if (rollout.Deletion.IsHeld || rollout.Status.Governing(rollout.Spec) is null) return rollout;
        if (RetryAt(rollout) > time.GetUtcNow()) return rollout;
        switch (await store.HoldAsync(rollout, cancel))
        {
            case SaveResult.Saved saved:
                _refusals.TryRemove(rollout.Uid, out _);
                return rollout with { ResourceVersion = saved.ResourceVersion, Deletion = rollout.Deletion with { IsHeld = true } };
            case SaveResult.Refused refused:
                await NoteAsync(rollout, refused.Reason, cancel);
                return rollout;
            default:
                return null;
        }
    }

    /// <summary>When a finalizer that was refused is tried again; null: it was not.</summary>
    public DateTimeOffset? RetryAt(RolloutSnapshot rollout) => _refusals.TryGetValue(rollout.Uid, out var refusal) ? refusal.RetryAt : null;

    /// <summary>Why the routes may not be written yet; null: they may.</summary>
    /// <param name="rollout">The Rollout.</param>
    /// <param name="routes">The routes as they are.</param>
    /// <param name="plan">What they are to be like.</param>
    public string? WhyNot(RolloutSnapshot rollout, EquatableArray<RouteObservation> routes, RoutePlan plan)
    {
        if (!_refusals.TryGetValue(rollout.Uid, out var refusal) || time.GetElapsedTime(refusal.Since) >= Patience) return null;
        var target = rollout.Status.ByRole(plan.Second);
        var isRaised = (target > Weight.Zero
                && (routes.Count == 0 || routes.Any(route => rollout.Status.ByRole(route.NamedCanaryWeight) < target)))
            || (!plan.Managed.IsNone && routes.Any(route => route.Managed != plan.Managed));
        return isRaised
            ? $"no weight is raised for {GoDuration.Format(Patience)} while the Rollout's finalizer cannot be written: {refusal.Reason}"
            : null;
    }

    /// <summary>Forgets a Rollout that is gone.</summary>
    public void Forget(string rolloutUid) => _refusals.TryRemove(rolloutUid, out _);

    /// <summary>Another process leads.</summary>
    public void ForgetAll() => _refusals.Clear();

    private async Task NoteAsync(RolloutSnapshot rollout, string reason, CancellationToken cancel)
    {
        var (count, since) = _refusals.TryGetValue(rollout.Uid, out var last) ? (last.Count + 1, last.Since) : (1, time.GetTimestamp());
        _refusals[rollout.Uid] = new Refusal(count, since, reason, time.GetUtcNow() + RefusedWrites.WaitAfter(count, LongestPause));
        if (count != RefusalsToTell) return;
        var message =
            $"if this Rollout is deleted its traffic stays where it is, since its finalizer cannot be written: {reason}; no weight is "
                + $"raised for {GoDuration.Format(Patience)}";
        await announcer.AnnounceAsync(rollout, new RolloutEvent("FinalizerRefused", message, IsWarning: true), cancel);
    }

    private sealed record Refusal(int Count, long Since, string Reason, DateTimeOffset RetryAt);
}
