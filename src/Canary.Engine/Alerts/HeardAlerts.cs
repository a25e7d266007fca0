using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;

namespace Canary.Engine.Alerts;

/// <summary>
/// The alerts of the webhook: those that fire, and when others ended. Two replicas of Alertmanager tell the same alert, each in its own
/// time, so a call may come after one that says more: a start that is not after an end that was heard is old news, and so is an end before
/// the start of what fires.
/// </summary>
internal sealed class HeardAlerts
{
    // Places are made many at a time: a storm must not sort all for each of its alerts.
    private const int Batch = FiringAlerts.MostHeard / 20;

    private readonly Dictionary<EquatableArray<Label>, (FiringAlert Alert, DateTimeOffset HeardAt)> _firing = [];
    private readonly Dictionary<EquatableArray<Label>, (DateTimeOffset EndedAt, DateTimeOffset HeardAt)> _ended = [];

    /// <summary>Takes what was said at <paramref name="now"/>.</summary>
    /// <param name="alerts">The alerts of one call.</param>
    /// <param name="source">Who says it.</param>
    /// <param name="isWanted">A rule matches the alert: where there are too many, it stays and others go.</param>
    /// <param name="now">When it was said.</param>
    /// <returns>How many were left out, since there are too many.</returns>
    public int Take(IEnumerable<HeardAlert> alerts, string source, Func<FiringAlert, bool> isWanted, DateTimeOffset now)
    {
        var (left, canMakePlace) = (0, true);
        foreach (var alert in alerts)
        {
            if (!alert.IsFiring) End(alert, now);
            else if (!_ended.TryGetValue(alert.Labels, out var last) || alert.StartsAt > last.EndedAt)
            {
                var firing = new FiringAlert(alert.Labels, alert.StartsAt, source);
                var hasPlace = _firing.Count < FiringAlerts.MostHeard || _firing.ContainsKey(alert.Labels);
                if (!hasPlace && canMakePlace && isWanted(firing)) hasPlace = canMakePlace = MakePlace(isWanted);
                if (hasPlace) _firing[alert.Labels] = (firing, now);
                else left++;
            }
        }

        return left;
    }

    /// <summary>What fires and was spoken of after <paramref name="oldest"/>.</summary>
    public IEnumerable<FiringAlert> Since(DateTimeOffset oldest) =>
        _firing.Values.Where(one => one.HeardAt > oldest).Select(one => one.Alert);

    /// <summary>When the last one ended that fulfils the condition; null: none did.</summary>
    public DateTimeOffset? LastEnd(Func<FiringAlert, bool> condition) =>
        _ended.Where(one => condition(new FiringAlert(one.Key, one.Value.EndedAt, ""))).Select(one => (DateTimeOffset?)one.Value.EndedAt)
        .Max();

    /// <summary>A source that knows of every alert was asked at <paramref name="askedAt"/>: what it does not name has ended, unless it was
    /// heard of later.</summary>
    public void KeepOnly(Func<EquatableArray<Label>, bool> isNamed, DateTimeOffset askedAt)
    {
        foreach (var labels in _firing.Where(one => one.Value.HeardAt < askedAt && !isNamed(one.Key)).Select(one => one.Key).ToArray())
            _firing.Remove(labels);
    }

    public void Clear()
    {
        _firing.Clear();
        _ended.Clear();
    }

    private bool MakePlace(Func<FiringAlert, bool> isWanted)
    {
        var others = _firing.Values.Where(one => !isWanted(one.Alert)).OrderBy(one => one.HeardAt).Take(Batch)
            .Select(one => one.Alert.Labels).ToArray();
        foreach (var labels in others) _firing.Remove(labels);
        return others.Length > 0;
    }

    private void End(HeardAlert alert, DateTimeOffset now)
    {
        // An end that lies in the future would hide what begins until then.
        var endedAt = alert.EndsAt is { } said && said < now ? said : now;
        if (_firing.TryGetValue(alert.Labels, out var firing) && firing.Alert.Since > endedAt) return;
        _firing.Remove(alert.Labels);
        if (_ended.TryGetValue(alert.Labels, out var before) && before.EndedAt >= endedAt) return;
        if (_ended.Count >= FiringAlerts.MostHeard && !_ended.ContainsKey(alert.Labels))
            foreach (var oldest in _ended.OrderBy(one => one.Value.HeardAt).Take(Batch).Select(one => one.Key).ToArray())
                _ended.Remove(oldest);
        _ended[alert.Labels] = (endedAt, now);
    }
}
