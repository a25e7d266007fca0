using System.Collections.Generic;
using System.Linq;

namespace Canary.Sandbox.Demo;

/// <summary>Follows one scenario through the states of its Rollout, in the order in which the API server told them.</summary>
internal sealed class ScenarioProgress(RolloutView before)
{
    private readonly HashSet<(string, string)> _earlier = [.. before.History.Select(entry => (entry.Revision, entry.StartedAt))];
    private readonly List<double> _weights = [before.Applied ?? 0];

    /// <summary>Every weight that was in force, without repetitions in a row.</summary>
    public IReadOnlyList<double> Weights => _weights;

    /// <summary>The end, once there is one: an entry of the history that was not there before, of a Rollout that came to rest.</summary>
    public HistoryView? End { get; private set; }

    public void See(RolloutView now)
    {
        if (now.Applied is { } applied && applied != _weights[^1]) _weights.Add(applied);
        if (!now.IsAtRest) return;
        // What this scenario began is over when its own entry is there; one that it replaced (superseded) is not the end of it.
        End ??= now.History.FirstOrDefault(entry => !_earlier.Contains((entry.Revision, entry.StartedAt)));
    }

    public ScenarioOutcome Outcome => End?.Outcome switch
    {
        null => ScenarioOutcome.TimedOut,
        "Promoted" => ScenarioOutcome.Promoted,
        "RolledBack" => ScenarioOutcome.RolledBack,
        _ => ScenarioOutcome.Other,
    };
}
