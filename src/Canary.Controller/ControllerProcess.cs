using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Diagnostics;
using Canary.Controller.LeaderElection;
using Canary.Controller.Monitoring;
using Canary.Controller.Options;
using Canary.Controller.Scheduling;
using Canary.Controller.Web;
using Canary.Engine.Alerts;
using Canary.Engine.Measuring;
using Canary.Engine.Passes;
using Canary.Engine.Ports;
using Canary.Engine.StandaloneRuns;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.LeaderElection;
using Canary.Kubernetes.Stores;
using Canary.Kubernetes.Traffic.Dispatch;
using Canary.Kubernetes.Workloads;
using Canary.Providers.Alerts;
using Canary.Providers.Aws;
using Canary.Providers.Metrics;
using Microsoft.Extensions.Logging;
using Prometheus;
using Quartz;

namespace Canary.Controller;

/// <summary>The composition root: what the process is made of, and the order in which it starts and stops.</summary>
internal static class ControllerProcess
{
    /// <summary>Runs until <paramref name="cancel"/>.</summary>
    public static async Task RunAsync(ControllerOptions options, ILoggerFactory logs, TimeProvider machine, CancellationToken cancel)
    {
        var log = logs.CreateLogger(nameof(ControllerProcess));
        var server = KubeConfig.Load(options.KubeConfigPath, options.KubeConfigEntry);
        var time = new ClusterClock(machine);
        using var client = new ApiClient(server, time, ApiClientOptions.Default with { ServerTimeHeard = time.Hear });
        var caches = new RolloutCaches(client, options.Namespace, time, logs.CreateLogger<RolloutCaches>());
        var identity = options.Identity ?? LeaseElectionOptions.UniqueIdentity();
        var lease = LeaseElectionOptions.For(options.LeaseNamespace
            ?? server.Namespace, options.LeaseName, identity) with
        { Unfit = () => LeaderLoop.Unfit(caches) };
        var election = new LeaseElection(client, lease, time, logs.CreateLogger<LeaseElection>());
        election.Started += _ => time.KeepSteady();
        election.Lost += time.Follow;
        var leadership = new LeaseLeadership(election);

        var store = new KubernetesRolloutStore(client, caches);
        var router = new TrafficRouter(client, caches);
        using var source = new PrometheusSource(new PrometheusOptions(options.Prometheus?.AbsoluteUri)
        {
            Addresses =
            options.TemplateAddresses,
            AwsIdentities = new SdkAwsIdentities(time)
        }, new KubernetesSecrets(client), time);
        var notifier = new KubernetesNotifier(client, identity, time, logs.CreateLogger<KubernetesNotifier>());
        var inbox = new MeasurementInbox();
        var registry = Metrics.NewCustomRegistry();
        ProcessMetrics.Register(registry);
        using var libraries = new LibraryMetrics(registry);
        var metered = new MeteredSource(source, registry, time);
        var alerts = new FiringAlerts(time);
        using var alertmanager = options.Alertmanager is { } address ? new AlertmanagerAlerts(address, time) : null;
        var alertSources = new List<IAlertSource>();
        if (alertmanager is not null) alertSources.Add(alertmanager);
        if (options is { Prometheus: { } prometheus, AsksPrometheusForAlerts: true })
            alertSources.Add(new PrometheusAlerts(metered, prometheus.AbsoluteUri, time));
        var polling = new AlertPolling(alertSources, alerts, time, logs.CreateLogger<AlertPolling>());
        AlertMetrics.Register(registry, alerts, polling);
        var measurer = new Measurer([metered], inbox, time, logs.CreateLogger<Measurer>());
        var workloads = new KubernetesWorkloads(client, caches,
            new ObjectName(lease.Namespace, $"{lease.Name}-key"));
        var claimStamper = new ClaimStamper(store, workloads, router, logs.CreateLogger<ClaimStamper>());
        var reconciler = new RolloutReconciler(
            store, workloads, router, notifier, leadership, claimStamper, measurer, inbox, alerts, time, logs);

        var analyses = new AnalysisReconciler(
            new KubernetesAnalysisStore(client, caches, notifier), leadership, measurer, inbox, time,
            logs.CreateLogger<AnalysisReconciler>());

        var metrics = new RolloutMetrics(registry, () => election.IsLeading);
        var passes = new RolloutPasses(reconciler, analyses, metrics, time, logs.CreateLogger<RolloutPasses>());
        var currentTerm = new CurrentTerm();

        RolloutSchedule? schedule = null;
        var scheduler = await BuildSchedulerAsync(options.Workers, time, new JobFactory(Job), cancel);
        schedule = new RolloutSchedule(scheduler, alertSources.Count > 0 ? options.AlertPollInterval
            : null, time, logs.CreateLogger<RolloutSchedule>());
        caches.Seen += passes.Hear;
        caches.Affected += schedule.Pull;
        measurer.Finished += schedule.Pull;
        alerts.Changed += schedule.Pull;
        alerts.RulesChanged += schedule.PollAlerts;
        var leader = new LeaderLoop(election, caches, claimStamper, schedule, passes, currentTerm,
            new LeaseNotifier(client, new ObjectName(lease.Namespace, lease.Name), identity, time, log), time,
            logs.CreateLogger<LeaderLoop>());

        var hook = new AlertHook(alerts, options.AlertTokenFile, () => election.IsLeading, Metrics.WithCustomRegistry(registry), time,
            logs.CreateLogger<AlertHook>());
        var readiness = new ReadinessReport(caches, election, leader, identity, registry, logs.CreateLogger<ReadinessReport>());
        await using var web = new WebServer(options.MetricsAddress,
            new HealthPages(registry, new Liveness(schedule, election, leader), readiness, hook), logs);
        log.Starting(ProcessMetrics.Version, server.Server, options.Namespace ?? "all", identity);
        await hook.AnnounceAsync(cancel);
        log.Listening(await web.StartAsync(cancel));
        await RunAsync(leader, caches, schedule, scheduler, machine, cancel);
        log.Stopped();

        IJob Job(Type type) =>
            type == typeof(MeasuringJob) ? new MeasuringJob(schedule!, measurer, currentTerm, time, logs.CreateLogger<MeasuringJob>())
            : type == typeof(AlertJob) ? new AlertJob(schedule!, polling, currentTerm)
            : new RolloutJob(schedule!, passes, currentTerm, measurer, time);
    }

