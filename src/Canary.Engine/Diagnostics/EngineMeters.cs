using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using Canary.Core.Analysis;

namespace Canary.Engine.Diagnostics;

/// <summary>What the engine counts. Read by whoever listens to <see cref="MeterName"/>.</summary>
public static class EngineMeters
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Canary.Engine";

    /// <summary>Measurements that were counted, by <c>verdict</c>.</summary>
    public const string Verdicts = "canary.verdicts";

    /// <summary>Times that a source of alerts was asked, by <c>source</c> and <c>outcome</c>.</summary>
    public const string AlertPolls = "canary.alert.polls";

    private static readonly Meter Meter = new(MeterName);
    private static readonly Counter<long> _verdicts =
        Meter.CreateCounter<long>(Verdicts, null, "Measurements by verdict: successful, failed, inconclusive or error.");
    private static readonly Counter<long> Polls =
        Meter.CreateCounter<long>(AlertPolls, null, "Polls of a source of alerts, by outcome: read or failed.");

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
            if (count > 0) _verdicts.Add(count, new KeyValuePair<string, object?>("verdict", verdict));
        }
    }

    /// <summary>Counts that <paramref name="source"/> was asked which alerts fire.</summary>
    internal static void CountAlertPoll(string source, string outcome) =>
        Polls.Add(1, new KeyValuePair<string, object?>("source", source), new KeyValuePair<string, object?>("outcome", outcome));
}
