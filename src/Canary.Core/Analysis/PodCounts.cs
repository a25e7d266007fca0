using System;

namespace Canary.Core.Analysis;

/// <summary>What the proxy of one pod counted in a window.</summary>
/// <param name="Name">The pod, or the address that was scraped where the series carry no pod.</param>
/// <param name="Counts">Its requests and events.</param>
public sealed record PodCounts(string Name, SideCounts Counts)
{
    /// <summary>When it was scraped first, where its warm-up is not over; null: it is, or nobody knows.</summary>
    public DateTimeOffset? BornAt { get; init; }

    /// <summary>When it was scraped last, where that is longer ago than the end of the window; null: it was scraped up to the
    /// end.</summary>
    public DateTimeOffset? MissingSince { get; init; }

    /// <summary>It warms up: what it serves is not counted.</summary>
    public bool IsWarmingUp { get; init; }
}
