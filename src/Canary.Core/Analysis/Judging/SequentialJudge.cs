using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>
/// The sequential judge: holds the canary against stable at every look, with one bound on false rollbacks for the whole rollout. Counts
/// decide (<see cref="RatioProcess"/>); where errors are plentiful, so that bursts could look like evidence, the windows must agree
/// (<see cref="SignProcess"/>), unless it is a catastrophe.
/// </summary>
internal static class SequentialJudge
{
    /// <summary>Chance that the minutes of an equal canary ever agree that it is worse.</summary>
    public const double SignAlpha = 0.03;

    /// <summary>Events an equal canary would have had, per window, from which on the minutes must agree. Below it errors come one by one,
    /// and a sign test is blind.</summary>
    public const double Plentiful = 1;

    /// <summary>A catastrophe: the odds.</summary>
    public const double CatastrophicOdds = 1e6;

    /// <summary>A catastrophe: how many times stable's rate, where two minutes were seen. Twice that before.</summary>
    public const double CatastrophicRatio = 5;

    /// <summary>A catastrophe: events of the canary.</summary>
    public const int CatastrophicEvents = 10;

    /// <summary>A catastrophe: pods of the canary that share the events. One pod may be sick by itself; with one alone, the odds must be as
    /// high without its worst window.</summary>
    public const int CatastrophicPods = 2;

    /// <summary>Length of a block, which has one sign.</summary>
    public const double BlockSeconds = 60;

    private const double TailShare = 0.05;

    /// <summary>Counts a window in.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="before">What is known.</param>
    /// <param name="window">The window.</param>
    /// <param name="from">Its beginning.</param>
    /// <param name="to">Its end.</param>
    public static Evidence Add(MetricSpec metric, Evidence before, WindowCounts window, DateTimeOffset from, DateTimeOffset to)
    {
        var next = before with { CountedTo = to, Gap = Gap(window) };
        var (canary, stable) = (window.Canary, window.Stable);
        if (canary.Requests == 0 || stable.Requests == 0) return next;
        var rule = Rule.Of(metric);
        var at = Guard(before, window);
        double all = canary.Requests + stable.Requests;
        var worse = Each(rule.Worse, before.Worse, canary, stable);
        return Blocked(before.Open.Add((to - from).TotalSeconds, at, canary, stable), next with
        {
            Windows = before.Windows + 1,
            Requests = before.Requests + canary.Requests,
            StableRequests = before.StableRequests + stable.Requests,
            Events = Plus(before.Events, canary.Events),
            StableEvents = Plus(before.StableEvents, stable.Events),
            Worse = worse,
            Largest = [.. worse.Select((log, index) => Math.Max(At(before.Largest, index), Math.Round(log - At(before.Worse, index), 6)))],
            // What is not seen may be an error: a window with a hole says nothing for the canary.
            Harmless = window.Unscraped is null ? Each(rule.Harmless, before.Harmless, canary, stable) : before.Harmless,
            Placebo = Halves(rule.Worse, before.Placebo, window, at),
            Spread = before.Spread.Add(window.FirstHalf, window.SecondHalf, at),
            Ours = Math.Round(before.Ours + (canary.Events[at] * (stable.Requests / all)), 6),
            Theirs = Math.Round(before.Theirs + (stable.Events[at] * (canary.Requests / all)), 6),
            Expected = Math.Round(before.Expected + (canary.Requests * ((canary.Events[at] + stable.Events[at]) / all)), 6),
            Pods = Math.Max(before.Pods, window.Pods),
        });
    }

    // Noise may last longer than a window: blocks of a minute are taken for independent, and each has one sign.
    private static Evidence Blocked(PartialMinute block, Evidence evidence)
    {
        if (block.Seconds < BlockSeconds) return evidence with { Open = block };
        var signs =
            SignProcess.Add(evidence.Signs, SignProcess.Sign(block.Requests, block.Events, block.StableRequests, block.StableEvents));
        return evidence with
        {
            Open = PartialMinute.None,
            Blocks = evidence.Blocks + 1,
            Signs = signs,
            IsSignShown = evidence.IsSignShown
            || RatioProcess.LogEvidence(signs) >= -Math.Log(SignAlpha)
        };
    }

