using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>One entry of <c>spec.alerts</c>: what happens while an alert with these labels fires during a rollout.</summary>
/// <param name="MatchLabels"><c>matchLabels</c>: an alert matches where it has all of them, with these values. At least one; <c>alertname</c> is the alert's name.</param>
/// <param name="Action"><c>action</c>. Default abort.</param>
/// <param name="IncludeExisting"><c>includeExisting</c>: an alert that was firing before the rollout began counts too. Default false.</param>
public sealed record AlertRule(EquatableArray<Label> MatchLabels, AlertAction Action, bool IncludeExisting)
{
    /// <summary>The alert has every label of this rule.</summary>
    public bool Matches(FiringAlert alert) => MatchLabels.All(label => alert.Labels.Contains(label));
}
