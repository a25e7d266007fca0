using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Red;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>
/// Counts a window from raw samples, pod by pod. Each series is differenced by itself, from its last sample before the window to its last
/// sample in it: exact, nothing lost between two windows, nothing counted twice, and the same again after a restart. <c>increase()</c>
/// extrapolates, loses what lies between two windows, and never sees the first value of a new series, which is where a canary's errors are.
/// </summary>
/// <remarks>
/// Both sides are counted over the same time. Where a pod was not scraped up to the end of the window, the window waits for it and grows;
/// what is whole up to there is counted, and once the pod counts as gone, the next window goes on without it. What a pod counted while
/// nobody scraped it, and that was not waited for, belongs to no window.
/// </remarks>
internal sealed class CounterReading(RedPreset preset, RedSignal signal, EquatableArray<double> bounds, TimeSpan warmup = default)
{
    /// <summary>A pod that was not scraped for this long is gone, where other pods of its side were, and the window does not wait for it
    /// any more.</summary>
    public static readonly TimeSpan Gone = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LeastBefore = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan UsualScrape = TimeSpan.FromSeconds(15);

    // A scrape that was missed is none of a pod that cannot be scraped.
    private const double LateScrapes = 2.2;

    private const double NewbornTraffic = 2;
    private const double NewbornRequests = 100;

    // A pod that fails half of its first requests is not cold but broken: it is counted from its first request on.
    private const double BrokenShare = 0.5;
    private const double BrokenRequests = 20;

    // Beyond 2^53 a number that Prometheus sends no longer counts by ones: no request would ever be seen again, and none of them would be
    // an error.
    private const double MostShown = 9_007_199_254_740_992;

    // A window has minutes, and a second of the largest meshes millions of requests.
    private const double MostCounted = 1e12;

    /// <summary>Samples before the window that are read with it, to begin the differences with and to see how old a pod is.</summary>
    /// <param name="warmup">How long a new pod is not counted.</param>
    public static TimeSpan Before(TimeSpan warmup) =>
        warmup + TimeSpan.FromMinutes(1) > LeastBefore ? warmup + TimeSpan.FromMinutes(1) : LeastBefore;

    /// <summary>Counts both sides.</summary>
    /// <param name="canary">The samples of the canary's series.</param>
    /// <param name="stable">Those of stable's.</param>
    /// <param name="known">What was counted before: which pods there were.</param>
    /// <param name="from">Beginning of the window.</param>
    /// <param name="to">Its end.</param>
    /// <param name="isResumed">Time before it was not read.</param>
    public WindowCounts Read(MetricAnswer.Matrix canary, MetricAnswer.Matrix stable, Evidence known, DateTimeOffset from,
        DateTimeOffset to, bool isResumed = false)
    {
        if (canary.Series.Concat(stable.Series).Select(Uncountable).FirstOrDefault(problem => problem is not null) is { } problem)
            return WindowCounts.Unreadable(problem);
        var notes = new List<string>();
        var (ours, theirs) = (Pods(canary, known.CanaryPods, from, to, notes), Pods(stable, known.StablePods, from, to, notes));
        PodCounters[] all = [.. ours, .. theirs];
        if (all.Length > 0 && all.All(pod => pod.LastAt <= from && pod.LastAt < to.After(-pod.Late)))
            return new WindowCounts([], []) { End = to, IsBlind = true };
        GiveUp(ours, theirs, from, to);
        GiveUp(theirs, ours, from, to);
        // What is whole is counted: the wait begins where the pod was scraped last.
        if ((Awaited(ours, from, to, isCanary: true) ?? Awaited(theirs, from, to, isCanary: false)) is { } missing)
            return new WindowCounts([], []) { End = from, WaitsFor = missing, Notes = [.. notes] };
        var end = all.Where(pod => pod.IsMissing(from, to) && pod.LastAt > from).Select(pod => pod.LastAt).Append(to).Min();
        Begin(all, from, end, isResumed);
        if (all.Sum(pod => pod.All(from, end)) > MostCounted)
            return WindowCounts.Unreadable(
                $"the counters of both sides grew by more than {NumberText.Format(MostCounted)} in one window, which is more than any "
                    + "service serves");
        if (signal == RedSignal.Duration) notes.AddRange(UnevenBuckets(ours, theirs));
        return new WindowCounts(Count(ours, from, to, end), Count(theirs, from, to, end))
        {
            End = end,
            Notes = [.. notes],
            HasNoBound = signal == RedSignal.Duration && all.Length > 0 && !bounds.Any(bound => Have(ours, bound) && Have(theirs, bound))
                && ours.Count > 0 && theirs.Count > 0,
            HasNoSeries = all.Length == 0,
        };
    }

