using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Diagnostics;
using Canary.Engine.Measuring;
using Microsoft.Extensions.Logging;
using Quartz;

namespace Canary.Controller.Scheduling;

/// <summary>Sends the queries that are due, and waits for none: an answer pulls the trigger of its rollout.</summary>
[DisallowConcurrentExecution]
internal sealed class MeasuringJob(RolloutSchedule schedule, Measurer measurer, CurrentTerm currentTerm, TimeProvider time,
    ILogger<MeasuringJob> log) : IJob
{
    /// <summary>No namespace is called so: the key is no rollout's.</summary>
    public static readonly JobKey Key = new("tick", "_measuring");

    ValueTask IJob.Execute(IJobExecutionContext context, CancellationToken cancel)
    {
        if (currentTerm.Enter() is not { } term) return ValueTask.CompletedTask;
        try
        {
            measurer.Tick(time.GetUtcNow());
            // From the next moment on: what is due now was sent.
            schedule.Ticked(measurer.NextDueAt(time.GetUtcNow()));
        }
        catch (Exception exception)
        {
            // A fault of ours. Without another tick nobody would be measured any more; the liveness page says so where it does not pass.
            log.MeasuringFailed(RolloutSchedule.AfterFailedTick, exception);
            schedule.TickFailed();
        }
        finally
        {
            term.Leave();
        }

        return ValueTask.CompletedTask;
    }
}
