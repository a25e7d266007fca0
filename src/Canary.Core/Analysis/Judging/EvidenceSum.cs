using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>Counts windows into the evidence of a sequential comparison.</summary>
internal static class EvidenceSum
{
    private const double TailShare = 0.05;

    // The canary's requests for one of stable's, beside what they were, and how sure that must be.
    private const double RaiseFactor = 1.3;
    private const double RaiseStandardErrors = 4;

    // Seconds of a window in which each pod was scraped.
    private const double ShortestRaise = 20;

    /// <summary>Counts a window in.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="before">What is known.</param>
    /// <param name="window">The window.</param>
    /// <param name="from">Its beginning.</param>
    /// <param name="to">Its end.</param>
    public static Evidence Add(MetricSpec metric, Evidence before, WindowCounts window, DateTimeOffset from, DateTimeOffset to)
    {
        if (window.WaitsFor is { } missing) return before with { Gap = EvidenceGap.Describe(missing) };
        var (at, factor) = (Guard(before, window), SequentialJudge.Factor(before));
        var isOtherBound = at != before.PodBound;
        // What was counted at another bound says nothing of this one.
        if (isOtherBound)
            before = before with
            {
                Shared = 0,
                Steps = Unsteadiness.None,
                SinceRaise = before.SinceRaise is { } part ? part with { Shared = 0 } : null,
            };
        var leftOut = SickPod.FindLeftOut(before, window, factor);
        EquatableArray<PodCounts> canary = [.. window.CanaryPods.Where(pod => !leftOut.Contains(pod.Name))];
        EquatableArray<PodCounts> stable = [.. window.StablePods.Where(pod => !leftOut.Contains(pod.Name))];
        var (ours, theirs) = (SideCounts.Sum(canary.Select(pod => pod.Counts)), SideCounts.Sum(stable.Select(pod => pod.Counts)));
        var isCompared = ours.Requests > 0 && theirs.Requests > 0;
        var next = before with
        {
            CountedTo = to,
            Gap = EvidenceGap.Describe(window),
            CanaryPods = PodTally.Add(before.CanaryPods, window.CanaryPods, at, isOtherBound, isCompared, from, to),
            StablePods = PodTally.Add(before.StablePods, window.StablePods, at, isOtherBound, isCompared, from, to),
            PodBound = at,
            Traffic = TrafficShares.Note(before.Traffic, window, from, to),
        };
        if (!isCompared) return next;
        var rule = ComparisonRule.Find(metric);
        var (one, two) = Halves(stable);
        var isRaise = (to - from).TotalSeconds >= ShortestRaise && IsRaise(before, window.Canary, window.Stable);
        var counted = new Part(ours, theirs, at, (to - from).TotalSeconds, PodTally.CountShared(canary, at));
        next = Counted(rule, next, counted) with
        {
            Placebo = HalfAgainstHalf(rule.Worse, before.Placebo, one, two, at),
            Spread = before.Spread.Add(one, two, at, Tell(stable, at)),
            Steps = before.Steps.Add(ours, theirs, at, isRaise),
            Raises = Math.Min(before.Raises + (isRaise ? 1 : 0), Evidence.MostRaises),
        };
        var recent = isRaise ? Evidence.None with { CountedTo = from } : before.SinceRaise;
        return recent is null ? next : next with { SinceRaise = Counted(rule, recent, counted) };
    }

    // What follows from the counts of a window alone, and is known of the whole run and of the time since the last raise alike.
    private static Evidence Counted(ComparisonRule rule, Evidence before, Part part)
    {
        var (canary, stable, at) = (part.Canary, part.Stable, part.Bound);
        double ours = canary.RequestsAt(at), theirs = stable.RequestsAt(at);
        var all = Math.Max(1, ours + theirs);
        var worse = Each(rule.Worse, before.Worse, canary, stable);
        EquatableArray<double> latest = [.. worse.Select((log, index) => Math.Round(log - SequentialJudge.At(before.Worse, index), 6))];
        return Blocked(before.Open.Add(part.Seconds, at, canary, stable), before with
        {
            Windows = before.Windows + 1,
            Requests = before.Requests + canary.Requests,
            StableRequests = before.StableRequests + stable.Requests,
            Events = Plus(before.Events, canary.Events),
            StableEvents = Plus(before.StableEvents, stable.Events),
            Exposed = Exposed(before.Requests, before.Exposed, canary),
            StableExposed = Exposed(before.StableRequests, before.StableExposed, stable),
            Worse = worse,
            Latest = latest,
            Largest = [.. latest.Select((log, index) =>
                Math.Max(SequentialJudge.At(before.Largest, index), Math.Round(log + Added(index), 6)))],
            Shared = before.Shared + part.Shared,
            Harmless = Each(rule.Harmless, before.Harmless, canary, stable),
            Ours = Math.Round(before.Ours + (canary.Events[at] * (theirs / all)), 6),
            Theirs = Math.Round(before.Theirs + (stable.Events[at] * (ours / all)), 6),
            Expected = Math.Round(before.Expected + (ours * ((canary.Events[at] + stable.Events[at]) / all)), 6),
        });

        // A burst may lie across two windows, where they are short.
        double Added(int index) => part.Seconds < SequentialJudge.BlockSeconds ? Math.Max(0, SequentialJudge.At(before.Latest, index)) : 0;
    }

