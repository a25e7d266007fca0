using System;

namespace Canary.Core.Rollouts.Groups;

/// <summary>Another Rollout, as its own status says: one that this one waits for, or one of its group.</summary>
/// <param name="Name">As messages name it: <c>shop/checkout</c>.</param>
/// <param name="IsDependency">This one is released after it.</param>
/// <param name="IsMember">It belongs to the same group.</param>
/// <param name="State">What its status says; null: it is not there.</param>
public sealed record PeerRollout(string Name, bool IsDependency, bool IsMember, PeerState? State)
{
    /// <summary>What it releases changed since that status was decided.</summary>
    public bool IsBehind { get; init; }

    /// <summary>Its group promotes together.</summary>
    public bool PromotesTogether { get; init; }

    /// <summary>How many of the group it allows at a time; null: any number.</summary>
    public int? MaxConcurrent { get; init; }

    /// <summary>A revision of it is being released, or rolled back.</summary>
    public bool IsReleasing => State is { IsReleasing: true };
}

/// <summary>What the status of a Rollout says to others.</summary>
/// <param name="IsInitialised">Its stable revision is known.</param>
/// <param name="IsReleasing">A revision is on its way: forward, or back to 0.</param>
/// <param name="Revision">The revision that is or was released last; null: none was.</param>
/// <param name="IsReady">It could be promoted, waits for the others of its group at most, or is past that.</param>
public sealed record PeerState(bool IsInitialised, bool IsReleasing, string? Revision, bool IsReady)
{
    /// <summary>It does not go on without help.</summary>
    public bool IsDegraded { get; init; }

    /// <summary>Its new revision that waits for others; null: none does.</summary>
    public WaitingRevision? Waiting { get; init; }

    /// <summary>When its revision was rolled back, or began to be; null: it was not.</summary>
    public DateTimeOffset? RolledBackAt { get; init; }

    /// <summary>Why it was; empty: it was not.</summary>
    public string RollbackReason { get; init; } = "";
}
