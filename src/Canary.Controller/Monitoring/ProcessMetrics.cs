using System;
using System.Reflection;
using System.Threading;
using Prometheus;

namespace Canary.Controller.Monitoring;

/// <summary>Metrics of this process: those of <see cref="DotNetStats"/>, and what it leaves out.</summary>
internal static class ProcessMetrics
{
    /// <summary>Version of this build.</summary>
    public static readonly string Version =
        typeof(ProcessMetrics).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    public static void Register(CollectorRegistry registry)
    {
        DotNetStats.Register(registry);
        var metrics = Metrics.WithCustomRegistry(registry);
        metrics.CreateGauge("canary_build_info", "Version of the controller, always 1.", "version").WithLabels(Version).Set(1);
        var pause = metrics.CreateCounter("dotnet_gc_pause_seconds_total", "Time for which garbage collection paused the process.");
        var threads = metrics.CreateGauge("dotnet_thread_pool_threads", "Threads of the thread pool.");
        registry.AddBeforeCollectCallback(() =>
        {
            pause.IncTo(GC.GetTotalPauseDuration().TotalSeconds);
            threads.Set(ThreadPool.ThreadCount);
        });
    }
}
