using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;

namespace Canary.Engine.Alerts;

/// <summary>
/// Since when the alerts that a rule takes for one have been firing without a break. An alert whose label carries its value ends and begins
/// anew with each change of it: what begins no later than
/// <see cref="LongestBreak"/> after the last one ended goes on.
/// </summary>
internal sealed class OngoingAlerts
{
    /// <summary>A longer time without any of the alerts is an end. Two evaluations of a rule at Prometheus's default interval of 1m are no
    /// closer than this.</summary>
    public static readonly TimeSpan LongestBreak = TimeSpan.FromMinutes(1);

    private readonly Dictionary<(AlertRule Rule, EquatableArray<Label> Identity), (DateTimeOffset Since, DateTimeOffset? EndedAt)> _known =
        [];

    /// <summary>Takes what fires now into account.</summary>
    /// <param name="rules">All rules that are watched.</param>
    /// <param name="firing">What fires.</param>
    /// <param name="lastEnd">When one of the alerts ended that fulfil a condition, as was said; null: nobody said it.</param>
    /// <param name="now">When this is looked at.</param>
    public void Update(IReadOnlyList<AlertRule> rules, IReadOnlyList<FiringAlert> firing,
        Func<Func<FiringAlert, bool>, DateTimeOffset?> lastEnd, DateTimeOffset now)
    {
        foreach (var gone in _known.Keys.Where(key => !rules.Contains(key.Rule)).ToArray()) _known.Remove(gone);
        foreach (var rule in rules.Where(rule => rule.IdentityLabels.Count > 0))
        {
            var alerts = firing.Where(rule.Matches).ToLookup(rule.IdentityOf, alert => alert.Since);
            foreach (var one in alerts)
            {
                var key = (rule, one.Key);
                var since = one.Min();
                var goesOn = _known.TryGetValue(key, out var last) && last.Since < since
                    && (last.EndedAt is not { } end || since <= end + LongestBreak);
                _known[key] = (goesOn ? last.Since : since, null);
            }

            foreach (var (key, last) in _known.Where(one => one.Key.Rule == rule && one.Value.EndedAt is null
                && !alerts.Contains(one.Key.Identity)).ToArray())
            {
                var said = lastEnd(alert => rule.Matches(alert) && rule.IdentityOf(alert) == key.Identity);
                _known[key] = (last.Since, said > last.Since && said < now ? said : now);
            }
        }
    }

    /// <summary>A source has looked into the past: what fires began then, or earlier.</summary>
    public void Learn(IEnumerable<OngoingAlert> past)
    {
        foreach (var one in past)
        {
            var key = (one.Rule, one.Identity);
            if (_known.TryGetValue(key, out var known) && known.EndedAt is null && one.Since < known.Since) _known[key] = (one.Since, null);
        }
    }

    /// <summary>Those of these rules that fire.</summary>
    public IEnumerable<OngoingAlert> Of(EquatableArray<AlertRule> rules) =>
        _known.Where(one => one.Value.EndedAt is null && rules.Contains(one.Key.Rule))
        .Select(one => new OngoingAlert(one.Key.Rule, one.Key.Identity, one.Value.Since)).OrderBy(one => one.Since);

    public void Clear() => _known.Clear();
}
