using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Alerting;

/// <summary>One entry of <c>spec.alerts</c>: what happens while an alert that it selects fires during a rollout.</summary>
/// <param name="MatchLabels"><c>matchLabels</c>: an alert matches where it has all of them, with these values; <c>alertname</c> is the
/// alert's name.</param>
/// <param name="Action"><c>action</c>. Default abort.</param>
/// <param name="IncludeExisting"><c>includeExisting</c>: an alert that was firing before the rollout began counts too. Default
/// false.</param>
public sealed record AlertRule(EquatableArray<Label> MatchLabels, AlertAction Action, bool IncludeExisting)
{
    /// <summary><c>matchExpressions</c>: requirements that the alert fulfils besides, all of them. Default none.</summary>
    public EquatableArray<AlertMatchExpression> MatchExpressions { get; init; }

    /// <summary>
    /// <c>identityLabels</c>: the labels that tell this rule's alerts apart. Alerts that are alike in them are one, which fires as long as
    /// any of them does: a label whose value changes makes no new alert. Default none: all labels.
    /// </summary>
    public EquatableArray<string> IdentityLabels { get; init; }

    /// <summary>The alert has every label of this rule and fulfils every requirement.</summary>
    public bool Matches(FiringAlert alert) =>
        MatchLabels.All(label => alert.ValueOf(label.Name) == label.Value) && MatchExpressions.All(requirement => requirement.Holds(alert));

    /// <summary>What is the same in all alerts that this rule takes for one.</summary>
    public EquatableArray<Label> IdentityOf(FiringAlert alert) =>
        IdentityLabels.Count == 0 ? alert.Labels : IdentityLabels.Select(name => new Label(name, alert.ValueOf(name))).ToEquatableArray();
}

/// <summary><c>action</c> of an alert rule.</summary>
public enum AlertAction
{
    /// <summary>The canary is rolled back.</summary>
    Abort,

    /// <summary>Nothing advances while it fires.</summary>
    Pause,
}
