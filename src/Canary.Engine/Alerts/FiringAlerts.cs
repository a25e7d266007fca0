using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Ports;

namespace Canary.Engine.Alerts;

/// <summary>
/// What fires now, as far as anybody told: Alertmanager by its webhook, and the sources that are asked. A level: hearing the same twice
/// changes nothing, and a source that is asked replaces all that it said before. What two sources tell is one alert, since the earlier of
/// both times.
/// </summary>
public sealed class FiringAlerts(TimeProvider time)
{
    /// <summary>An alert of the webhook that nobody speaks of any more is forgotten after so long: three times the default
    /// <c>repeat_interval</c> of Alertmanager.</summary>
    public static readonly TimeSpan LongestUnheard = TimeSpan.FromHours(12);

    /// <summary>Most alerts that are kept of the webhook: what sends more is broken, or means harm.</summary>
    public const int MostHeard = 10_000;

    /// <summary>How long a refused call of the webhook is spoken of: what it told comes again with Alertmanager's default
    /// <c>group_interval</c> at the earliest.</summary>
    public static readonly TimeSpan RefusalStands = TimeSpan.FromMinutes(5);

    private const string Webhook = "Alertmanager's webhook";

    private readonly Lock _gate = new();
    private readonly HeardAlerts _heard = new();
    private readonly OngoingAlerts _ongoing = new();
    private readonly Dictionary<string, Dictionary<EquatableArray<Label>, FiringAlert>> _polled = new(StringComparer.Ordinal);
    private readonly Dictionary<RolloutName, EquatableArray<AlertRule>> _watchers = [];
    private readonly SortedDictionary<string, string> _doubts = new(StringComparer.Ordinal);
    private (string Why, DateTimeOffset At)? _refusal;

    /// <summary>Something fires, or no longer does, that a rule of this rollout matches.</summary>
    public event Action<RolloutName>? Changed;

    /// <summary>Rollouts that are under way want to know of other alerts than before: what fires now has to be asked anew.</summary>
    public event Action? RulesChanged;

    /// <summary>The rollouts with rules that are under way.</summary>
    public EquatableArray<RolloutName> Watchers
    {
        get
        {
            lock (_gate) return _watchers.Keys.ToEquatableArray();
        }
    }

    /// <summary>Why an alert may fire that nobody tells of, for a person; null: all sources answer.</summary>
    public string? Doubts
    {
        get
        {
            lock (_gate)
            {
                if (_refusal is { } refused && time.GetUtcNow() - refused.At >= RefusalStands) _refusal = null;
                string[] all = _refusal is { } last ? [.. _doubts.Values, last.Why] : [.. _doubts.Values];
                return all.Length == 0 ? null : string.Join("; ", all);
            }
        }
    }

    /// <summary>The rules of all rollouts that are under way, each once: where there are none, nobody needs to be asked.</summary>
    public EquatableArray<AlertRule> Rules
    {
        get
        {
            lock (_gate) return _watchers.Values.SelectMany(rules => rules).Distinct().ToEquatableArray();
        }
    }

    /// <summary>A rollout with these rules is under way; with none, or not under way any more, its rules are empty.</summary>
    public void Watch(RolloutName rollout, EquatableArray<AlertRule> rules)
    {
        bool isNew;
        lock (_gate)
        {
            isNew = rules.Count > 0 && !(_watchers.TryGetValue(rollout, out var known) && known == rules);
            if (rules.Count == 0) _watchers.Remove(rollout);
            else _watchers[rollout] = rules;
            // Nobody is asked from here on: what was said last would be taken for true by the next rollout, hours later.
            if (_watchers.Count == 0) _polled.Clear();
            Follow();
        }

        if (isNew) RulesChanged?.Invoke();
    }

    /// <summary>Alertmanager, or Grafana, called the webhook with these.</summary>
    /// <returns>How many of them were left out since there are too many; never one that a rule of a rollout under way matches, unless all
    /// that are kept are such.</returns>
    public int Hear(IReadOnlyList<HeardAlert> alerts)
    {
        var now = time.GetUtcNow();
        var left = 0;
        Apply(() =>
        {
            var wanted = _watchers.Values.SelectMany(rules => rules).Distinct().ToArray();
            left = _heard.Take(alerts, Webhook, alert => wanted.Any(rule => rule.Matches(alert)), now);
            Follow();
        });
        return left;
    }

