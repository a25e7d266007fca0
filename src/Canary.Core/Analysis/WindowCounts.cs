using System;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>One window, counted pod by pod: differences of raw counters, and so whole numbers of which nothing is lost between two
/// windows.</summary>
/// <param name="CanaryPods">What each pod counted for the canary, in the order of their names.</param>
/// <param name="StablePods">What each counted for stable. A gateway or a caller counts for both.</param>
public sealed record WindowCounts(EquatableArray<PodCounts> CanaryPods, EquatableArray<PodCounts> StablePods)
{
    /// <summary>A window whose counters cannot be counted.</summary>
    /// <param name="problem">Which, and why.</param>
    public static WindowCounts Unreadable(string problem) => new([], []) { Problem = problem };

    /// <summary>Why nothing of the window is counted; null: it is.</summary>
    public string? Problem { get; init; }

    /// <summary>The canary's side.</summary>
    public SideCounts Canary => SideCounts.Sum(CanaryPods.Select(pod => pod.Counts));

    /// <summary>Stable's side.</summary>
    public SideCounts Stable => SideCounts.Sum(StablePods.Select(pod => pod.Counts));

    /// <summary>End of what was counted: that of the window, or earlier, where a pod ended or its warm-up did. Both sides end there, so
    /// that the same time is compared.</summary>
    public DateTimeOffset End { get; init; }

    /// <summary>The pod that the window waits for, since it was not scraped up to the end and may be again: nothing is counted, and the
    /// next window begins where this one did. Null: it does not wait.</summary>
    public MissingPod? WaitsFor { get; init; }

    /// <summary>What a person should know of the answers: pods that were scraped twice, buckets that some pods lack.</summary>
    public EquatableArray<string> Notes { get; init; }

    /// <summary>Of durations: none of the bounds is a bucket of both sides, so that nothing is known of slow requests, however many there
    /// were.</summary>
    public bool HasNoBound { get; init; }

    /// <summary>Neither side has a series: nobody asks for anything, or they are looked for by labels that nobody has.</summary>
    public bool HasNoSeries { get; init; }

    /// <summary>Series of both sides that were there before, and none of them was scraped in the window.</summary>
    public bool IsBlind { get; init; }
}

/// <summary>A pod that was scraped in the window and not up to its end.</summary>
/// <param name="Name">The pod.</param>
/// <param name="Since">When it was scraped last.</param>
/// <param name="IsCanary">It is one of the canary's.</param>
public sealed record MissingPod(string Name, DateTimeOffset Since, bool IsCanary);

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
