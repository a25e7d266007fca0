using System;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Alerting;

/// <summary>An alert that fires now.</summary>
/// <param name="Labels">All its labels in order of their names, <c>alertname</c> among them: they are its identity.</param>
/// <param name="Since">When it began to fire, as its source says.</param>
/// <param name="Source">Who says so: <c>Alertmanager's webhook</c>, <c>Prometheus http://prometheus:9090</c>.</param>
public sealed record FiringAlert(EquatableArray<Label> Labels, DateTimeOffset Since, string Source)
{
    /// <summary>Its name; empty where it has none.</summary>
    public string Name => ValueOf("alertname");

    /// <summary>The value of a label; empty where the alert does not have it.</summary>
    public string ValueOf(string name) => Labels.Where(label => label.Name == name).Select(label => label.Value).FirstOrDefault() ?? "";
}
