using System;
using System.Collections.Generic;

namespace Canary.Engine.Measuring;

/// <summary>When each run is due, earliest first. A run that is due at another time, or not any more, stays in the queue where it was, and
/// is passed over when its turn comes.</summary>
internal sealed class DueTimes
{
    private readonly Dictionary<string, DateTimeOffset> _dueAt = new(StringComparer.Ordinal);

    /// <summary>Those that are due at the same time come in the order in which they were set.</summary>
    private readonly PriorityQueue<string, (DateTimeOffset DueAt, long Sequence)> _queue = new();

    private long _sequence;

    /// <summary>The run is due then; null: it is not.</summary>
    public void Set(string run, DateTimeOffset? dueAt)
    {
        if (dueAt is not { } at)
        {
            _dueAt.Remove(run);
            return;
        }

        if (_dueAt.TryGetValue(run, out var before) && before == at) return;
        _dueAt[run] = at;
        Enqueue(run, at);
        if (_queue.Count <= 2 * _dueAt.Count + 64) return;
        _queue.Clear();
        foreach (var (name, due) in _dueAt) Enqueue(name, due);
    }

    /// <summary>When the first run is due; null: none is.</summary>
    public DateTimeOffset? Next()
    {
        while (_queue.TryPeek(out var run, out var key))
        {
            if (IsValid(run, key.DueAt)) return key.DueAt;
            _queue.Dequeue();
        }

        return null;
    }

    /// <summary>Takes out the runs that are due, earliest first.</summary>
    public IEnumerable<string> Take(DateTimeOffset now)
    {
        while (Next() <= now)
        {
            var run = _queue.Dequeue();
            _dueAt.Remove(run);
            yield return run;
        }
    }

    private bool IsValid(string run, DateTimeOffset dueAt) => _dueAt.TryGetValue(run, out var at) && at == dueAt;

    private void Enqueue(string run, DateTimeOffset at) => _queue.Enqueue(run, (at, _sequence++));
}
