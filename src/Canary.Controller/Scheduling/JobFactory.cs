using System;
using System.Threading;
using System.Threading.Tasks;
using Quartz;
using Quartz.Extensibility;

namespace Canary.Controller.Scheduling;

/// <summary>Hands Quartz the jobs, of which there is one object each: they hold no state of a firing.</summary>
/// <param name="jobs">Asked at each firing: the jobs need the schedule, which needs the scheduler, which needs this factory.</param>
internal sealed class JobFactory(Func<Type, IJob> jobs) : IJobFactory
{
    ValueTask<JobScope> IJobFactory.CreateJob(TriggerFiredBundle bundle, IScheduler scheduler, CancellationToken cancel) =>
        ValueTask.FromResult(new JobScope(jobs(bundle.JobDetail.JobType.Type), null));

    ValueTask IJobFactory.ReturnJob(JobScope scope, CancellationToken cancel) => ValueTask.CompletedTask;
}
