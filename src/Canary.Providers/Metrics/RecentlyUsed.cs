using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;

namespace Canary.Providers.Metrics;

/// <summary>
/// What is made once for a key, and let go of when nobody has asked for it for an hour: templates come and go, and so do the addresses and
/// authorities that they name.
/// </summary>
internal sealed class RecentlyUsed<TKey, TValue>(TimeProvider time) : IDisposable
    where TKey : notnull
{
    /// <summary>Longer than any query takes: what is let go of is in nobody's hands.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, Entry> _entries = [];
    private long _lookedAt = time.GetTimestamp();

    public int Count
    {
        get { lock (_gate) return _entries.Count; }
    }

    /// <exception cref="Exception">Whatever <paramref name="make"/> throws; nothing is kept then.</exception>
    public TValue GetOrAdd(TKey key, Func<TKey, TValue> make)
    {
        lock (_gate)
        {
            var now = time.GetTimestamp();
            if (time.GetElapsedTime(_lookedAt, now) >= BetweenLooks) LetGo(now);
            if (!_entries.TryGetValue(key, out var entry)) _entries[key] = entry = new Entry(make(key));
            entry.UsedAt = now;
            return entry.Value;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values) (entry.Value as IDisposable)?.Dispose();
            _entries.Clear();
        }
    }

    private void LetGo(long now)
    {
        _lookedAt = now;
        foreach (var (key, entry) in _entries.Where(one => time.GetElapsedTime(one.Value.UsedAt, now) >= Idle).ToList())
        {
            _entries.Remove(key);
            (entry.Value as IDisposable)?.Dispose();
        }
    }

    private sealed class Entry(TValue value)
    {
        public TValue Value { get; } = value;

        public long UsedAt { get; set; }
    }
}
