using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Alerting;

/// <summary>Asks the sources of alerts, as long as a rollout with rules is under way: a webhook that was lost costs one interval. A source that does not answer changes nothing, and it is said.</summary>
public sealed class AlertPolling(IReadOnlyList<IAlertSource> sources, AlertBoard board, TimeProvider time, ILogger<AlertPolling> log)
{
    private static readonly Meter Meter = new(EngineMeters.MeterName);
    private static readonly Counter<long> Polls = Meter.CreateCounter<long>("canary.alert.polls", null, "Times that a source of alerts was asked, by outcome.");

    private readonly Dictionary<string, string> troubles = new(StringComparer.Ordinal);

    /// <summary>Asks each source once. Never two at a time: the host sees to that.</summary>
    public async Task PollAsync(CancellationToken cancel)
    {
        var rules = board.Rules;
        if (rules.Count == 0) return;
        foreach (var source in sources)
        {
            var askedAt = time.GetUtcNow();
            switch (await ReadAsync(source, rules, cancel).ConfigureAwait(false))
            {
                case AlertReading.Read read:
                    board.Replace(source.Name, source.IsComplete, read.Alerts, askedAt);
                    Polls.Add(1, new KeyValuePair<string, object?>("outcome", "read"));
                    if (troubles.Remove(source.Name)) log.AlertsReadAgain(source.Name);
                    break;
                case AlertReading.Faulted faulted:
                    Polls.Add(1, new KeyValuePair<string, object?>("outcome", "failed"));
                    // Once, until it changes: it is asked every few seconds.
                    if (troubles.TryGetValue(source.Name, out var last) && last == faulted.Reason) break;
                    troubles[source.Name] = faulted.Reason;
                    log.AlertsNotRead(source.Name, faulted.Reason);
                    break;
            }
        }
    }

    private static async Task<AlertReading> ReadAsync(IAlertSource source, Canary.Core.Units.EquatableArray<Canary.Core.Rollouts.AlertRule> rules, CancellationToken cancel)
    {
        try
        {
            return await source.ReadAsync(rules, cancel).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            // A source answers with values. One that does not is at fault, and must not keep the others from being asked.
            return new AlertReading.Faulted(exception.Message);
        }
    }
}
