using System;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Engine.Alerts;

/// <summary>What an Alertmanager, or Grafana, says about one alert.</summary>
/// <param name="Labels">All its labels, in order of their names.</param>
/// <param name="StartsAt">When it began to fire.</param>
/// <param name="IsFiring">False: it no longer fires.</param>
public sealed record HeardAlert(EquatableArray<Label> Labels, DateTimeOffset StartsAt, bool IsFiring)
{
    /// <summary>When it ended; null: it was not said.</summary>
    public DateTimeOffset? EndsAt { get; init; }
}
