using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;

namespace Canary.Controller.Web;

/// <summary>CPU, memory and garbage collection of this process, under the names that every Prometheus client uses.</summary>
internal static class ProcessMeters
{
    public const string MeterName = "Canary.Process";

    /// <summary>Version of this build.</summary>
    public static readonly string Version =
        typeof(ProcessMeters).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private static readonly Meter Meter = new(MeterName);

    public static void Publish()
    {
        Meter.CreateObservableCounter("process.cpu", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "User and system CPU time.");
        Meter.CreateObservableGauge("process.resident_memory", () => Environment.WorkingSet, "By", "Resident memory.");
        var startedAt = StartedAt();
        Meter.CreateObservableGauge("process.start_time", () => startedAt, "s", "Start time since the Unix epoch.");
        Meter.CreateObservableGauge("dotnet.gc.heap_size", () => GC.GetTotalMemory(false), "By", "Managed memory in use.");
        Meter.CreateObservableCounter("dotnet.gc.collections", Collections, null, "Garbage collections by generation.");
        Meter.CreateObservableCounter("dotnet.gc.pause", () => GC.GetTotalPauseDuration().TotalSeconds, "s", "Time that garbage collection held everything up.");
        Meter.CreateObservableGauge("dotnet.thread_pool.threads", () => System.Threading.ThreadPool.ThreadCount, null, "Threads of the pool.");
        Meter.CreateObservableGauge("canary.build.info", () => new Measurement<int>(1, new KeyValuePair<string, object?>("version", Version)), null, "The version that runs, always 1.");
    }

    private static IEnumerable<Measurement<long>> Collections()
    {
        for (var generation = 0; generation <= GC.MaxGeneration; generation++)
            yield return new Measurement<long>(GC.CollectionCount(generation), new KeyValuePair<string, object?>("generation", generation));
    }

    private static double StartedAt()
    {
        using var process = Process.GetCurrentProcess();
        return new DateTimeOffset(process.StartTime.ToUniversalTime()).ToUnixTimeMilliseconds() / 1000.0;
    }
}
