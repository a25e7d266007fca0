using System;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Alerting;

/// <summary>An alert that a person went on past. It counts no more in this rollout, unless it ends and fires anew.</summary>
/// <param name="Labels">Its identity: all its labels, or those that the rule names.</param>
/// <param name="Since">Since when it fired, as its source said at the time.</param>
/// <param name="At">When the person went on. Sources may differ by a moment in when an alert began, and never tell one that began
/// later.</param>
public sealed record OverruledAlert(EquatableArray<Label> Labels, DateTimeOffset Since, DateTimeOffset At)
{
    /// <summary>It is this alert that fires.</summary>
    public bool Covers(AlertRule rule, FiringAlert alert) => rule.IdentityOf(alert) == Labels && alert.Since <= At;
}
