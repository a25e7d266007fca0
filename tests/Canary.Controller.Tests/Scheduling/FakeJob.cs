using System;
using System.Collections.Concurrent;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Scheduling;
using Canary.Engine.Ports;
using Quartz;

namespace Canary.Controller.Tests.Scheduling;

/// <summary>A pass that takes as long as the test wants, and asks for the next one when the test says.</summary>
[DisallowConcurrentExecution]
internal sealed class FakeJob : IJob
{
    private int _running;

    public RolloutSchedule? Schedule { get; set; }

    public ConcurrentQueue<RolloutName> Began { get; } = new();

    public SemaphoreSlim HasBegun { get; } = new(0);

    public Func<RolloutName, Task<DateTimeOffset?>> Pass { get; set; } = _ => Task.FromResult<DateTimeOffset?>(null);

    public int MostAtATime { get; private set; }

    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancel)
    {
        var name = new RolloutName(context.JobDetail.Key.Group, context.JobDetail.Key.Name);
        Schedule!.Began(name, context.ScheduledFireTimeUtc);
        MostAtATime = Math.Max(MostAtATime, Interlocked.Increment(ref _running));
        Began.Enqueue(name);
        HasBegun.Release();
        var wakeAt = await Pass(name);
        Interlocked.Decrement(ref _running);
        Schedule.Ended(name, wakeAt);
    }
}
