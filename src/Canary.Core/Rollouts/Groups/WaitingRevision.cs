using System;

namespace Canary.Core.Rollouts.Groups;

/// <summary>A new revision that does not begin yet, because of other Rollouts.</summary>
/// <param name="Revision">The revision.</param>
/// <param name="Since">When it began to wait.</param>
/// <param name="PlaceSince">Since when a place in the group is all that it waits for; null: it waits for a Rollout that it depends
/// on.</param>
public sealed record WaitingRevision(string Revision, DateTimeOffset Since, DateTimeOffset? PlaceSince);