    private static bool Have(List<PodCounters> side, double bound) => side.Any(pod => pod.Has(bound));

    private static string? Uncountable(Series series)
    {
        foreach (var point in series.Points)
        {
            if (double.IsFinite(point.Value) && point.Value is < 0 or > MostShown)
                return $"a counter of pod \"{PodCounters.Pod(series.Labels)}\" shows {NumberText.Format(point.Value)}; a counter shows 0 "
                    + $"to {NumberText.Format(MostShown)}";
        }

        return null;
    }

    private List<PodCounters> Pods(MetricAnswer.Matrix answer, EquatableArray<PodEvidence> known, DateTimeOffset from, DateTimeOffset to,
        List<string> notes)
    {
        var before = known.ToDictionary(pod => pod.Name, StringComparer.Ordinal);
        var pods = new List<PodCounters>();
        foreach (var group in answer.Series.GroupBy(series => PodCounters.Pod(series.Labels), StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var pod = new PodCounters(group.Key, before.GetValueOrDefault(group.Key), LateScrapes * Scrape([.. group], to - from));
            foreach (var series in ScrapedTwice.CountOnce(group.Key, [.. group], from, to.After(-pod.Late), notes)) Add(pod, series, to);
            if (!pod.HasSamples) continue;
            // The first sample of one that was there before the read began says nothing of its age.
            if (warmup > TimeSpan.Zero && pod.Known is null && pod.FirstAt > from.After(pod.Late - Before(warmup)))
                pod.BornAt = pod.FirstAt;
            // Not known, and away when the window began: what it counted until it came back is of another time.
            if (pod.Known is null && pod.LastBy(from) is { } last && last < from.After(-pod.Late)) pod.IsReturned = true;
            pods.Add(pod);
        }

        return pods;
    }

    private void Add(PodCounters pod, Series series, DateTimeOffset to)
    {
        var bound = signal == RedSignal.Duration ? preset.Counters.Bound(series.Labels) : 0;
        var isEvent = signal == RedSignal.Errors && preset.Counters.IsFailure(series.Labels);
        pod.Add([.. series.Points.Where(point => point.At <= to && double.IsFinite(point.Value))], bound, isEvent,
            isTotal: signal == RedSignal.Errors || double.IsPositiveInfinity(bound));
    }

    // A pod that is not scraped up to the end is waited for, and given up after a while. One that counts for both sides hides as much of
    // stable as of the canary, and is not waited for. A side of which nobody is scraped is waited for as long as anything is read back.
    private static void GiveUp(List<PodCounters> side, List<PodCounters> other, DateTimeOffset from, DateTimeOffset to)
    {
        var isSideMissing = side.All(pod => pod.LastAt < to.After(-pod.Late));
        var shared = other.Select(pod => pod.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var pod in side.Where(pod => pod.IsMissing(from, to)))
        {
            var patience = isSideMissing ? ComparisonJudge.MostBehind : pod.Late * 2 > Gone ? pod.Late * 2 : Gone;
            pod.IsGivenUp = shared.Contains(pod.Name) || to - pod.LastAt > patience;
        }
    }

    private static MissingPod? Awaited(List<PodCounters> side, DateTimeOffset from, DateTimeOffset to, bool isCanary) =>
        side.Where(pod => pod.IsMissing(from, to) && !pod.IsGivenUp && pod.LastAt <= from).MinBy(pod => pod.LastAt) is { } missing
            ? new MissingPod(missing.Name, missing.LastAt, isCanary) : null;

    // A series that was not there before is new where its pod was scraped before: all of its value belongs to this window. Of a pod that
    // was not there the same holds, unless it is known from before, or brings more than a newborn can have served: then it is an old one
    // that could not be scraped for long, and only what it has counted since is of this window. After a time that is not read nobody knows
    // which it is. What counts requests is often not the side's own pod but a caller's or a gateway's, which counts for both: they are
    // settled together.
    private static void Begin(PodCounters[] pods, DateTimeOffset from, DateTimeOffset end, bool isResumed)
    {
        var known = pods.Where(pod => pod.HasStart(from)).Sum(pod => pod.All(from, end));
        foreach (var pod in pods.GroupBy(pod => pod.Name, StringComparer.Ordinal).Where(pod => pod.All(one => !one.HasStart(from))))
        {
            if (isResumed || pod.Any(one => one.Known is not null)
                || pod.Sum(one => one.Birth(from, end)) > (NewbornTraffic * known) + NewbornRequests)
                foreach (var one in pod) one.IsReturned = true;
        }
    }

    private EquatableArray<PodCounts> Count(List<PodCounters> side, DateTimeOffset from, DateTimeOffset to, DateTimeOffset end) =>
    [
        .. side.Where(pod => pod.FirstAt <= end).Select(pod =>
        {
            var counts = Count(pod, from, end);
            var isWarmingUp = pod.BornAt?.After(warmup) > from && !IsBroken(counts);
            return new PodCounts(pod.Name, isWarmingUp ? Nothing(counts) : counts)
            {
                BornAt = pod.BornAt?.After(warmup) > end ? pod.BornAt : null,
                MissingSince = pod.LastAt <= end && pod.IsMissing(from, to) && pod.IsGivenUp ? pod.LastAt : pod.AwayUntil(end),
                IsWarmingUp = isWarmingUp,
            };
        }),
    ];

    private bool IsBroken(SideCounts counts) =>
        signal == RedSignal.Errors && counts.Requests >= BrokenRequests && counts.Events[0] >= BrokenShare * counts.Requests;

    private static SideCounts Nothing(SideCounts counts) => new(0, [.. counts.Events.Select(_ => 0L)]);

    private SideCounts Count(PodCounters pod, DateTimeOffset from, DateTimeOffset end)
    {
        var all = Whole(pod.All(from, end));
        if (signal == RedSignal.Errors) return new(all, [Whole(pod.Failed(from, end))]);
        return new SideCounts(all, [.. bounds.Select(bound => pod.Has(bound) ? Math.Max(0, all - Whole(pod.Within(bound, from, end))) : 0)])
            .With([.. bounds.Select(bound => pod.Has(bound) ? all : 0)]);
    }

    private static long Whole(double count) => (long)Math.Round(count);

    // A bucket that some pods have and others have not is compared by the pods that have it.
    private IEnumerable<string> UnevenBuckets(List<PodCounters> ours, List<PodCounters> theirs)
    {
        foreach (var bound in bounds.Where(bound => Have(ours, bound) || Have(theirs, bound)))
        {
            PodCounters[] without = [.. ours.Concat(theirs).Where(pod => !pod.Has(bound))];
            if (without.Length == 0) continue;
            yield return $"no bucket of {NumberText.Short(bound, 6)} ms in the histogram of pod {without[0].Name}"
                + (without.Length > 1 ? $" and {NumberText.Format(without.Length - 1)} more" : "")
                + ": their requests are not compared at this bound";
        }
    }

    // How often a pod is scraped: pods of two jobs may be so at different intervals. Samples that are out of order, or of another time, say
    // nothing of it.
    private TimeSpan Scrape(Series[] series, TimeSpan window)
    {
        var longest = window + Before(warmup);
        var shortest = longest;
        foreach (var one in series.Where(one => one.Points.Count >= 3))
        {
            var mean = (one.Points[^1].At - one.Points[0].At) / (one.Points.Count - 1);
            if (mean > TimeSpan.Zero && mean < shortest) shortest = mean;
        }

        return shortest == longest ? UsualScrape : shortest;
    }
}
