using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Tests.Rollouts.StableScales;

/// <summary>A Deployment whose pods come after a while, and whose endpoints follow a second later.</summary>
internal sealed class ScaledPods(string revision)
{
    private readonly List<DateTimeOffset> _readyAt = [];
    private DateTimeOffset _seenAt = DateTimeOffset.MinValue;
    private DateTimeOffset _rolledOutAt = DateTimeOffset.MinValue;
    private int _behind;

    public int Replicas { get; private set; }

    public string Revision { get; private set; } = revision;

    public TimeSpan Takes { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>No pod comes any more: the cluster is full.</summary>
    public bool IsStuck { get; set; }

    /// <summary>So many of its pods never become ready.</summary>
    public int Unready { get; set; }

    /// <summary>Pods that take requests now.</summary>
    public int Alive(DateTimeOffset now) => _readyAt.Count(at => at <= now);

    /// <summary>What the EndpointSlices say: pods that ended are among them for a second.</summary>
    public int Behind(DateTimeOffset now) => Math.Max(Alive(now), now < _seenAt ? _behind : 0);

    public bool IsObserved(DateTimeOffset now) => now >= _seenAt;

    public bool IsRolledOut(DateTimeOffset now) =>
        IsObserved(now) && now >= _rolledOutAt && Alive(now) == Replicas && _readyAt.Count == Replicas;

    public bool IsUpdated(DateTimeOffset now) => IsObserved(now) && now >= _rolledOutAt && _readyAt.Count == Replicas;

    public void Scale(int to, DateTimeOffset now)
    {
        if (to == Replicas) return;
        _behind = Behind(now);
        Replicas = to;
        _seenAt = now.AddSeconds(1);
        // Those that are to go go at once: the harshest that a controller can do.
        while (_readyAt.Count > to)
            _readyAt.RemoveAt(_readyAt.IndexOf(DateTimeOffset.MaxValue) is var unready and >= 0 ? unready : _readyAt.Count - 1);
        Control(now);
    }

    public void Ship(string next, DateTimeOffset now)
    {
        if (next == Revision) return;
        (Revision, _seenAt, _rolledOutAt, _behind) = (next, now.AddSeconds(1), now + Takes, Alive(now));
    }

    public void Lose(int index)
    {
        if (index < _readyAt.Count) _readyAt.RemoveAt(index);
    }

    public void Control(DateTimeOffset now)
    {
        while (_readyAt.Count < Replicas && !IsStuck)
            _readyAt.Add(_readyAt.Count(at => at == DateTimeOffset.MaxValue) < Unready ? DateTimeOffset.MaxValue
                : now + Takes + TimeSpan.FromSeconds(_readyAt.Count % 3));
    }
}
