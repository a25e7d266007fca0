using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Analysis.Red;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Providers.Metrics;

namespace Canary.Providers.Alerts;

/// <summary>
/// The alerts of a Prometheus, from the series that its rules write: <c>ALERTS</c> says what fires, <c>ALERTS_FOR_STATE</c> since when the
/// rule's expression holds.
/// </summary>
/// <remarks>
/// An alert with <c>for</c> holds for a while before it fires, and no series says when it began to fire. The samples of
/// <see cref="Lookback"/> show it; where they reach back as far as that, it is older, and the time since when the expression holds stands
/// for it.
/// </remarks>
public sealed class PrometheusAlerts(IMetricSource source, string? address, TimeProvider time) : IAlertSource
{
    /// <summary>How far back the beginning of an alert is looked for.</summary>
    public static readonly TimeSpan Lookback = TimeSpan.FromMinutes(15);

    // An evaluation may be late, or missed once. One that misses more has ended, however often rules are evaluated.
    private const double MostEvaluations = 2.5;

    private static readonly TimeSpan ShortestGap = TimeSpan.FromSeconds(10);

    /// <summary>How far back is looked for the beginning of alerts that a rule takes for one, every <see cref="LongStep"/>.</summary>
    public static readonly TimeSpan LongLookback = TimeSpan.FromHours(6);

    private static readonly TimeSpan LongStep = TimeSpan.FromSeconds(24);

    // Who did not ask for so long does not know any more.
    private static readonly TimeSpan ForgottenAfter = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private (DateTimeOffset At, EquatableArray<AlertRule> Rules) _asked;

    /// <inheritdoc />
    public string Name => PrometheusFaults.Name(address);

    /// <inheritdoc />
    public bool IsComplete => false;

    /// <inheritdoc />
    public async Task<AlertReading> ReadAsync(EquatableArray<AlertRule> rules, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var alerts = new List<FiringAlert>();
        // The series that fire now, with their samples of the last minutes: one rule a part, joined, since PromQL has no other "or" of
        // matchers. A name that is none would be a query of somebody else's making.
        rules = rules.Where(rule => rule.MatchLabels.All(label => PromQlText.IsLabelName(label.Name))
            && rule.MatchExpressions.All(one => PromQlText.IsLabelName(one.Key))
            && rule.IdentityLabels.All(PromQlText.IsLabelName)).ToEquatableArray();
        if (rules.Count == 0) return new AlertReading.Read([]);
        var selectors = rules.Select(Matchers).Distinct(StringComparer.Ordinal).ToArray();
        var firing = await AskAsync(
            string.Join(" or ", selectors.Select(matchers => $"ALERTS{{alertstate=\"firing\",{matchers}}}")),
            now,
            cancel);
        if (firing is MetricAnswer.Faulted fault) return new AlertReading.Faulted(fault.Reason);
        if (firing is not MetricAnswer.Vector { Samples.Count: > 0 } vector)
        {
            _asked = (now, rules);
            return new AlertReading.Read([]);
        }

        var holding = await AskAsync(
            string.Join(" or ", selectors.Select(matchers => $"ALERTS_FOR_STATE{{{matchers}}}")), now, cancel);
        if (holding is MetricAnswer.Faulted other) return new AlertReading.Faulted(other.Reason);
        var (histories, unread) = await HistoriesAsync(vector, selectors, now, cancel);
        if (unread is not null) return new AlertReading.Faulted(unread);
        foreach (var sample in vector.Samples)
        {
            var labels = Identity(sample.Labels);
            alerts.Add(new FiringAlert(labels, Since(histories.GetValueOrDefault(labels, []), Held(holding, labels), now), Name));
        }

        // Once for a rule: from then on what fires is followed as it is read.
        var ongoing = new List<OngoingAlert>();
        foreach (var rule in rules.Where(rule => rule.IdentityLabels.Count > 0 && IsNew(rule, now)))
        {
            var earlier = await AskAsync(
                $"count by ({string.Join(',', rule.IdentityLabels)}) (ALERTS{{alertstate=\"firing\",{Matchers(rule)}}})",
                now,
                cancel,
                new QueryRange(LongLookback, LongStep));
            if (earlier is MetricAnswer.Faulted unknown) return new AlertReading.Faulted(unknown.Reason);
            ongoing.AddRange(Ongoing(rule, earlier, now));
        }

        _asked = (now, rules);
        return new AlertReading.Read(alerts.ToEquatableArray()) { Ongoing = ongoing.ToEquatableArray() };
    }