    private static double At(EquatableArray<double> numbers, int index) => index < numbers.Count ? numbers[index] : 0;

    /// <summary>What the evidence says now.</summary>
    public static RunPhase Stand(MetricSpec metric, Evidence evidence)
    {
        var odds = LogOdds(metric, evidence);
        if (IsWorse(metric, evidence, odds)) return RunPhase.Failed;
        if (evidence.Gap.Length > 0 || FindLack(metric, evidence) is not null) return RunPhase.Inconclusive;
        return RunPhase.Successful;
    }

    /// <summary>What the evidence says, in numbers.</summary>
    public static EvidenceFinding Find(MetricSpec metric, Evidence evidence)
    {
        var at = MostTelling(metric, evidence);
        var (events, theirs) = at < evidence.Events.Count ? (evidence.Events[at], evidence.StableEvents[at]) : (0, 0);
        var bounds = metric.Provider is ProviderSpec.Red { Signal: RedSignal.Duration } ? ComparisonJudge.Bounds(metric) : [];
        return new(LogOdds(metric, evidence), evidence.Requests, evidence.StableRequests, events, theirs,
            at < bounds.Count ? bounds[at] : null)
        {
            Gap = evidence.Gap,
            Lack = FindLack(metric, evidence),
        };
    }

    /// <summary>Why the evidence, all of it together, does not speak for going on; null: it does. What the last window alone lacked is not
    /// counted.</summary>
    public static EvidenceLack? FindLack(MetricSpec metric, Evidence evidence)
    {
        var comparison = metric.Comparison!;
        var least = metric.MinSamples ?? Comparison.DefaultExposure;
        if (evidence.Requests < least) return new EvidenceLack.Requests(evidence.Requests, least);
        if (LogOdds(metric, evidence) >= -Math.Log(comparison.Alpha) / 2) return FindUndecided(metric, evidence);
        var (harmless, asked) = (LogHarmless(metric, evidence), -Math.Log(comparison.Beta));
        return comparison.Require == Requirement.Evidence && harmless < asked ? new EvidenceLack.Harmlessness(harmless, asked) : null;
    }

    private static EvidenceLack FindUndecided(MetricSpec metric, Evidence evidence)
    {
        var bar = -Math.Log(metric.Comparison!.Alpha);
        if (LogOdds(metric, evidence) < bar) return new EvidenceLack.Decision(bar);
        if (NeedsMinutes(metric, evidence) && !evidence.IsSignShown && !IsBeyondNoise(metric, evidence)) return new EvidenceLack.Minutes();
        var without = LogOddsWithoutBurst(metric, evidence);
        return without < bar / 2 ? new EvidenceLack.OneWindow(without) : new EvidenceLack.Noise(LogPlacebo(evidence));
    }

    /// <summary>Natural logarithm of the odds that the canary is worse than is tolerated.</summary>
    public static double LogOdds(MetricSpec metric, Evidence evidence) => Mean(metric, evidence, evidence.Worse);

    /// <summary>The same, without the window that says most: what one burst alone has shown is not shown.</summary>
    public static double LogOddsWithoutBurst(MetricSpec metric, Evidence evidence) =>
        Mean(metric, evidence, [.. evidence.Worse.Select((log, index) => log - At(evidence.Largest, index))]);

    private static double Mean(MetricSpec metric, Evidence evidence, EquatableArray<double> state)
    {
        var parts = Parts(Rule.Of(metric).Worse, state).Select(part => Tempered(evidence, part)).ToList();
        // The mean of the e-values of all bounds, which is one however they depend on each other. What is not written down is 1.
        var bounds = Math.Max(parts.Count, evidence.Events.Count);
        return parts.Count == 0 ? 0 : LogSum.Compute([.. parts, .. Enumerable.Repeat(0.0, bounds - parts.Count)]) - Math.Log(bounds);
    }

