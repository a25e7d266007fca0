using System;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Alerting;

/// <summary>Alerts that a rule with <c>identityLabels</c> takes for one, and that fire without a break, one after the other or side by
/// side.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Identity">The values of its identity labels.</param>
/// <param name="Since">When the first of them began.</param>
public sealed record OngoingAlert(AlertRule Rule, EquatableArray<Label> Identity, DateTimeOffset Since);
