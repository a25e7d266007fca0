using System;
using System.Collections.Generic;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;

namespace Canary.Engine.Passes;

/// <summary>The world as one pass found it.</summary>
/// <param name="Observation">What is decided from.</param>
/// <param name="Traffic">The sides and routes that were looked at; null where no spec names any.</param>
/// <param name="Runs">The rollout's analysis runs.</param>
internal sealed record Look(Observation Observation, TrafficSpec? Traffic, IReadOnlyList<CountedRun> Runs)
{
    /// <summary>The sides are those of an earlier moment: the cluster cannot be watched now.</summary>
    public bool IsStale { get; init; }

    /// <summary>Why a part of the world could not be read: what was read is enough to roll back, and for nothing else. Null: all of it
    /// was.</summary>
    public Exception? Failure { get; init; }
}