    // One question an alert or one a rule, whichever are fewer: a storm of alerts must not become one of queries, and PromQL has no "or" of
    // ranges.
    private async Task<(Dictionary<EquatableArray<Label>, Point[]> Histories, string? Unread)> HistoriesAsync(
        MetricAnswer.Vector firing, string[] selectors, DateTimeOffset now, CancellationToken cancel)
    {
        var histories = new Dictionary<EquatableArray<Label>, Point[]>();
        var isByAlert = firing.Samples.Count <= selectors.Length;
        var asked = isByAlert
            ? firing.Samples.Select(sample => (Of: (EquatableArray<Label>?)Identity(sample.Labels), Matchers: Exactly(sample)))
            : selectors.Select(matchers => (Of: (EquatableArray<Label>?)null, Matchers: $"alertstate=\"firing\",{matchers}"));
        foreach (var (alert, matchers) in asked)
        {
            var history = await AskAsync($"ALERTS{{{matchers}}}[{(long)Lookback.TotalSeconds}s]", now, cancel);
            if (history is MetricAnswer.Faulted fault) return (histories, fault.Reason);
            // Rules may match the same alert.
            foreach (var series in (history as MetricAnswer.Matrix)?.Series ?? [])
                histories[alert ?? Identity(series.Labels)] = [.. series.Points];
        }

        return (histories, null);
    }

    private static string Exactly(Sample sample) =>
        string.Join(
            ',',
            sample.Labels.Where(label => label.Name != "__name__")
                .Select(label => $"{LabelName(label.Name)}={PromQlText.Quote(label.Value)}"));

    private bool IsNew(AlertRule rule, DateTimeOffset now) => !_asked.Rules.Contains(rule) || now - _asked.At > ForgottenAfter;

    private static IEnumerable<OngoingAlert> Ongoing(AlertRule rule, MetricAnswer past, DateTimeOffset now)
    {
        foreach (var series in (past as MetricAnswer.Matrix)?.Series ?? [])
        {
            Point[] points = [.. series.Points.OrderBy(point => point.At)];
            if (points.Length == 0 || now - points[^1].At > LongStep * MostEvaluations) continue;
            var first = points.Length - 1;
            while (first > 0 && points[first].At - points[first - 1].At <= LongStep * MostEvaluations) first--;
            yield return new OngoingAlert(rule, rule.IdentityOf(new FiringAlert(series.Labels, points[first].At, "")), points[first].At);
        }
    }

    private static DateTimeOffset Since(Point[] history, DateTimeOffset? held, DateTimeOffset now)
    {
        DateTimeOffset[] points = [.. history.Select(point => point.At).Order()];
        if (points.Length == 0) return held ?? now;
        var longest = LongestGap(points);
        var first = points.Length - 1;
        // A Prometheus that was away for a while leaves a gap as well: where the expression has held since before it, the alert went on.
        while (first > 0 && (points[first] - points[first - 1] <= longest || held <= points[first - 1])) first--;
        var reachesBack = first == 0 && points[0] - (now - Lookback) <= longest;
        return reachesBack && held < points[0] ? held.Value : points[first];
    }

    private static TimeSpan LongestGap(DateTimeOffset[] points)
    {
        TimeSpan[] steps = [.. points.Zip(points.Skip(1), (one, next) => next - one).Order()];
        var gap = steps.Length == 0 ? TimeSpan.Zero : steps[steps.Length / 2] * MostEvaluations;
        return gap > ShortestGap ? gap : ShortestGap;
    }

    private static DateTimeOffset? Held(MetricAnswer holding, EquatableArray<Label> labels) => (holding as MetricAnswer.Vector)?.Samples
        .Where(sample => Identity(sample.Labels) == labels && double.IsFinite(sample.Value) && sample.Value is > 0 and < 253402300799)
        .Select(sample => (DateTimeOffset?)DateTimeOffset.UnixEpoch.AddSeconds(sample.Value))
        .FirstOrDefault();

    // alertstate is a label of the series, and none of the alert.
    private static EquatableArray<Label> Identity(EquatableArray<Label> labels) =>
        labels.Where(label => label.Name is not ("__name__" or "alertstate"))
            .OrderBy(label => label.Name, StringComparer.Ordinal)
            .ToEquatableArray();

    private static string Matchers(AlertRule rule) =>
        string.Join(
            ',',
            rule.MatchLabels.Select(label => $"{label.Name}={PromQlText.Quote(label.Value)}")
                .Concat(rule.MatchExpressions.Select(requirement => requirement.ToPromQl())));

    // Prometheus 3 allows any text as a name, in quotes.
    private static string LabelName(string label) => PromQlText.IsLabelName(label) ? label : PromQlText.Quote(label);

    private Task<MetricAnswer> AskAsync(string query, DateTimeOffset at, CancellationToken cancel, QueryRange? range = null) =>
        source.AskAsync(new MetricQuery(MetricQueries.Prometheus, "", address, query, range, at, Timeout, null, [], false, null), cancel);
}
