using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Alerts;
using Quartz;

namespace Canary.Controller.Scheduling;

/// <summary>Asks which alerts fire. It costs nothing while no rollout with alert rules is under way.</summary>
[DisallowConcurrentExecution]
internal sealed class AlertJob(RolloutSchedule schedule, AlertPolling polling, CurrentTerm currentTerm) : IJob
{
    /// <summary>No namespace is called so: the key is no rollout's.</summary>
    public static readonly JobKey Key = new("poll", "_alerts");

    async ValueTask IJob.Execute(IJobExecutionContext context, CancellationToken cancel)
    {
        if (currentTerm.Enter() is not { } term) return;
        try
        {
            await polling.PollAsync(term.Token);
        }
        catch (System.OperationCanceledException)
        {
            // Not leading any more.
        }
        finally
        {
            schedule.AlertsPolled();
            term.Leave();
        }
    }
}
