using System;
using System.IO;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Controller.Monitoring;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Prometheus;

namespace Canary.Benchmarks;

/// <summary>One scrape of <c>/metrics</c>: the weights, the step and the phase of so many rollouts, in the text format.</summary>
internal static class ScrapeBenchmark
{
    private const int Repeats = 20;

    public static async Task<(TimeSpan Cpu, long Allocated, long Page, long Held)> RunAsync(int rollouts)
    {
        var registry = Metrics.NewCustomRegistry();
        var metrics = new RolloutMetrics(registry, () => true);
        var weights = WeightStatus.None with { Desired = Weight.FromPercent(20), Applied = Weight.FromPercent(10) };
        var status = RolloutStatus.New with { Phase = Phase.Progressing, CurrentStepIndex = 2, Weights = weights };
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 0; number < rollouts; number++)
            metrics.Show(new RolloutName($"team-{number % 50}", $"checkout-{number}"), status);
        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        var scrapes = new (TimeSpan Cpu, long Allocated, long Page)[Repeats];
        for (var repeat = 0; repeat < Repeats; repeat++)
        {
            var (cpu, allocated) = (Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true));
            using var page = new MemoryStream();
            await registry.CollectAndExportAsTextAsync(page, CancellationToken.None);
            scrapes[repeat] = (Environment.CpuUsage.TotalTime - cpu, GC.GetTotalAllocatedBytes(precise: true) - allocated, page.Length);
        }

        // The median of those after the first, which compiles.
        var median = scrapes.Skip(1).OrderBy(scrape => scrape.Cpu).ElementAt((Repeats - 1) / 2);
        return (median.Cpu, median.Allocated, median.Page, held);
    }
}