    // Stops in the reverse order: first the passes and the Lease, then what they stood on.
    private static async Task RunAsync(LeaderLoop leader, RolloutCaches caches, RolloutSchedule schedule, IScheduler scheduler,
        TimeProvider time, CancellationToken cancel)
    {
        using var ground = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        Task[] grounds = [caches.RunAsync(ground.Token), schedule.RunAsync(ground.Token)];
        var returned = UnusedMemory.ReturnAsync(caches, time, ground.Token);
        var leading = leader.RunAsync(stop.Token);
        var first = await Task.WhenAny([leading, .. grounds]);
        try
        {
            await stop.CancelAsync();
            if (first == leading || !first.IsFaulted) await leading;
            await first;
        }
        finally
        {
            await ground.CancelAsync();
            await scheduler.Shutdown(waitForJobsToComplete: false, CancellationToken.None);
            await Task.WhenAll(grounds.Append(returned).Select(EndAsync));
        }
    }

    private static async Task EndAsync(Task task)
    {
        try
        {
            await task;
        }
        catch (OperationCanceledException)
        {
            // As asked.
        }
    }

    private static async Task<IScheduler> BuildSchedulerAsync(int workers, TimeProvider time, JobFactory jobs, CancellationToken cancel) =>
        await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.UseTimeProvider(time);
            quartz.UseDefaultThreadPool(workers);
            quartz.UseInMemoryStore(_ => { });
            quartz.UseJobFactory(jobs);
            // A batch must not wait for its last member: each rollout's moment is its own.
            quartz.ConfigureScheduler(scheduler => scheduler.MaxBatchSize = 1);
        }).BuildScheduler(cancel);
}
