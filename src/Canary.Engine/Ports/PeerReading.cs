using Canary.Core.Rollouts.Groups;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Engine.Ports;

/// <summary>The Rollouts that one waits for or belongs with, and what is wrong with their order.</summary>
/// <param name="Peers">The Rollouts, as their statuses say.</param>
/// <param name="Problems">Rollouts wait for each other in a circle; empty: none do.</param>
public sealed record PeerReading(EquatableArray<PeerRollout> Peers, EquatableArray<SpecError> Problems)
{
    /// <summary>It waits for none and belongs with none.</summary>
    public static readonly PeerReading None = new([], []);
}
