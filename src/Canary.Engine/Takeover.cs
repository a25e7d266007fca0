using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine;

/// <summary>
/// What a new leader does before its first pass: it stamps the routed objects of every active rollout with its term. From then on a former leader that wakes up in the
/// middle of a pass writes no weight, because each of its writes tests the term that it knew.
/// </summary>
public sealed class Takeover
{
    private const int Attempts = 5;

    private readonly IRolloutStore store;
    private readonly ITrafficRouter router;
    private readonly ILogger<Takeover> log;
    private readonly ConcurrentDictionary<string, byte> unclaimed = new(StringComparer.Ordinal);

    public Takeover(IRolloutStore store, ITrafficRouter router, ILogger<Takeover> log)
    {
        this.store = store;
        this.router = router;
        this.log = log;
    }

    /// <summary>Stamps the routes of those of <paramref name="rollouts"/> that are active. One that cannot be stamped now is stamped before its first write instead.</summary>
    public async Task ClaimActiveAsync(IEnumerable<RolloutName> rollouts, long term, CancellationToken cancel)
    {
        foreach (var name in rollouts)
        {
            if (await store.LoadAsync(name, cancel).ConfigureAwait(false) is not { } rollout || !rollout.Status.IsRunning) continue;
            if (rollout.Status.Governing(rollout.Spec)?.Traffic is not { } traffic) continue;
            unclaimed[rollout.Uid] = 0;
            if (await EnsureClaimedAsync(rollout, traffic, new Claim(rollout.Uid, term), cancel).ConfigureAwait(false) is { } failure)
                log.NotClaimed(name, failure.ToString());
        }
    }

    /// <summary>Stamps what <see cref="ClaimActiveAsync"/> could not.</summary>
    /// <returns>Why nothing may be written; null: everything is ours.</returns>
    internal async Task<WriteResult?> EnsureClaimedAsync(RolloutSnapshot rollout, TrafficSpec traffic, Claim claim, CancellationToken cancel)
    {
        if (!unclaimed.ContainsKey(rollout.Uid)) return null;
        WriteResult result = new WriteResult.Contended("not tried");
        for (var attempt = 0; attempt < Attempts && result is WriteResult.Contended; attempt++)
            result = await router.ClaimAsync(rollout, traffic, claim, cancel).ConfigureAwait(false);
        if (result is not WriteResult.Applied) return result;
        unclaimed.TryRemove(rollout.Uid, out _);
        return null;
    }

    /// <summary>Forgets a Rollout that is gone.</summary>
    internal void Forget(string rolloutUid) => unclaimed.TryRemove(rolloutUid, out _);
}
