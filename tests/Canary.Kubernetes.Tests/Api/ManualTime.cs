using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Kubernetes.Tests.Api;

/// <summary>A clock that only moves when it is told to.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<ManualTimer> _timers = [];
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp() => GetUtcNow().Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state), period);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Moves the clock, and fires what becomes due on the way, in order.</summary>
    public void Advance(TimeSpan by)
    {
        var end = GetUtcNow() + by;
        while (true)
        {
            ManualTimer? next;
            lock (_gate)
            {
                next = _timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                _now = next is null ? end : next.Due > _now ? next.Due : _now;
                if (next is null) return;
                _timers.Remove(next);
            }

            next.Fire();
        }
    }

    /// <summary>Waits, in real time, until so many timers that are due within a span are set, and returns how far the first of them is.</summary>
    public async Task<TimeSpan> UntilWaitingAsync(TimeSpan within, int count = 1, TimeSpan atLeast = default)
    {
        var due = TimeSpan.Zero;
        await Eventually.ThatAsync(
            () =>
            {
                lock (_gate)
                {
                    var waiting = _timers.Select(timer => timer.Due - _now).Where(left => left <= within && left >= atLeast).Order().ToList();
                    due = waiting.FirstOrDefault();
                    return waiting.Count >= count;
                }
            },
            $"{count} timers due within {within}");
        return due;
    }

    /// <summary>Waits until so many parties are waiting for the clock, then moves it to where the first goes on.</summary>
    public async Task NextAsync(TimeSpan within, int count = 1) => Advance(await UntilWaitingAsync(within, count));

    private sealed class ManualTimer(ManualTime clock, Action fire, TimeSpan period) : ITimer
    {
        private TimeSpan _period = period;

        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._timers.Remove(this);
                _period = period;
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock._now + dueTime;
                clock._timers.Add(this);
            }

            return true;
        }

        public void Fire()
        {
            if (_period > TimeSpan.Zero) Change(_period, _period);
            fire();
        }

        public void Dispose()
        {
            lock (clock._gate) clock._timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
