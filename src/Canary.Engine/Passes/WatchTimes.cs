using System;
using System.Collections.Concurrent;
using Canary.Engine.Ports;

namespace Canary.Engine.Passes;

/// <summary>
/// Since when each rollout is watched without a break. A pass that comes much later than it was asked for, one that failed, and one that
/// saw an old view of the cluster are breaks: time before them is charged to no version. In memory alone: a process that starts has watched
/// nothing yet.
/// </summary>
internal sealed class WatchTimes
{
    /// <summary>A pass this late was not merely queued behind others: the process slept, or could not run.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<RolloutName, (DateTimeOffset Since, DateTimeOffset? DueAt)> _kept = new();

    /// <summary>A pass looks.</summary>
    /// <returns>Since when the rollout is watched without a break.</returns>
    public DateTimeOffset Watch(RolloutName name, DateTimeOffset now) =>
        _kept.AddOrUpdate(name, _ => (now, null), (_, last) => (last.DueAt + Late < now ? now : last.Since, null)).Since;

    /// <summary>The pass ended, and asked to be followed by one at <paramref name="dueAt"/>; null: when something happens.</summary>
    public void Promise(RolloutName name, DateTimeOffset? dueAt)
    {
        if (_kept.TryGetValue(name, out var last)) _kept[name] = last with { DueAt = dueAt };
    }

    /// <summary>The rollout could not be watched: the next pass begins anew.</summary>
    public void Break(RolloutName name) => _kept.TryRemove(name, out _);

    /// <summary>Another process leads.</summary>
    public void Clear() => _kept.Clear();
}
