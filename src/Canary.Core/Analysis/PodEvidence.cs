using System;

namespace Canary.Core.Analysis;

/// <summary>What one pod did to the decision so far, at the bound that stands for the metric.</summary>
/// <param name="Name">The pod.</param>
/// <param name="Requests">Its requests that were counted.</param>
/// <param name="Events">Of them errors, or slow ones.</param>
public sealed record PodEvidence(string Name, long Requests, long Events)
{
    /// <summary>When it was scraped first, where its warm-up is not over; null: it is, or nobody knows.</summary>
    public DateTimeOffset? BornAt { get; init; }

    /// <summary>When it was scraped last, where it is not scraped any more; null: it was scraped up to the end of the last window. What it
    /// counted until it comes back belongs to no window.</summary>
    public DateTimeOffset? MissingSince { get; init; }
}