    /// <summary>Natural logarithm of the odds that it is not much worse: of every bound, so the least of them counts.</summary>
    public static double LogHarmless(MetricSpec metric, Evidence evidence) =>
        Parts(Rule.Of(metric).Harmless, evidence.Harmless).Zip(Pooled(evidence)).Where(one => one.Second > 0)
        .Select(one => Tempered(evidence, one.First)).DefaultIfEmpty(0).Min();

    /// <summary>The bound that shows most, by its index.</summary>
    public static int MostTelling(MetricSpec metric, Evidence evidence) =>
        Parts(Rule.Of(metric).Worse, evidence.Worse).Zip(Pooled(evidence))
        .Select((one, index) => (Log: RatioProcess.LogEvidence(one.First), Events: one.Second, index))
            .Where(one => one.Events > 0).OrderByDescending(one => one.Log).Select(one => one.index).FirstOrDefault();

    // Events that come together are fewer observations: the likelihoods are taken to the power of that.
    private static double Tempered(Evidence evidence, EquatableArray<double> part) =>
        evidence.Spread.Factor is var factor && factor == 1 ? RatioProcess.LogEvidence(part)
        : RatioProcess.LogEvidence([.. part.Select(log => log / factor)]);

    private static bool IsWorse(MetricSpec metric, Evidence evidence, double odds)
    {
        var bar = -Math.Log(metric.Comparison!.Alpha);
        if (odds < bar) return false;
        var without = LogOddsWithoutBurst(metric, evidence);
        if (IsCatastrophe(metric, evidence, odds, without)) return true;
        // Stable against itself shows what this service's noise looks like: as much again is asked of the canary, and no more than twice,
        // since one sick pod of stable must not blind the judge. And where one window shows it, the others must lean that way: half of the
        // digits without it.
        return odds >= bar + Math.Clamp(LogPlacebo(evidence), 0, bar) && without >= bar / 2
            && (!NeedsMinutes(metric, evidence) || evidence.IsSignShown || IsBeyondNoise(metric, evidence));
    }

    private static bool NeedsMinutes(MetricSpec metric, Evidence evidence) =>
        (evidence.Windows > 0 && evidence.Expected / evidence.Windows >= Plentiful)
        || LogPlacebo(evidence) >= -Math.Log(metric.Comparison!.Alpha);

    private static bool IsBeyondNoise(MetricSpec metric, Evidence evidence)
    {
        var at = MostTelling(metric, evidence);
        return evidence.Theirs > 0
            && evidence.Ours >= NoiseAllowance.Ratio(evidence.Blocks, evidence.Events[at], evidence.StableEvents[at]) * evidence.Theirs;
    }

    private static bool IsCatastrophe(MetricSpec metric, Evidence evidence, double odds, double without)
    {
        var least = Math.Max(Math.Log(CatastrophicOdds), -Math.Log(metric.Comparison!.Alpha));
        var at = MostTelling(metric, evidence);
        var ratio = evidence.Blocks > 1 ? CatastrophicRatio : 2 * CatastrophicRatio;
        return odds >= least
            && (evidence.Pods >= CatastrophicPods || without >= least)
            && evidence.Events[at] >= CatastrophicEvents
            && (double)evidence.Events[at] * evidence.StableRequests >= ratio * evidence.StableEvents[at] * evidence.Requests;
    }

    private static double LogPlacebo(Evidence evidence) => RatioProcess.LogEvidence(evidence.Placebo);

