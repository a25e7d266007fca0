using System;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>
/// Holds the canary against a service level objective at every look, with one bound on false rollbacks for the whole rollout: all of the
/// run against the objective itself (<see cref="ObjectiveProcess"/>), and the time since any window against a multiple of its error budget
/// (<see cref="StartMixture"/>).
/// </summary>
internal static class ObjectiveJudge
{
    /// <summary>The part of the odds that the whole run has. The rest is of the time since any window.</summary>
    public const double WholeShare = 0.8;

    /// <summary>A catastrophe: how many times the error budget may be burnt. It does not count as a burst then.</summary>
    public const double CatastrophicRatio = 5;

    /// <summary>What the evidence says now.</summary>
    public static RunPhase Stand(MetricSpec metric, Evidence evidence) =>
        IsMissed(metric, evidence) ? RunPhase.Failed
        : evidence.Gap.Length > 0 || FindLack(metric, evidence) is not null ? RunPhase.Inconclusive
        : RunPhase.Successful;

    /// <summary>What the evidence says, in numbers.</summary>
    public static ObjectiveFinding Find(MetricSpec metric, Evidence evidence)
    {
        var (events, factor) = (Events(evidence), Factor(evidence));
        var burn = evidence.Burn;
        var isRecent = burn?.Since is not null && LogRecent(evidence, burn.Recent.Logs) > LogWhole(burn.Whole.Logs);
        return new(LogOdds(evidence), evidence.Requests, events)
        {
            Bound = metric.Provider is ProviderSpec.Red { Signal: RedSignal.Duration } && ComparisonJudge.Bounds(metric) is [var bound, ..]
                ? bound : null,
            Range = evidence.Requests > 0
                ? RateRange.Find(evidence.Requests / factor, events / factor, metric.Comparison!.Alpha) : null,
            Recent = isRecent ? burn : null,
            Gap = evidence.Gap,
            Lack = FindLack(metric, evidence),
        };
    }

    /// <summary>Why the evidence, all of it together, does not speak for going on; null: it does.</summary>
    /// <param name="metric">What is held to the objective.</param>
    /// <param name="evidence">What is known.</param>
    /// <param name="isFull">Going on is going on to all of the traffic.</param>
    public static ObjectiveLack? FindLack(MetricSpec metric, Evidence evidence, bool isFull = false)
    {
        var comparison = metric.Comparison!;
        var (odds, bar) = (LogOdds(evidence), -Math.Log(comparison.Alpha));
        if (odds >= bar) return new ObjectiveLack.OneWindow(LogOddsWithoutBurst(evidence));
        if (odds >= bar / 2) return new ObjectiveLack.Decision(bar);
        if (!IsEnough(metric, evidence.Requests))
            return new ObjectiveLack.Events(ExpectedEvents(metric, evidence.Requests), Least(metric), evidence.Requests);
        if (comparison.Require != Requirement.Evidence && !(isFull && comparison.Require == Requirement.EvidenceForFullWeight)) return null;
        var (kept, asked) = (LogKept(comparison.Objective!, evidence), -Math.Log(comparison.Beta));
        return kept < asked ? new ObjectiveLack.Keeping(kept, asked) : null;
    }

    /// <summary>A canary that just keeps its objective would have had as many errors in so many requests as <c>minSamples</c> asks
    /// for.</summary>
    public static bool IsEnough(MetricSpec metric, long requests) => ExpectedEvents(metric, requests) >= Least(metric);

    private static double ExpectedEvents(MetricSpec metric, long requests) =>
        requests * Math.Max(metric.Comparison!.Objective!.Allowed, Comparison.LeastExpected);

    private static int Least(MetricSpec metric) => metric.MinSamples ?? Comparison.DefaultExpectedEvents;

    /// <summary>Natural logarithm of the odds that the canary misses its objective.</summary>
    /// <remarks>
    /// The whole run has <see cref="WholeShare"/>. What begins at the k-th window has 1/(k(k+1)) of the rest, and what is yet to begin
    /// counts as 1: a mean with fixed weights, which is an e-process. Events that come in bursts are fewer observations: the odds
    /// are taken to the power of one observation by their number. That can only make odds above 1 smaller, and so it keeps the bound.
    /// </remarks>
    public static double LogOdds(Evidence evidence) => Log(evidence, evidence.Burn?.Whole.Logs, evidence.Burn?.Recent.Logs)
        / Factor(evidence);

    /// <summary>The same, without the window that says most, or two in a row where they are short.</summary>
    public static double LogOddsWithoutBurst(Evidence evidence) => LogWithoutBurst(evidence) / Factor(evidence);

    /// <summary>Natural logarithm of the odds that it keeps the objective.</summary>
    public static double LogKept(Objective objective, Evidence evidence)
    {
        var factor = Factor(evidence);
        return BelowObjective.LogEvidence(objective.Allowed, evidence.Requests / factor, Events(evidence) / factor);
    }

    /// <summary>Events for one observation.</summary>
    public static double Factor(Evidence evidence) => evidence.Steps.Canary.Factor;

    private static bool IsMissed(MetricSpec metric, Evidence evidence)
    {
        var bar = -Math.Log(metric.Comparison!.Alpha);
        return (LogOdds(evidence) >= bar && LogOddsWithoutBurst(evidence) >= bar / 2) || IsCatastrophe(metric, evidence, bar);
    }

    // No burst, although it comes in leaps: without its worst window too, and over all of the run.
    private static bool IsCatastrophe(MetricSpec metric, Evidence evidence, double bar)
    {
        var events = Events(evidence);
        return LogWithoutBurst(evidence) >= Math.Max(Math.Log(SequentialJudge.CatastrophicOdds), bar)
            && events >= SequentialJudge.CatastrophicEvents
            && events >= CatastrophicRatio * metric.Comparison!.Objective!.Allowed * evidence.Requests;
    }

    private static double LogWithoutBurst(Evidence evidence) =>
        Log(evidence, evidence.Burn?.Whole.WithoutBurst, evidence.Burn?.Recent.WithoutBurst);

    private static double Log(Evidence evidence, EquatableArray<double>? whole, EquatableArray<double>? recent) =>
        whole is null || recent is null ? 0 : LogSum.Compute([LogWhole(whole.Value), LogRecent(evidence, recent.Value)]);

    private static double LogWhole(EquatableArray<double> logs) =>
        Math.Log(WholeShare) + (logs.Count == 0 ? 0 : StartMixture.LogMean(logs));

    private static double LogRecent(Evidence evidence, EquatableArray<double> logs) =>
        Math.Log(1 - WholeShare) + LogSum.Compute([StartMixture.LogMean(logs), -Math.Log(evidence.Windows + 1.0)]);

    private static long Events(Evidence evidence) => evidence.Events.Count > 0 ? evidence.Events[0] : 0;
}
