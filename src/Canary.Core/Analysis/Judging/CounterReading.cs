using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Red;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>
/// Counts a window from raw samples. Each series is differenced by itself, from its last sample before the window to its last sample in it:
/// exact, nothing lost between two windows, nothing counted twice, and the same again after a restart. <c>increase()</c> extrapolates,
/// loses what lies between two windows, and never sees the first value of a new series, which is where a canary's errors are.
/// </summary>
internal sealed class CounterReading(RedPreset preset, RedSignal signal, EquatableArray<double> bounds, DateTimeOffset from,
    DateTimeOffset to, bool isResumed = false)
{
    /// <summary>Samples before the window that are read with it, to begin the differences with: a pod that was not scraped for longer
    /// counts as new.</summary>
    public static readonly TimeSpan Before = TimeSpan.FromMinutes(3);

    /// <summary>A pod that was not scraped for this long is gone, and not missed any more.</summary>
    private static readonly TimeSpan Gone = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan UsualScrape = TimeSpan.FromSeconds(15);

    // A scrape that was missed is none of a pod that cannot be scraped.
    private const double LateScrapes = 2.2;

    private const double Shared = 0.2;
    private const double NewbornTraffic = 2;
    private const double NewbornRequests = 100;

    // Beyond 2^53 a number that Prometheus sends no longer counts by ones: no request would ever be seen again, and none of them would be
    // an error.
    private const double MostShown = 9_007_199_254_740_992;

    // A window has minutes, and a second of the largest meshes millions of requests.
    private const double MostCounted = 1e12;

    /// <summary>Differences of the samples of both sides.</summary>
    public WindowCounts Read(MetricAnswer.Matrix canary, MetricAnswer.Matrix stable)
    {
        if (canary.Series.Concat(stable.Series).Select(Uncountable).FirstOrDefault(problem => problem is not null) is { } problem)
            return WindowCounts.Unreadable(problem);
        var (ours, theirs) = (Differences(canary), Differences(stable));
        var scrape = Scrape(canary, stable);
        var known = ours.Concat(theirs).Where(one => one.HasStart && one.IsTotal).Sum(one => one.Increase);
        // Together: what counts requests is often not the side's own pod but a caller's or a gateway's, which counts for both.
        Settle([.. ours, .. theirs], known);
        if (ours.Concat(theirs).Sum(one => one.Increase) > MostCounted)
            return WindowCounts.Unreadable(
                $"the counters of both sides grew by more than {NumberText.Format(MostCounted)} in one window, which is more than any "
                    + "service serves");
        if (signal == RedSignal.Duration) OnlyInBoth(ours, theirs);
        string[] pods = [.. theirs.Select(one => one.Pod).Distinct().Order(StringComparer.Ordinal)];
        var isSecond = pods.Select((pod, index) => (pod, index)).Where(one => one.index % 2 == 1).Select(one => one.pod)
            .ToHashSet(StringComparer.Ordinal);
        var isSeen = ours.Concat(theirs).Any();
        return new WindowCounts(Sum(ours), Sum([.. theirs.Where(one => !isSecond.Contains(one.Pod))]),
            Sum([.. theirs.Where(one => isSecond.Contains(one.Pod))]))
        {
            Pods = Sharing(ours),
            HasNoBound = signal == RedSignal.Duration && !ours.Concat(theirs).Any(one => bounds.Contains(one.Bound)),
            // One that counts for both sides, a gateway or a caller, hides as much of stable as of the canary.
            Unscraped = ours.GroupBy(one => one.Pod).Where(pod => !pods.Contains(pod.Key))
            .Where(pod => IsMissed(pod.Max(one => one.LastAt), scrape)).Select(pod => pod.Key).Order(StringComparer.Ordinal)
            .FirstOrDefault(),
            HasNoSeries = !isSeen,
            IsBlind = isSeen && ours.Concat(theirs).All(one => one.LastAt <= from && one.LastAt < to.After(-LateScrapes * scrape)),
        };
    }

    private static string? Uncountable(Series series)
    {
        foreach (var point in series.Points)
        {
            if (double.IsFinite(point.Value) && point.Value is < 0 or > MostShown)
                return $"a counter of pod \"{Pod(series.Labels)}\" shows {NumberText.Format(point.Value)}; a counter shows 0 "
                    + $"to {NumberText.Format(MostShown)}";
        }

        return null;
    }

    // Buckets that one side alone has cannot be compared: of the other nothing is known there, and that is neither none nor all. So it is
    // where a version brings other buckets.
    private static void OnlyInBoth(List<Difference> ours, List<Difference> theirs)
    {
        if (ours.Count == 0 || theirs.Count == 0) return;
        var inBoth = ours.Select(one => one.Bound).Intersect(theirs.Select(one => one.Bound)).ToHashSet();
        foreach (var one in ours.Concat(theirs).Where(one => !inBoth.Contains(one.Bound) && !one.IsTotal)) one.Bound = double.NaN;
    }

    // Pods that have a good part of the events: one that is sick by itself has nearly all of them.
    private int Sharing(List<Difference> differences)
    {
        var pods = differences.GroupBy(one => one.Pod).Select(pod => Sum([.. pod]).Events).ToArray();
        return pods.Length == 0 ? 0
            : Enumerable.Range(0, pods[0].Count)
            .Max(index => pods.Sum(pod => pod[index]) is > 0 and var all ? pods.Count(pod => pod[index] >= Shared * all) : 0);
    }

    private bool IsMissed(DateTimeOffset last, TimeSpan scrape) =>
        last < to.After(-LateScrapes * scrape) && last >= to.After(-Gone - scrape);

    private List<Difference> Differences(MetricAnswer.Matrix answer)
    {
        var differences = new List<Difference>(answer.Series.Count);
        foreach (var series in answer.Series)
        {
            if (Start(series) is not { } difference) continue;
            difference.Bound = signal == RedSignal.Duration ? preset.Counters.Bound(series.Labels) : 0;
            difference.IsEvent = signal == RedSignal.Errors && preset.Counters.IsFailure(series.Labels);
            difference.IsTotal = signal == RedSignal.Errors || double.IsPositiveInfinity(difference.Bound);
            differences.Add(difference);
        }

        return differences;
    }

    private Difference? Start(Series series)
    {
        Difference? difference = null;
        var last = 0.0;
        for (var index = 0; index < series.Points.Count; index++)
        {
            var point = series.Points[index];
            if (point.At > to || !double.IsFinite(point.Value)) continue;
            difference ??= new Difference
            {
                Pod = Pod(series.Labels),
                HasStart = point.At <= from,
                Birth = point.At <= from ? 0
                : point.Value
            };
            // A counter that fell was set back to zero, and has counted since what it shows.
            if (point.At > from && difference.IsBegun) difference.Increase += point.Value >= last ? point.Value - last : point.Value;
            difference.IsBegun = true;
            difference.LastAt = point.At;
            last = point.Value;
        }

        return difference;
    }

    // A series that was not there before is new where its pod was scraped before: all of its value belongs to this window. Of a pod that
    // was not there the same holds, unless it brings more than a newborn can have served: then it is an old one that could not be scraped
    // for long, and only what it has counted since is of this window. After a time that is not read nobody knows which it is.
    private void Settle(List<Difference> differences, double known)
    {
        foreach (var pod in differences.GroupBy(one => one.Pod))
        {
            var isKnown = pod.Any(one => one.HasStart);
            if (!isKnown && (isResumed || pod.Where(one => one.IsTotal).Sum(one => one.Birth) > (NewbornTraffic * known) + NewbornRequests))
                continue;
            foreach (var one in pod) one.Increase += one.Birth;
        }
    }

    private SideCounts Sum(IReadOnlyList<Difference> differences)
    {
        var all = differences.Where(one => one.IsTotal).Sum(one => one.Increase);
        if (signal == RedSignal.Errors) return new(Whole(all), [Whole(differences.Where(one => one.IsEvent).Sum(one => one.Increase))]);
        return new(Whole(all), [.. bounds.Select(bound => Whole(Math.Max(0, Slower(differences, bound))))]);
    }

    // Of the pods that have the bucket: where a proxy of another version has others, nothing is known of its requests there, and that is
    // not that all of them are slow.
    private static double Slower(IReadOnlyList<Difference> differences, double bound)
    {
        var within = differences.Where(one => one.Bound == bound).ToList();
        if (within.Count == 0) return 0;
        var pods = within.Select(one => one.Pod).ToHashSet(StringComparer.Ordinal);
        return differences.Where(one => one.IsTotal && pods.Contains(one.Pod)).Sum(one => one.Increase) - within.Sum(one => one.Increase);
    }

    private static long Whole(double count) => (long)Math.Round(count);

    // Samples that are out of order, or of another time, say nothing of how often a pod is scraped.
    private TimeSpan Scrape(MetricAnswer.Matrix canary, MetricAnswer.Matrix stable)
    {
        var longest = to - from + Before;
        var shortest = longest;
        foreach (var series in canary.Series.Concat(stable.Series).Where(series => series.Points.Count >= 3))
        {
            var mean = (series.Points[^1].At - series.Points[0].At) / (series.Points.Count - 1);
            if (mean > TimeSpan.Zero && mean < shortest) shortest = mean;
        }

        return shortest == longest ? UsualScrape : shortest;
    }

    private static string Pod(EquatableArray<Label> labels)
    {
        var instance = "";
        foreach (var label in labels)
        {
            if (label.Name == "pod") return label.Value;
            if (label.Name == "instance") instance = label.Value;
        }

        return instance;
    }

    private sealed class Difference
    {
        public required string Pod { get; init; }

        /// <summary>It has a sample before the window.</summary>
        public required bool HasStart { get; init; }

        /// <summary>Its first value, where it has none.</summary>
        public required double Birth { get; init; }

        public bool IsBegun { get; set; }

        public double Increase { get; set; }

        public DateTimeOffset LastAt { get; set; }

        public double Bound { get; set; }

        public bool IsEvent { get; set; }

        public bool IsTotal { get; set; }
    }
}