    private static EquatableArray<double> Each(RatioProcess process, EquatableArray<double> state, SideCounts canary, SideCounts stable)
    {
        var parts = Parts(process, state).ToList();
        var next = new List<double>(process.Size * canary.Events.Count);
        for (var index = 0; index < canary.Events.Count; index++)
            next.AddRange(process.Add(index < parts.Count ? parts[index]
                : process.Start, canary.Requests, canary.Events[index], stable.Requests, stable.Events[index]));

        // Bounds that no request has exceeded, the highest ones, say nothing and are not written down.
        var length = next.FindLastIndex(log => log != 0) + 1;
        return [.. next.Take((length + process.Size - 1) / process.Size * process.Size)];
    }

    private static IEnumerable<EquatableArray<double>> Parts(RatioProcess process, EquatableArray<double> state) =>
        state.Chunk(process.Size).Select(part => part.ToEquatableArray());

    // Each half in the place of the canary; the mean of the two is an e-process again.
    private static EquatableArray<double> Halves(RatioProcess process, EquatableArray<double> state, WindowCounts window, int at)
    {
        var (one, two) = (window.FirstHalf, window.SecondHalf);
        if (one.Requests == 0 || two.Requests == 0) return state;
        EquatableArray<double> first = state.Count == 2 * process.Size ? [.. state.Take(process.Size)] : process.Start;
        EquatableArray<double> second = state.Count == 2 * process.Size ? [.. state.Skip(process.Size)] : process.Start;
        return [.. process.Add(first, one.Requests, one.Events[at], two.Requests, two.Events[at]),
            .. process.Add(second, two.Requests, two.Events[at], one.Requests, one.Events[at])];
    }

    // The windows are compared at the bound that about one request in twenty exceeds, on both sides together: the tail, and enough of it.
    // Found from what was before, where there was something.
    private static int Guard(Evidence before, WindowCounts window)
    {
        if (window.Canary.Events.Count == 1) return 0;
        var pooled = before.Events.Count == window.Canary.Events.Count ? Pooled(before) : [.. window.Canary.Plus(window.Stable).Events];
        var all = before.Events.Count == window.Canary.Events.Count ? before.Requests + before.StableRequests
            : window.Canary.Requests + window.Stable.Requests;
        var best = 0;
        for (var index = 1; index < pooled.Length; index++)
            if (Distance(pooled[index]) < Distance(pooled[best])) best = index;
        return best;

        double Distance(long events) => events == 0 ? double.PositiveInfinity : Math.Abs(Math.Log(events / (TailShare * Math.Max(1, all))));
    }

    private static long[] Pooled(Evidence evidence) => [.. evidence.Events.Zip(evidence.StableEvents, (one, two) => one + two)];

    private static EquatableArray<long> Plus(EquatableArray<long> before, EquatableArray<long> window) =>
        before.Count == window.Count ? [.. before.Zip(window, (one, two) => one + two)] : window;

    // What could not be read comes first: where no pod of the canary was scraped, nobody knows what traffic it had.
    private static string Gap(WindowCounts window) => (window.Canary.Requests, window.Stable.Requests) switch
    {
        _ when window.Unscraped is { } pod => $"the window is incomplete: pod {pod} of the canary was not scraped",
        _ when window.HasNoSeries =>
            "idle: there is no series of either side; where there is traffic, the labels they are looked for by are others",
        (0, 0) => "idle: there were no requests on either side",
        (0, var stable) => $"no traffic: the canary got none of the {OddsText.Count(stable)} requests",
        (var canary, 0) => $"nothing to compare with: stable got none of the {OddsText.Count(canary)} requests",
        _ => "",
    };

    private sealed record Rule(RatioProcess Worse, RatioProcess Harmless)
    {
        public static Rule Of(MetricSpec metric)
        {
            var comparison = metric.Comparison!;
            var isSlowness = metric.Provider is ProviderSpec.Red { Signal: RedSignal.Duration };
            return new(
                new RatioProcess(isSlowness ? RatioGrid.Slowness(comparison.Tolerate) : RatioGrid.Errors(comparison.Tolerate)),
                new RatioProcess(RatioGrid.Harmlessness(comparison.NotWorseThan)));
        }
    }
}
