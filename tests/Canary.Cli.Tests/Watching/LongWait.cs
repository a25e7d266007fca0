using System;
using System.Collections.Concurrent;
using System.IO;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace Canary.Cli.Tests.Watching;

/// <summary>A clock on which waits of an hour and more end when a test says so, and all shorter ones by themselves.</summary>
internal sealed class LongWait : TimeProvider
{
    private readonly ConcurrentBag<(TimerCallback Callback, object? State)> _waits = [];
    private volatile bool _isOver;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.FromHours(1)) return base.CreateTimer(callback, state, dueTime, period);
        _waits.Add((callback, state));
        return base.CreateTimer(callback, state, _isOver ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, period);
    }

    public void End()
    {
        _isOver = true;
        foreach (var (callback, state) in _waits) callback(state);
    }

    /// <summary>A writer that ends the wait once a text was written to it.</summary>
    public TextWriter EndOn(string text, StringBuilder into) => new Trigger(this, text, into);

    private sealed class Trigger(LongWait time, string text, StringBuilder into) : StringWriter(into)
    {
        public override async Task WriteLineAsync(string? value)
        {
            await base.WriteLineAsync(value);
            if (value?.Contains(text, StringComparison.Ordinal) is true) _ = Task.Run(time.End);
        }
    }
}