    /// <summary>A call of the webhook was refused: what it told is not known. The rollouts under way are told, and nothing more is said of
    /// it after <see cref="RefusalStands"/>.</summary>
    public void Refuse(string why)
    {
        RolloutName[] concerned;
        lock (_gate)
        {
            var now = time.GetUtcNow();
            var isNew = _refusal is not { } last || now - last.At >= RefusalStands;
            _refusal = (isNew ? $"a call of {Webhook} was refused: {why}" : _refusal!.Value.Why, now);
            if (!isNew) return;
            concerned = [.. _watchers.Keys];
        }

        foreach (var rollout in concerned) Changed?.Invoke(rollout);
    }

    /// <summary>A source that was asked at <paramref name="askedAt"/> names these, and no others.</summary>
    /// <param name="past">Since when alerts go on that rules take for one, where the source has looked into the past.</param>
    public void Replace(string source, bool isComplete, EquatableArray<FiringAlert> alerts, DateTimeOffset askedAt,
        EquatableArray<OngoingAlert> past = default) => Apply(() =>
    {
        var before = _polled.GetValueOrDefault(source);
        // One that goes on keeps its time: how far back a source can see must not make an old alert a new one.
        _polled[source] = alerts.DistinctBy(alert => alert.Labels).ToDictionary(
            alert => alert.Labels, alert => before?.GetValueOrDefault(alert.Labels) is { } known && known.Since < alert.Since ? known
            : alert);
        if (isComplete) _heard.KeepOnly(_polled[source].ContainsKey, askedAt);
        Follow();
        _ongoing.Learn(past);
    });

    /// <summary>A source has been silent for too long; with null it answers.</summary>
    /// <returns>That is new.</returns>
    public bool Doubt(string source, string? why)
    {
        RolloutName[] concerned;
        lock (_gate)
        {
            // Only the first reason: those that follow are the same silence.
            if (why is null ? !_doubts.Remove(source) : !_doubts.TryAdd(source, why)) return false;
            concerned = [.. _watchers.Keys];
        }

        foreach (var rollout in concerned) Changed?.Invoke(rollout);
        return true;
    }

    /// <summary>What fires now and is matched by one of the rules.</summary>
    public EquatableArray<FiringAlert> Matching(EquatableArray<AlertRule> rules)
    {
        if (rules.Count == 0) return [];
        lock (_gate) return Firing().Where(alert => rules.Any(rule => rule.Matches(alert))).ToEquatableArray();
    }

    /// <summary>Since when what these rules take for one alert has been firing.</summary>
    public EquatableArray<OngoingAlert> Ongoing(EquatableArray<AlertRule> rules)
    {
        if (rules.All(rule => rule.IdentityLabels.Count == 0)) return [];
        lock (_gate) return _ongoing.Of(rules).ToEquatableArray();
    }

    /// <summary>Lets go of everything: another process leads.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _heard.Clear();
            _ongoing.Clear();
            _polled.Clear();
            _watchers.Clear();
            _doubts.Clear();
            _refusal = null;
        }
    }

    private void Follow() =>
        _ongoing.Update([.. _watchers.Values.SelectMany(rules => rules).Distinct()], [.. Firing()], _heard.LastEnd, time.GetUtcNow());

    private void Apply(Action change)
    {
        RolloutName[] concerned;
        lock (_gate)
        {
            var before = Firing().ToHashSet();
            change();
            before.SymmetricExceptWith(Firing());
            concerned = [.. _watchers.Where(watcher => before.Any(alert => watcher.Value.Any(rule => rule.Matches(alert))))
                .Select(watcher => watcher.Key)];
        }

        foreach (var rollout in concerned) Changed?.Invoke(rollout);
    }

    private IEnumerable<FiringAlert> Firing()
    {
        return _heard.Since(time.GetUtcNow() - LongestUnheard)
            .Concat(_polled.Values.SelectMany(source => source.Values))
            .GroupBy(alert => alert.Labels)
            .Select(same => same.MinBy(alert => alert.Since)!)
            .OrderBy(alert => alert.Since);
    }
}
