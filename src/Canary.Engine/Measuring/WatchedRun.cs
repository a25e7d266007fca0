using System;
using System.Collections.Generic;
using Canary.Engine.Ports;

namespace Canary.Engine.Measuring;

/// <summary>A run whose measurements are taken.</summary>
/// <param name="Rollout">Whose it is.</param>
/// <param name="Run">As it was saved last.</param>
internal sealed record WatchedRun(RolloutName Rollout, RunSnapshot Run)
{
    /// <summary>The newest tick that was asked for, by metric: a tick is asked for once, whether or not its answer was counted
    /// yet.</summary>
    public Dictionary<string, DateTimeOffset> Asked { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Why it could not be measured: each is said once.</summary>
    public HashSet<string> Problems { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Metrics with a query on its way: at most one each.</summary>
    public HashSet<string> InFlight { get; init; } = new(StringComparer.Ordinal);
}
