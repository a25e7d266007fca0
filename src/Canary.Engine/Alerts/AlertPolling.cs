using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Diagnostics;
using Canary.Engine.Ports;
using Microsoft.Extensions.Logging;

namespace Canary.Engine.Alerts;

/// <summary>Asks the sources of alerts, as long as a rollout with rules is under way: a webhook that was lost costs one interval. A source
/// that does not answer changes nothing, and it is said.</summary>
public sealed class AlertPolling
{
    /// <summary>A source that was not read for so long is more than a hiccup: people are told.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromMinutes(2);

    private readonly Lock _gate = new();
    private readonly Asked[] _asked;
    private readonly FiringAlerts _firing;
    private readonly TimeProvider _time;
    private readonly ILogger<AlertPolling> _log;

    public AlertPolling(IReadOnlyList<IAlertSource> sources, FiringAlerts firing, TimeProvider time, ILogger<AlertPolling> log)
    {
        _asked = [.. sources.Select(source => new Asked(source))];
        _firing = firing;
        _time = time;
        _log = log;
    }

    /// <summary>Asks each source once, all at the same time. Never two rounds at a time: the host sees to that.</summary>
    public async Task PollAsync(CancellationToken cancel)
    {
        var rules = _firing.Rules;
        if (rules.Count > 0)
        {
            await Task.WhenAll(_asked.Select(one => PollAsync(one, rules, cancel)));
            return;
        }

        foreach (var one in _asked) Rest(one);
    }

    /// <summary>For each source the time since it last said which alerts fire; null: it is not asked, since no rollout with rules is under
    /// way.</summary>
    public IReadOnlyList<(string Source, TimeSpan? Age)> Ages()
    {
        var now = _time.GetUtcNow();
        lock (_gate) return [.. _asked.Select(one => (one.Source.Name, now - one.GoodAt))];
    }

    private async Task PollAsync(Asked one, EquatableArray<AlertRule> rules, CancellationToken cancel)
    {
        var askedAt = _time.GetUtcNow();
        lock (_gate) one.GoodAt ??= askedAt;
        switch (await ReadAsync(one.Source, rules, askedAt, cancel))
        {
            case AlertReading.Read:
                EngineMeters.CountAlertPoll(one.Source.Name, "read");
                if (one.Problem is not null) _log.AlertsReadAgain(one.Source.Name);
                lock (_gate) one.GoodAt = askedAt;
                one.Problem = null;
                _firing.Doubt(one.Source.Name, null);
                break;
            case AlertReading.Faulted faulted:
                EngineMeters.CountAlertPoll(one.Source.Name, "failed");
                // Once, until it changes: it is asked every few seconds.
                if (one.Problem != faulted.Reason) _log.AlertsNotRead(one.Source.Name, faulted.Reason);
                one.Problem = faulted.Reason;
                if (_time.GetUtcNow() - one.GoodAt >= LongestSilence) Doubt(one, faulted.Reason);
                break;
        }
    }

    private void Doubt(Asked one, string reason)
    {
        var silence = GoDuration.Format(LongestSilence);
        if (_firing.Doubt(one.Source.Name, $"{one.Source.Name} has not said for {silence} which alerts fire: {reason}"))
            _log.AlertsUnread(one.Source.Name, silence, _firing.Watchers.Count);
    }

    // Nobody wants to know: the time until somebody does again is no silence.
    private void Rest(Asked one)
    {
        lock (_gate) one.GoodAt = null;
        one.Problem = null;
        _firing.Doubt(one.Source.Name, null);
    }

    private async Task<AlertReading> ReadAsync(IAlertSource source, EquatableArray<AlertRule> rules, DateTimeOffset askedAt,
        CancellationToken cancel)
    {
        try
        {
            var reading = await source.ReadAsync(rules, cancel);
            if (reading is AlertReading.Read read) _firing.Replace(source.Name, source.IsComplete, read.Alerts, askedAt, read.Ongoing);
            return reading;
        }
        catch (Exception exception) when (!cancel.IsCancellationRequested)
        {
            // A source answers with values. One that does not is at fault, and must not keep the others from being asked.
            return new AlertReading.Faulted(exception.Message);
        }
    }

    private sealed class Asked(IAlertSource source)
    {
        public IAlertSource Source => source;

        // When it was last read, at first: when it was first asked; null: it is not asked.
        public DateTimeOffset? GoodAt;

        public string? Problem;
    }
}
