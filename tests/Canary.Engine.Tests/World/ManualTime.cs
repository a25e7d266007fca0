using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Engine.Tests.World;

/// <summary>A clock that moves when it is told to. Timers fire in order, at their own time.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private DateTimeOffset now = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => now;

    public override long GetTimestamp() => now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        lock (gate) timers.Add(timer);
        return timer;
    }

    public void Advance(TimeSpan length)
    {
        var end = now + length;
        while (Next(end) is { } timer)
        {
            now = timer.DueAt!.Value > now ? timer.DueAt.Value : now;
            timer.Fire();
        }

        now = end;
    }

    private ManualTimer? Next(DateTimeOffset end)
    {
        lock (gate) return timers.Where(timer => timer.DueAt <= end).MinBy(timer => timer.DueAt);
    }

    private sealed class ManualTimer(ManualTime time, Action callback) : ITimer
    {
        private TimeSpan every = Timeout.InfiniteTimeSpan;

        public DateTimeOffset? DueAt { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            DueAt = dueTime == Timeout.InfiniteTimeSpan ? null : time.now + dueTime;
            every = period;
            return true;
        }

        public void Fire()
        {
            DueAt = every > TimeSpan.Zero ? DueAt + every : null;
            callback();
        }

        public void Dispose()
        {
            DueAt = null;
            lock (time.gate) time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
