using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>What one side, or one pod of it, counted in a window.</summary>
/// <param name="Requests">All of them.</param>
/// <param name="Events">Errors; or, of durations, the requests slower than each bound.</param>
public sealed record SideCounts(long Requests, EquatableArray<long> Events)
{
    /// <summary>Nothing.</summary>
    public static readonly SideCounts None = new(0, []);

    /// <summary>Of durations: the requests of the pods that have the bucket, for each bound; empty: all of them, at each bound. Of the
    /// requests of a pod without the bucket nothing is known there.</summary>
    public EquatableArray<long> Exposed { get; private init; } = [];

    /// <summary>The requests that <see cref="Events"/> at this bound are out of.</summary>
    public long RequestsAt(int bound) => bound < Exposed.Count ? Exposed[bound] : Requests;

    /// <summary>The same, with the requests of the pods that have each bucket.</summary>
    public SideCounts With(EquatableArray<long> exposed) =>
        this with { Exposed = exposed.All(requests => requests == Requests) ? [] : exposed };

    /// <summary>Both together.</summary>
    public SideCounts Plus(SideCounts other)
    {
        if (Events.Count == 0) return other;
        if (other.Events.Count == 0) return this;
        SideCounts both = new(Requests + other.Requests, [.. Events.Zip(other.Events, (one, two) => one + two)]);
        return Exposed.Count + other.Exposed.Count == 0 ? both
            : both.With([.. Events.Select((_, bound) => RequestsAt(bound) + other.RequestsAt(bound))]);
    }

    /// <summary>All together.</summary>
    public static SideCounts Sum(IEnumerable<SideCounts> counts) => counts.Aggregate(None, (so, one) => so.Plus(one));
}
