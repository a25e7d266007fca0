using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Engine.Diagnostics;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Passes;

/// <summary>
/// What a new leader does before its first pass: it stamps the routed objects of every active rollout, and the workload that its promotion
/// writes into, with its term. From then on a former leader that wakes up in the middle of a pass writes no weight and no template, because
/// each of its writes tests the term that it knew.
/// </summary>
public sealed class ClaimStamper
{
    private const int Attempts = 5;

    /// <summary>Rollouts that are claimed side by side: an API server that answers slowly must not keep all of them waiting for each
    /// other.</summary>
    private const int AtATime = 8;

    private readonly IRolloutStore _store;
    private readonly IWorkloads _workloads;
    private readonly ITrafficRouter _router;
    private readonly ILogger<ClaimStamper> _log;
    private readonly ConcurrentDictionary<string, byte> _unclaimedRoutes = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<RolloutName, byte> _unclaimed = new();
    private readonly ConcurrentDictionary<string, byte> _unclaimedStable = new(StringComparer.Ordinal);

    public ClaimStamper(IRolloutStore store, IWorkloads workloads, ITrafficRouter router, ILogger<ClaimStamper> log)
    {
        _store = store;
        _workloads = workloads;
        _router = router;
        _log = log;
    }

    /// <summary>Stamps what is written for those of <paramref name="rollouts"/> that are active. What cannot be stamped now is stamped in
    /// their next pass.</summary>
    public async Task ClaimActiveAsync(IEnumerable<RolloutName> rollouts, long term, CancellationToken cancel)
    {
        using var places = new SemaphoreSlim(AtATime);
        await Task.WhenAll(rollouts.Select(ClaimInTurnAsync));

        async Task ClaimInTurnAsync(RolloutName name)
        {
            await places.WaitAsync(cancel);
            try
            {
                await ClaimAsync(name, term, cancel);
            }
            catch (Exception exception) when (!cancel.IsCancellationRequested)
            {
                // One Rollout that cannot be read or claimed keeps no other one without a leader. Its next pass claims it before it writes.
                _unclaimed[name] = 0;
                _log.TakeoverFailed(name, exception);
            }
            finally
            {
                places.Release();
            }
        }
    }

    private async Task ClaimAsync(RolloutName name, long term, CancellationToken cancel)
    {
        if (await _store.LoadAsync(name, cancel) is not { } rollout || !rollout.Status.IsRunning
            || rollout.Deletion.IsAsked) return;
        if (rollout.Status.Governing(rollout.Spec)?.Traffic is not { } traffic) return;
        _unclaimedRoutes[rollout.Uid] = 0;
        _unclaimedStable[rollout.Uid] = 0;
        var claim = new Claim(rollout.Uid, term, rollout.Status.WriteSequence);
        var failure = await EnsureRoutesAsync(rollout, traffic, claim, cancel);
        failure = await EnsureStableAsync(rollout, traffic, claim, cancel) ?? failure;
        if (failure is not null) _log.NotClaimed(name, failure.ToString());
    }

    // What could not even be read at the takeover is claimed as soon as it can be.
    private void NoteUnclaimed(RolloutSnapshot rollout)
    {
        if (!_unclaimed.TryRemove(rollout.Name, out _)) return;
        _unclaimedRoutes[rollout.Uid] = 0;
        _unclaimedStable[rollout.Uid] = 0;
    }

    /// <summary>Stamps the routes that <see cref="ClaimActiveAsync"/> could not.</summary>
    /// <returns>Why not all of them are ours; null: they are.</returns>
    internal Task<WriteResult?> EnsureRoutesAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        EnsureAsync(_unclaimedRoutes, rollout, () => _router.ClaimAsync(rollout, traffic, claim, cancel));

    /// <summary>Stamps stable's workload where <see cref="ClaimActiveAsync"/> could not.</summary>
    /// <returns>Why it is not ours; null: it is.</returns>
    internal Task<WriteResult?> EnsureStableAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel) =>
        EnsureAsync(_unclaimedStable, rollout, () => _workloads.ClaimStableAsync(rollout, traffic, claim, cancel));

    /// <summary>Forgets a Rollout that is gone.</summary>
    internal void Forget(string rolloutUid)
    {
        _unclaimedRoutes.TryRemove(rolloutUid, out _);
        _unclaimedStable.TryRemove(rolloutUid, out _);
    }

    private async Task<WriteResult?> EnsureAsync(ConcurrentDictionary<string, byte> those, RolloutSnapshot rollout,
        Func<Task<WriteResult>> claim)
    {
        NoteUnclaimed(rollout);
        if (!those.ContainsKey(rollout.Uid)) return null;
        WriteResult result = new WriteResult.Contended("not tried");
        for (var attempt = 0; attempt < Attempts && result is WriteResult.Contended; attempt++)
            result = await claim();
        if (result is not WriteResult.Applied) return result;
        those.TryRemove(rollout.Uid, out _);
        return null;
    }
}
