using System;
using System.Collections.Generic;
using Canary.Testing;

namespace Canary.Kubernetes.Tests.Faults;

/// <summary>What happens when, in time that only moves when it is told to.</summary>
internal sealed class Timeline(ManualTime time)
{
    private readonly PriorityQueue<Action, (DateTimeOffset At, int Order)> _events = new();
    private int _order;

    public ManualTime Time { get; } = time;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>When the next thing happens; null: nothing is to come.</summary>
    public DateTimeOffset? Next => _events.TryPeek(out _, out var key) ? key.At : null;

    public void In(TimeSpan delay, Action happens) => _events.Enqueue(happens, (Now + delay, _order++));

    /// <summary>Moves the clock there, and lets everything happen that is due by then, in order.</summary>
    public void MoveTo(DateTimeOffset end)
    {
        while (Next is { } next && next <= end)
        {
            if (next > Now) Time.Advance(next - Now);
            _events.Dequeue()();
        }

        if (end > Now) Time.Advance(end - Now);
    }
}
