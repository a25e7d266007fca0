using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Measuring;
using Quartz;

namespace Canary.Controller.Scheduling;

/// <summary>Sends the queries that are due, and waits for none: an answer pulls the trigger of its rollout.</summary>
[DisallowConcurrentExecution]
internal sealed class MeasuringJob(RolloutSchedule schedule, Measurer measurer, Tenures tenures, TimeProvider time) : IJob
{
    /// <summary>No namespace is called so: the key is no rollout's.</summary>
    public static readonly JobKey Key = new("tick", "_measuring");

    ValueTask IJob.Execute(IJobExecutionContext context, CancellationToken cancel)
    {
        if (tenures.Enter() is not { } tenure) return ValueTask.CompletedTask;
        try
        {
            measurer.Tick(time.GetUtcNow());
        }
        finally
        {
            tenure.Leave();
        }

        // From the next moment on: what is due now was sent.
        schedule.MeasureAt(measurer.NextDueAt(time.GetUtcNow()));
        return ValueTask.CompletedTask;
    }
}