    // Noise may last longer than a window: blocks of a minute are taken for independent, and each has one sign and one ratio.
    private static Evidence Blocked(PartialMinute block, Evidence evidence)
    {
        if (block.Seconds < SequentialJudge.BlockSeconds) return evidence with { Open = block };
        var signs =
            SignProcess.Add(evidence.Signs, SignProcess.Sign(block.Requests, block.Events, block.StableRequests, block.StableEvents));
        var ratios = evidence.Ratios.Add(block.Requests, block.Events, block.StableRequests, block.StableEvents);
        return evidence with
        {
            Open = PartialMinute.None,
            Blocks = evidence.Blocks + 1,
            Signs = signs,
            Ratios = ratios,
            AreMinutesShown = evidence.AreMinutesShown
                || SequentialJudge.LogAgreement(signs, ratios) >= -Math.Log(SequentialJudge.MinutesAlpha),
        };
    }

    private static EquatableArray<long> Exposed(long requestsBefore, EquatableArray<long> before, SideCounts side)
    {
        if (before.Count == 0 && side.Exposed.Count == 0) return [];
        return [.. side.Events.Select((_, bound) => (bound < before.Count ? before[bound] : requestsBefore) + side.RequestsAt(bound))];
    }

    // A raise shows in the requests alone, which no version has in its hands: the odds stay what they are.
    private static bool IsRaise(Evidence before, SideCounts canary, SideCounts stable)
    {
        var part = before.SinceRaise ?? before;
        if (part.Windows == 0) return false;
        double all = canary.Requests + stable.Requests;
        var share = part.Requests / (double)(part.Requests + part.StableRequests);
        return (double)canary.Requests * part.StableRequests >= RaiseFactor * part.Requests * stable.Requests
            && canary.Requests - (share * all) >= RaiseStandardErrors * Math.Sqrt(all * share * (1 - share));
    }

    private static EquatableArray<double> Each(RatioProcess process, EquatableArray<double> state, SideCounts canary, SideCounts stable)
    {
        var parts = SequentialJudge.Parts(process, state).ToList();
        var next = new List<double>(process.Size * canary.Events.Count);
        for (var index = 0; index < canary.Events.Count; index++)
            next.AddRange(process.Add(index < parts.Count ? parts[index] : process.Start, canary.RequestsAt(index), canary.Events[index],
                stable.RequestsAt(index), stable.Events[index]));

        // Bounds that no request has exceeded, the highest ones, say nothing and are not written down.
        var length = next.FindLastIndex(log => log != 0) + 1;
        return [.. next.Take((length + process.Size - 1) / process.Size * process.Size)];
    }

    // Every other pod, in the order of their names.
    private static (SideCounts One, SideCounts Two) Halves(EquatableArray<PodCounts> pods) =>
        (SideCounts.Sum(pods.Where((_, index) => index % 2 == 0).Select(pod => pod.Counts)),
            SideCounts.Sum(pods.Where((_, index) => index % 2 == 1).Select(pod => pod.Counts)));

    // A number that other pods do not have, the same in every process.
    private static int Tell(EquatableArray<PodCounts> pods, int bound) =>
        pods.SelectMany(pod => pod.Name).Aggregate((pods.Count * 31) + bound, (so, letter) => unchecked((so * 31) + letter)) & int.MaxValue;

    // Each half in the place of the canary; the mean of the two is an e-process again.
    private static EquatableArray<double> HalfAgainstHalf(RatioProcess process, EquatableArray<double> state, SideCounts one,
        SideCounts two, int at)
    {
        if (one.Requests == 0 || two.Requests == 0) return state;
        EquatableArray<double> first = state.Count == 2 * process.Size ? [.. state.Take(process.Size)] : process.Start;
        EquatableArray<double> second = state.Count == 2 * process.Size ? [.. state.Skip(process.Size)] : process.Start;
        var (requests, others) = (one.RequestsAt(at), two.RequestsAt(at));
        return [.. process.Add(first, requests, one.Events[at], others, two.Events[at]),
            .. process.Add(second, others, two.Events[at], requests, one.Events[at])];
    }

    // The windows are compared at the bound that about one request in twenty exceeds, on both sides together: the tail, and enough of it.
    // Found from what was before, where there was something.
    private static int Guard(Evidence before, WindowCounts window)
    {
        var both = window.Canary.Plus(window.Stable);
        if (both.Events.Count <= 1) return both.Events.Count == 1 ? 0 : before.PodBound;
        var pooled = before.Events.Count == both.Events.Count ? SequentialJudge.Pooled(before) : [.. both.Events];
        var all = before.Events.Count == both.Events.Count ? before.Requests + before.StableRequests : both.Requests;
        var best = 0;
        for (var index = 1; index < pooled.Length; index++)
            if (Distance(pooled[index]) < Distance(pooled[best])) best = index;
        return best;

        double Distance(long events) => events == 0 ? double.PositiveInfinity : Math.Abs(Math.Log(events / (TailShare * Math.Max(1, all))));
    }

    private static EquatableArray<long> Plus(EquatableArray<long> before, EquatableArray<long> window) =>
        before.Count == window.Count ? [.. before.Zip(window, (one, two) => one + two)] : window;

    private sealed record Part(SideCounts Canary, SideCounts Stable, int Bound, double Seconds, long Shared);
}
