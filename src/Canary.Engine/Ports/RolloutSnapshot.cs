using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Engine.Ports;

/// <summary>A Rollout as it was read.</summary>
/// <param name="Spec">Null where it has errors.</param>
/// <param name="Errors">All that is wrong with the spec.</param>
/// <param name="Request">The request annotation; null where it is absent or empty.</param>
public sealed record RolloutSnapshot(
    RolloutName Name,
    string Uid,
    string ResourceVersion,
    long Generation,
    RolloutSpec? Spec,
    EquatableArray<SpecError> Errors,
    RolloutStatus Status,
    RolloutRequest? Request)
{
    /// <summary>Whether it is being deleted, and what that means.</summary>
    public RolloutDeletionState Deletion { get; init; }
}
