using System;
using System.Threading;

namespace Canary.Cli.Tests.AnyCommandLine;

/// <summary>A clock whose timers fire a thousand times sooner than they are told: what waits for half a minute waits for a
/// moment.</summary>
internal sealed class HastyTime : TimeProvider
{
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        System.CreateTimer(callback, state, Sooner(dueTime), Sooner(period));

    private static TimeSpan Sooner(TimeSpan length) =>
        length <= TimeSpan.Zero || length == Timeout.InfiniteTimeSpan ? length
        : TimeSpan.FromTicks(Math.Max(length.Ticks / 1000, TimeSpan.TicksPerMillisecond * 2));
}
