using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>
/// The sequential judge: holds the canary against stable at every look, with one bound on false rollbacks for the whole rollout. Counts
/// decide (<see cref="RatioProcess"/>); where errors are plentiful, so that bursts could look like evidence, the minutes must agree
/// (<see cref="StudentProcess"/>, <see cref="SignProcess"/>), unless it is a catastrophe.
/// </summary>
internal static class SequentialJudge
{
    /// <summary>Chance that the minutes of an equal canary ever agree that it is worse.</summary>
    public const double MinutesAlpha = 0.03;

    /// <summary>The part of that chance that the minutes' ratios have. The rest is of their signs, which ask nothing of how ratios are
    /// distributed.</summary>
    public const double RatioShare = 0.9;

    /// <summary>Events an equal canary would have had, per window, from which on the minutes must agree. Below it errors come one by one,
    /// and a sign test is blind.</summary>
    public const double Plentiful = 1;

    /// <summary>A catastrophe: the odds.</summary>
    public const double CatastrophicOdds = 1e6;

    /// <summary>A catastrophe: how many times stable's rate, where two minutes were seen. Twice that before. With 4, a third more
    /// healthy versions are rolled back on a ramp where each side's errors vary by 50 % per minute.</summary>
    public const double CatastrophicRatio = 5;

    /// <summary>A catastrophe: events of the canary.</summary>
    public const int CatastrophicEvents = 10;

    /// <summary>A catastrophe: the part of the canary's events that must lie in windows in which two pods or more shared them. One pod may
    /// be sick by itself; with one alone, the odds must be as high without its worst two windows.</summary>
    public const double CatastrophicShare = 0.5;

    /// <summary>Length of a block, which has one sign and one ratio.</summary>
    public const double BlockSeconds = 60;

