using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>
/// What the alerts that fire do to the rollout. They count from its start until stable is written; on its way back to 0 before the first step nothing is left to take back, and one that
/// still fires afterwards counts then. The rules are read live, as <c>spec.paused</c> is: a rule that is added protects a rollout that runs.
/// </summary>
internal static class Alerts
{
    /// <summary>So many alerts that a person went on past are remembered.</summary>
    private const int MostOverruled = 16;

    public static FiringAlert? ThatAborts(Scene scene) => Acting(scene, AlertAction.Abort).FirstOrDefault();

    public static FiringAlert? ThatPauses(Scene scene) => Acting(scene, AlertAction.Pause).FirstOrDefault();

    /// <summary>A person goes on past all that fire now and act.</summary>
    public static RolloutStatus Overrule(Scene scene)
    {
        var acting = Acting(scene, AlertAction.Abort).Concat(Acting(scene, AlertAction.Pause)).Distinct().ToArray();
        if (acting.Length == 0) return scene.Status;
        var added = acting.Select(alert => new OverruledAlert(alert.Labels, alert.Since, scene.Now));
        return scene.Status with { OverruledAlerts = added.Concat(scene.Status.OverruledAlerts).DistinctBy(alert => alert.Labels).Take(MostOverruled).ToEquatableArray() };
    }

    private static IEnumerable<FiringAlert> Acting(Scene scene, AlertAction action)
    {
        if (scene.Seen.Alerts.Count == 0 || !scene.IsUnderWay || scene.IsStableWritten) return [];
        var rules = (scene.InForce?.Alerts ?? []).Where(rule => rule.Action == action).ToArray();
        return scene.Seen.Alerts
            .Where(alert => rules.Any(rule => rule.Matches(alert) && (rule.IncludeExisting || alert.Since >= scene.Status.StartedAt)))
            .Where(alert => !scene.Status.OverruledAlerts.Any(overruled => overruled.Covers(alert)))
            .OrderBy(alert => alert.Since)
            .ThenBy(Reasons.Of, System.StringComparer.Ordinal);
    }
}
