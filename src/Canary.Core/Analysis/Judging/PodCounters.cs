using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>The counters that one pod shows for one side, and what they grew by.</summary>
internal sealed class PodCounters(string name, PodEvidence? known, TimeSpan late)
{
    private readonly List<Counter> _counters = [];

    public string Name { get; } = name;

    /// <summary>What was counted of it before; null: it is new, or there are too many to keep.</summary>
    public PodEvidence? Known { get; } = known;

    /// <summary>How long after its last sample it is not taken for missing.</summary>
    public TimeSpan Late { get; } = late;

    /// <summary>It is not waited for any more.</summary>
    public bool IsGivenUp { get; set; }

    /// <summary>When it was scraped first, where that is known.</summary>
    public DateTimeOffset? BornAt { get; set; } = known?.BornAt;

    /// <summary>It was away, and what it counted until its first sample in the window belongs to no window.</summary>
    public bool IsReturned { get; set; } = known?.MissingSince is not null;

    public bool HasSamples => _counters.Count > 0;

    public DateTimeOffset FirstAt => _counters.Min(counter => counter.Points[0].At);

    public DateTimeOffset LastAt => _counters.Max(counter => counter.Points[^1].At);

    /// <summary>The pod that a series is of, or the address that was scraped.</summary>
    public static string Pod(EquatableArray<Label> labels)
    {
        var instance = "";
        foreach (var label in labels)
        {
            if (label.Name == "pod") return label.Value;
            if (label.Name == "instance") instance = label.Value;
        }

        return instance;
    }

    public void Add(Point[] points, double bound, bool isEvent, bool isTotal)
    {
        if (points.Length > 0) _counters.Add(new Counter(points, bound, isEvent, isTotal));
    }

    public bool HasStart(DateTimeOffset from) => FirstAt <= from;

    public bool Has(double bound) => _counters.Any(counter => counter.Bound == bound);

    /// <summary>Its last sample up to a time; null: it has none.</summary>
    public DateTimeOffset? LastBy(DateTimeOffset end)
    {
        DateTimeOffset? last = null;
        foreach (var counter in _counters)
            foreach (var point in counter.Points)
                if (point.At <= end && !(point.At <= last)) last = point.At;
        return last;
    }

    /// <summary>It was scraped when the window began, or in it, and not at its end. One that is known to be away is not missed.</summary>
    public bool IsMissing(DateTimeOffset from, DateTimeOffset to) => LastAt < to.After(-Late) && !IsAway
        && (Known is not null || LastAt > from.After(-Late));

    /// <summary>It was away when the last window ended, and still is.</summary>
    public bool IsAway => Known?.MissingSince >= LastAt;

    /// <summary>Since when it is away, where it has not come back by then; null: it has, or never was.</summary>
    public DateTimeOffset? AwayUntil(DateTimeOffset end) => Known?.MissingSince is { } since && !(LastBy(end) > since) ? since : null;

    /// <summary>First values of its counters of all requests: what it served before it was scraped first.</summary>
    public double Birth(DateTimeOffset from, DateTimeOffset end) =>
        _counters.Where(counter => counter.IsTotal && counter.Points[0].At > from && counter.Points[0].At <= end)
        .Sum(counter => counter.Points[0].Value);

    public double All(DateTimeOffset from, DateTimeOffset end) => Sum(counter => counter.IsTotal, from, end);

    public double Failed(DateTimeOffset from, DateTimeOffset end) => Sum(counter => counter.IsEvent, from, end);

    public double Within(double bound, DateTimeOffset from, DateTimeOffset end) => Sum(counter => counter.Bound == bound, from, end);

    private double Sum(Func<Counter, bool> isAsked, DateTimeOffset from, DateTimeOffset end)
    {
        var first = IsReturned ? FirstIn(from, end) : null;
        return _counters.Where(isAsked).Sum(counter => Increase(counter.Points, first ?? from, end));
    }

    // The first scrape after it came back: one target is scraped at one moment.
    private DateTimeOffset? FirstIn(DateTimeOffset from, DateTimeOffset end)
    {
        DateTimeOffset? first = null;
        foreach (var counter in _counters)
            foreach (var point in counter.Points)
                if (point.At > from && point.At <= end && !(point.At >= first)) first = point.At;
        return first;
    }

    private static double Increase(Point[] points, DateTimeOffset from, DateTimeOffset end)
    {
        var (sum, last) = (0.0, 0.0);
        foreach (var point in points)
        {
            if (point.At > end) break;
            // A counter that fell was set back to zero, and has counted since what it shows.
            if (point.At > from) sum += point.Value >= last ? point.Value - last : point.Value;
            last = point.Value;
        }

        return sum;
    }

    private sealed record Counter(Point[] Points, double Bound, bool IsEvent, bool IsTotal);
}