    /// <summary>The part of the odds that the whole run has. The rest is of what was seen since each raise.</summary>
    public const double WholeShare = 0.8;

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
        return new(LogOdds(metric, evidence), evidence.RequestsAt(at), evidence.StableRequestsAt(at), events, theirs,
            at < bounds.Count ? bounds[at] : null)
        {
            Gap = evidence.Gap,
            Lack = FindLack(metric, evidence),
            Range = EvidenceRange.Find(metric, evidence),
            Seen = SmallestRegression.Find(metric, evidence),
            LeftOut = SickPod.Find(evidence.StablePods, Factor(evidence)),
        };
    }

    /// <summary>Why the evidence, all of it together, does not speak for going on; null: it does. What the last window alone lacked is not
    /// counted.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="evidence">What is known.</param>
    /// <param name="isFull">Going on is going on to all of the traffic.</param>
    public static EvidenceLack? FindLack(MetricSpec metric, Evidence evidence, bool isFull = false)
    {
        var comparison = metric.Comparison!;
        if (LogOdds(metric, evidence) >= -Math.Log(comparison.Alpha) / 2) return FindUndecided(metric, evidence);
        var (expected, least) = (ExpectedEvents(metric, evidence), metric.MinSamples ?? Comparison.DefaultExpectedEvents);
        if (expected < least) return new EvidenceLack.Events(expected, least, evidence.Requests);
        if (comparison.Require != Requirement.Evidence && !(isFull && comparison.Require == Requirement.EvidenceForFullWeight)) return null;
        var (harmless, asked) = (LogHarmless(metric, evidence), -Math.Log(comparison.Beta));
        return harmless < asked ? new EvidenceLack.Harmlessness(harmless, asked) : null;
    }

    /// <summary>Errors that a canary like stable is to have had in the requests that it got, or slow requests: of those one in a hundred is
    /// counted on, whatever the bounds are. Stable's rate counts from <see cref="Comparison.LeastExpected"/> on.</summary>
    public static double ExpectedEvents(MetricSpec metric, Evidence evidence)
    {
        var isSlowness = metric.Provider is ProviderSpec.Red { Signal: RedSignal.Duration };
        var rate = isSlowness || evidence.StableRequests == 0 ? 0 : At(evidence.StableEvents, 0) / (double)evidence.StableRequests;
        return evidence.Requests * Math.Max(rate, Comparison.LeastExpected);
    }

    private static EvidenceLack FindUndecided(MetricSpec metric, Evidence evidence)
    {
        var bar = -Math.Log(metric.Comparison!.Alpha);
        if (LogOdds(metric, evidence) < bar) return new EvidenceLack.Decision(bar);
        var part = Deciding(metric, evidence);
        if (!IsAgreed(metric, evidence, part)) return new EvidenceLack.Minutes();
        var (variation, allowance) = PodsAllow(evidence);
        if (!IsBeyondPods(metric, part, allowance)) return new EvidenceLack.Pods(variation, metric.Comparison.Tolerate * allowance);
        var without = LogOddsWithoutBurst(metric, evidence);
        return without < bar / 2 ? new EvidenceLack.OneWindow(without) : new EvidenceLack.Noise(LogPlacebo(evidence));
    }

    /// <summary>Natural logarithm of the odds that the canary is worse than is tolerated: those of the whole run and those since the last
    /// raise, each with its part.</summary>
    /// <remarks>The mean over starting points is an e-process with the same bound: the whole run has <see cref="WholeShare"/>, the j-th
    /// raise the j-th part of the rest, 1/(j(j+1)), whether it comes or not. What was seen since an earlier raise alone is given up at the
    /// next, which can only make the odds smaller.</remarks>
    public static double LogOdds(MetricSpec metric, Evidence evidence) =>
        Weighed(evidence, Mean(metric, evidence, evidence, evidence.Worse),
            evidence.SinceRaise is { } recent ? Mean(metric, evidence, recent, recent.Worse) : null);

    /// <summary>The same, without the two windows in a row that say most: what one burst alone has shown is not shown.</summary>
    public static double LogOddsWithoutBurst(MetricSpec metric, Evidence evidence) =>
        Weighed(evidence, Mean(metric, evidence, evidence, WithoutLargest(evidence)),
            evidence.SinceRaise is { } recent ? Mean(metric, evidence, recent, WithoutLargest(recent)) : null);

    private static EquatableArray<double> WithoutLargest(Evidence part) =>
        [.. part.Worse.Select((log, index) => log - At(part.Largest, index))];

    private static double Weighed(Evidence evidence, double whole, double? recent) => recent is null ? Math.Log(WholeShare) + whole
        : LogSum.Compute([Math.Log(WholeShare) + whole, LogRaiseShare(evidence.Raises) + recent.Value]);

    private static double LogRaiseShare(int raises) => Math.Log((1 - WholeShare) / (Math.Max(1.0, raises) * (Math.Max(1.0, raises) + 1)));

    // The part of the evidence that says most: whose minutes and whose ratio are asked.
    private static Evidence Deciding(MetricSpec metric, Evidence evidence) =>
        evidence.SinceRaise is { } recent
        && LogRaiseShare(evidence.Raises) + Mean(metric, evidence, recent, recent.Worse)
            > Math.Log(WholeShare) + Mean(metric, evidence, evidence, evidence.Worse) ? recent : evidence;

    private static double Mean(MetricSpec metric, Evidence whole, Evidence part, EquatableArray<double> state)
    {
        var factor = Factor(whole);
        var parts = Parts(ComparisonRule.Find(metric).Worse, state).Select(one => Tempered(factor, one)).ToList();
        // The mean of the e-values of all bounds, which is one however they depend on each other. What is not written down is 1.
        var bounds = Math.Max(parts.Count, part.Events.Count);
        return parts.Count == 0 ? 0 : LogSum.Compute([.. parts, .. Enumerable.Repeat(0.0, bounds - parts.Count)]) - Math.Log(bounds);
    }

    /// <summary>Natural logarithm of the odds that it does no harm: that it is not much worse, or that its share of events is negligible.
    /// Of every bound, so the least of them counts.</summary>
    /// <remarks>A harmful canary is both much worse and above what is negligible: then each of the two is an e-process, and so is their
    /// mean.</remarks>
    public static double LogHarmless(MetricSpec metric, Evidence evidence)
    {
        var factor = Factor(evidence);
        var relative = Parts(ComparisonRule.Find(metric).Harmless, evidence.Harmless).Select(part => Tempered(factor, part)).ToArray();
        if (metric.Comparison!.Negligible is not (> 0 and < 1 and var limit))
            return relative.Zip(Pooled(evidence)).Where(one => one.Second > 0).Select(one => one.First).DefaultIfEmpty(0).Min();
        return evidence.Events.Select((events, bound) => LogSum.Compute([
            bound < relative.Length ? relative[bound] : 0,
            BelowObjective.LogEvidence(limit, evidence.RequestsAt(bound), events) / factor]) - Math.Log(2)).DefaultIfEmpty(0).Min();
    }

    /// <summary>The bound that shows most, by its index.</summary>
    public static int MostTelling(MetricSpec metric, Evidence evidence) =>
        Parts(ComparisonRule.Find(metric).Worse, evidence.Worse).Zip(Pooled(evidence))
        .Select((one, index) => (Log: RatioProcess.LogEvidence(one.First), Events: one.Second, index))
            .Where(one => one.Events > 0).OrderByDescending(one => one.Log).Select(one => one.index).FirstOrDefault();

    /// <summary>Events for one observation: the most of what stable's halves differ by, what the canary changes by, and, where stable has
    /// one pod alone, what stable changes by.</summary>
    public static double Factor(Evidence evidence)
    {
        var factor = Math.Max(evidence.Spread.Factor, evidence.Steps.Canary.Factor);
        return evidence.StablePods.Count(pod => pod.Requests > 0) > 1 ? factor : Math.Max(factor, evidence.Steps.Stable.Factor);
    }

    /// <summary>Natural logarithm of the evidence of one bound. Events that come together are fewer observations: the likelihoods are taken
    /// to the power of that.</summary>
    public static double Tempered(double factor, EquatableArray<double> part) => factor == 1 ? RatioProcess.LogEvidence(part)
        : RatioProcess.LogEvidence([.. part.Select(log => log / factor)]);

    private static bool IsWorse(MetricSpec metric, Evidence evidence, double odds)
    {
        var bar = -Math.Log(metric.Comparison!.Alpha);
        if (odds < bar) return false;
        var without = LogOddsWithoutBurst(metric, evidence);
        var part = Deciding(metric, evidence);
        if (IsCatastrophe(metric, evidence, part, odds, without)) return true;
        // Stable against itself shows what this service's noise looks like: as much again is asked of the canary, and no more than twice,
        // since one sick pod of stable must not blind the judge. And where one burst shows it, the other windows must lean that way: half
        // of the digits without it.
        return odds >= bar + Math.Clamp(LogPlacebo(evidence), 0, bar) && without >= bar / 2
            && IsAgreed(metric, evidence, part) && IsBeyondPods(metric, part, PodsAllow(evidence).Allowance);
    }

    private static bool IsAgreed(MetricSpec metric, Evidence evidence, Evidence part) =>
        !NeedsMinutes(metric, evidence, part) || part.AreMinutesShown || IsBeyondNoise(metric, part);

    /// <summary>Errors are plentiful, or stable differs from itself: the minutes must agree.</summary>
    public static bool NeedsMinutes(MetricSpec metric, Evidence evidence, Evidence part) =>
        (part.Windows > 0 && part.Expected / part.Windows >= Plentiful)
        || LogPlacebo(evidence) >= -Math.Log(metric.Comparison!.Alpha);

    /// <summary>Natural logarithm of the evidence of the minutes: a weighted mean of two e-processes, which is one again.</summary>
    public static double LogAgreement(EquatableArray<double> signs, MinuteRatios ratios) =>
        LogSum.Compute([Math.Log(1 - RatioShare) + RatioProcess.LogEvidence(signs), Math.Log(RatioShare) + ratios.LogEvidence]);

    private static bool IsBeyondNoise(MetricSpec metric, Evidence part)
    {
        var at = MostTelling(metric, part);
        return part.Theirs > 0 && part.Ours >= NoiseAllowance.Ratio(part.Blocks, part.Events[at], part.StableEvents[at]) * part.Theirs;
    }

    /// <summary>Where stable's own pods differ for good, a canary of a few pods may differ from stable for the same reason: by how much
    /// they differ, and how many times stable's rate is allowed for it.</summary>
    public static (double Variation, double Allowance) PodsAllow(Evidence evidence)
    {
        var factor = Factor(evidence);
        var sick = SickPod.Find(evidence.StablePods, factor);
        PodEvidence[] stable = [.. evidence.StablePods.Where(pod => pod.Requests > 0 && pod.Name != sick)];
        PodEvidence[] canary = [.. evidence.CanaryPods.Where(pod => pod.Requests > 0)];
        // Those that count for both sides, gateways and callers, are the same for both.
        if (canary.Any(pod => stable.Any(other => other.Name == pod.Name))) return (0, 1);
        var variation = PodVariation.Estimate([.. stable.Select(pod => (pod.Requests, pod.Events))], factor);
        return (variation, PodVariation.Allowance(variation, [.. canary.Select(pod => pod.Requests)],
            [.. stable.Select(pod => pod.Requests)]));
    }

    private static bool IsBeyondPods(MetricSpec metric, Evidence part, double allowance) =>
        allowance == 1 || part.Ours >= metric.Comparison!.Tolerate * allowance * part.Theirs;

    private static bool IsCatastrophe(MetricSpec metric, Evidence evidence, Evidence part, double odds, double without)
    {
        var least = Math.Max(Math.Log(CatastrophicOdds), -Math.Log(metric.Comparison!.Alpha));
        var at = MostTelling(metric, part);
        var ratio = CatastropheAfter(part.Blocks);
        return odds >= least
            && (IsShared(evidence, part) || without >= least)
            && part.Events[at] >= CatastrophicEvents
            && (double)part.Events[at] * part.StableRequestsAt(at) >= ratio * part.StableEvents[at] * part.RequestsAt(at);
    }

    /// <summary>How many times stable's rate a catastrophe is, where so many minutes were seen.</summary>
    public static double CatastropheAfter(int blocks) => blocks > 1 ? CatastrophicRatio : 2 * CatastrophicRatio;

    private static bool IsShared(Evidence evidence, Evidence part) =>
        part.Shared >= CatastrophicEvents && evidence.PodBound < part.Events.Count
        && part.Shared >= CatastrophicShare * part.Events[evidence.PodBound];

    private static double LogPlacebo(Evidence evidence) => RatioProcess.LogEvidence(evidence.Placebo);

    /// <summary>The state of each bound, one after the other.</summary>
    public static IEnumerable<EquatableArray<double>> Parts(RatioProcess process, EquatableArray<double> state) =>
        state.Chunk(process.Size).Select(part => part.ToEquatableArray());

    /// <summary>A number of a list; 0 where it was not written down.</summary>
    public static double At(EquatableArray<double> numbers, int index) => index < numbers.Count ? numbers[index] : 0;

    private static long At(EquatableArray<long> numbers, int index) => index < numbers.Count ? numbers[index] : 0;

    /// <summary>The events of both sides together, at each bound.</summary>
    public static long[] Pooled(Evidence evidence) => [.. evidence.Events.Zip(evidence.StableEvents, (one, two) => one + two)];
}
