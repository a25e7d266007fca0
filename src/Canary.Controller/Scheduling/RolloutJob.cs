using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Measuring;
using Canary.Engine.Ports;
using Quartz;

namespace Canary.Controller.Scheduling;

/// <summary>One look at the rollout that the job is named after.</summary>
[DisallowConcurrentExecution]
internal sealed class RolloutJob(RolloutSchedule schedule, RolloutPasses passes, CurrentTerm currentTerm, Measurer measurer,
    TimeProvider time) : IJob
{
    async ValueTask IJob.Execute(IJobExecutionContext context, CancellationToken cancel)
    {
        var name = new RolloutName(context.JobDetail.Key.Group, context.JobDetail.Key.Name);
        if (currentTerm.Enter() is not { } term) return;
        DateTimeOffset? wakeAt = null;
        try
        {
            schedule.Began(name, context.ScheduledFireTimeUtc);
            // Not the scheduler's token: a stop waits for the pass to end, only a loss of the leadership cuts it off.
            wakeAt = await passes.RunAsync(name, term.Token);
        }
        finally
        {
            // Whatever fails here, the pass has left: a stop waits for all of them, and releases the Lease after that.
            try
            {
                schedule.Ended(name, wakeAt);
                schedule.MeasureAt(measurer.NextDueAt(time.GetUtcNow()));
            }
            finally
            {
                term.Leave();
            }
        }
    }
}
