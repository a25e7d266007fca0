using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts.Alerting;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>
/// What the alerts that fire do to the rollout. They count from its start until stable is written; on its way back to 0 before the first
/// step nothing is left to roll back, and one that still fires afterwards counts then. The rules are read live, as <c>spec.paused</c> is: a
/// rule that is added protects a rollout that runs.
/// </summary>
internal static class Alerts
{
    /// <summary>So many alerts that a person went on past are remembered.</summary>
    private const int MostOverruled = 16;

    public static FiringAlert? ThatAborts(Evaluation evaluation) => Acting(evaluation, AlertAction.Abort).FirstOrDefault().Alert;

    public static FiringAlert? ThatPauses(Evaluation evaluation) => Acting(evaluation, AlertAction.Pause).FirstOrDefault().Alert;

    /// <summary>A person goes on past all that fire now and act.</summary>
    public static RolloutStatus Overrule(Evaluation evaluation)
    {
        var acting = Acting(evaluation, AlertAction.Abort).Concat(Acting(evaluation, AlertAction.Pause)).ToArray();
        if (acting.Length == 0) return evaluation.Status;
        var added = acting.Select(one => new OverruledAlert(one.Rule.IdentityOf(one.Alert), one.Alert.Since, evaluation.Now)).Distinct();
        return evaluation.Status with
        {
            OverruledAlerts = added.Concat(evaluation.Status.OverruledAlerts).DistinctBy(alert => alert.Labels)
            .Take(MostOverruled).ToEquatableArray()
        };
    }

    // By the rule that acts, since it says which alerts are the same one.
    private static IEnumerable<(AlertRule Rule, FiringAlert Alert)> Acting(Evaluation evaluation, AlertAction action)
    {
        if (evaluation.Seen.Alerts.Count == 0 || !evaluation.IsUnderWay || evaluation.IsStableWritten) return [];
        return (evaluation.InForce?.Alerts ?? [])
            .Where(rule => rule.Action == action)
            .SelectMany(rule => evaluation.Seen.Alerts.Where(rule.Matches)
                .Select(alert => (Rule: rule, Alert: alert with { Since = Since(evaluation, rule, alert) })))
            .Where(one => one.Rule.IncludeExisting || one.Alert.Since >= evaluation.Status.StartedAt)
            .Where(one => !evaluation.Status.OverruledAlerts.Any(overruled => overruled.Covers(one.Rule, one.Alert)))
            .OrderBy(one => one.Alert.Since)
            .ThenBy(one => RollbackReasons.Describe(one.Alert), StringComparer.Ordinal);
    }

    private static DateTimeOffset Since(Evaluation evaluation, AlertRule rule, FiringAlert alert)
    {
        if (rule.IdentityLabels.Count == 0) return alert.Since;
        var identity = rule.IdentityOf(alert);
        return evaluation.Seen.OngoingAlerts.Where(one => one.Rule == rule && one.Identity == identity).Select(one => one.Since)
            .Append(alert.Since).Min();
    }
}
