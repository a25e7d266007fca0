using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>One window, counted: differences of raw counters, and so whole numbers of which nothing is lost between two windows.</summary>
/// <param name="Canary">The canary's side.</param>
/// <param name="FirstHalf">One half of stable's pods.</param>
/// <param name="SecondHalf">The other half; nothing where the series carry no pods.</param>
public sealed record WindowCounts(SideCounts Canary, SideCounts FirstHalf, SideCounts SecondHalf)
{
    /// <summary>A window whose counters cannot be counted.</summary>
    /// <param name="problem">Which, and why.</param>
    public static WindowCounts Unreadable(string problem) => new(SideCounts.None, SideCounts.None, SideCounts.None) { Problem = problem };

    /// <summary>Why nothing of the window is counted; null: it is.</summary>
    public string? Problem { get; init; }

    /// <summary>Stable's side.</summary>
    public SideCounts Stable => FirstHalf.Plus(SecondHalf);

    /// <summary>Pods of the canary that each had a fifth of the events or more, at the bound where there are most of them.</summary>
    public int Pods { get; init; }

    /// <summary>A pod of the canary alone that was there and was not scraped up to the end of the window: no errors of it is not no errors.
    /// Null: there is none.</summary>
    public string? Unscraped { get; init; }

    /// <summary>Of durations: none of the bounds is a bucket of both sides, so that nothing is known of slow requests, however many there
    /// were.</summary>
    public bool HasNoBound { get; init; }

    /// <summary>Neither side has a series: nobody asks for anything, or they are looked for by labels that nobody has.</summary>
    public bool HasNoSeries { get; init; }

    /// <summary>Series of both sides that were there before, and none of them was scraped in the window.</summary>
    public bool IsBlind { get; init; }
}

/// <summary>What one side counted in a window.</summary>
/// <param name="Requests">All of them.</param>
/// <param name="Events">Errors; or, of durations, the requests slower than each bound.</param>
public sealed record SideCounts(long Requests, EquatableArray<long> Events)
{
    /// <summary>Nothing.</summary>
    public static readonly SideCounts None = new(0, []);

    /// <summary>Both together.</summary>
    public SideCounts Plus(SideCounts other) => new(Requests + other.Requests, [.. Events.Zip(other.Events, (one, two) => one + two)]);
}
