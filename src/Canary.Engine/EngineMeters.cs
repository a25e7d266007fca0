using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using Canary.Core.Analysis;

namespace Canary.Engine;

/// <summary>What the engine counts. Read by whoever listens to <see cref="MeterName"/>.</summary>
public static class EngineMeters
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Canary.Engine";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> Verdicts = Meter.CreateCounter<long>("canary.verdicts", null, "Measurements that were counted, by verdict.");

    /// <summary>Counts the measurements by which <paramref name="next"/> is ahead of <paramref name="last"/>.</summary>
    internal static void CountVerdicts(RunStatus last, RunStatus next)
    {
        foreach (var metric in next.Metrics)
        {
            var before = last.Metrics.FirstOrDefault(other => other.Name == metric.Name);
            Add("successful", metric.Successful - (before?.Successful ?? 0));
            Add("failed", metric.Failed - (before?.Failed ?? 0));
            Add("inconclusive", metric.Inconclusive - (before?.Inconclusive ?? 0));
            Add("error", metric.Errors - (before?.Errors ?? 0));
        }

        static void Add(string verdict, int count)
        {
            if (count > 0) Verdicts.Add(count, new KeyValuePair<string, object?>("verdict", verdict));
        }
    }
}
