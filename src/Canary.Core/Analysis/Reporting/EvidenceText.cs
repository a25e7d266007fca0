using System;
using System.Diagnostics;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Reporting;

/// <summary>What a sequential comparison knows, in words.</summary>
public static class EvidenceText
{
    private const double MostTimes = 30;

    /// <summary>The evidence: <c>250:1 odds that errors are worse; 0.31 % against 0.15 % on stable; 41 errors in 13,200
    /// requests; errors are 1.1 to 4.2 times stable's (99 %)</c>.</summary>
    public static string Describe(MetricSpec metric, EvidenceFinding finding)
    {
        var isSlowness = IsSlowness(metric);
        var than = metric.Comparison!.Tolerate == 1 ? "" : $" than {NumberText.Short(metric.Comparison.Tolerate, 4)} times stable's";
        var odds = $"{OddsText.Odds(finding.LogOdds)} odds that {(isSlowness ? "requests are slower" : "errors are worse")}{than}";
        if (finding.Requests == 0 || finding.StableRequests == 0) return odds;
        var shares = $"{OddsText.Percent(finding.Events / (double)finding.Requests)} against "
            + $"{OddsText.Percent(finding.StableEvents / (double)finding.StableRequests)} on stable";
        var on = finding.LeftOutNode is { } node ? $" (node {node})" : "";
        var leftOut = finding.LeftOut is { } pod ? $"; without pod {pod} of stable{on}, which is far worse than the others" : "";
        return (finding.Bound is { } bound ? $"{odds}; {shares} take longer than {NumberText.Short(bound, 6)} ms; "
                + $"{OddsText.Count(finding.Events)} of {OddsText.Count(finding.Requests)} requests"
            : $"{odds}; {shares}; {OddsText.Count(finding.Events)} error"
                + $"{(finding.Events == 1 ? "" : "s")} in {OddsText.Count(finding.Requests)} requests")
            + (finding.Range is { } range && range != RatioRange.All ? $"; {Describe(metric, range)}" : "") + leftOut;
    }

    /// <summary>The range: <c>errors are 1.1 to 4.2 times stable's (99 %)</c>; empty: nothing is excluded.</summary>
    public static string Describe(MetricSpec metric, RatioRange range)
    {
        var (low, high) = (NumberText.Short(range.Low, 2), NumberText.Short(range.High, 2));
        var times = (range.Low > 0, double.IsFinite(range.High)) switch
        {
            (true, true) => $"{low} to {high}",
            (true, false) => $"at least {low}",
            (false, true) => $"at most {high}",
            _ => "",
        };
        return times.Length == 0 ? ""
            : $"{(IsSlowness(metric) ? "slow requests" : "errors")} are {times} times stable's "
                + $"({OddsText.Sure(metric.Comparison!.Alpha)} %)";
    }

    /// <summary>Why the evidence does not speak for going on.</summary>
    public static string Describe(MetricSpec metric, EvidenceLack lack) => lack switch
    {
        EvidenceLack.Events few => DescribeTooFew(few.Requests, few.Expected, few.Least, IsSlowness(metric)),
        EvidenceLack.Decision decision => $"the evidence leans that way; {OddsText.Odds(decision.LogDecides)} decides",
        EvidenceLack.Minutes => "errors are plentiful and may come in bursts: more minutes must agree",
        EvidenceLack.OneWindow window =>
            $"one or two windows alone show it, without them {OddsText.Odds(window.LogOddsWithout)}: it may be a burst",
        EvidenceLack.Noise noise => $"stable differs as much from itself (placebo {OddsText.Odds(noise.LogPlacebo)})",
        EvidenceLack.Pods pods => $"stable's own pods differ by {OddsText.Percent(pods.Variation)}: with as few pods as these the canary "
            + $"must be {NumberText.Short(pods.Ratio, 2)} times as bad",
        EvidenceLack.Harmlessness harmlessness =>
            $"not enough: {OddsText.Odds(harmlessness.LogOdds)} odds that it is less "
                + $"than {NumberText.Short(metric.Comparison!.NotWorseThan, 4)} times as bad{Negligible(metric.Comparison)}, "
                + $"and {OddsText.Odds(harmlessness.LogAsked)} is asked for",
        _ => throw new UnreachableException(),
    };

    /// <summary>What is missing before the canary may get more traffic, or all of it, in words that stay the same while the evidence grows;
    /// empty: nothing.</summary>
    /// <param name="lack">What the evidence lacks; null: nothing.</param>
    /// <param name="isFull">Before all of the traffic: only then what <c>require</c> asks for is asked.</param>
    public static string DescribeMissing(EvidenceLack? lack, bool isFull) => lack switch
    {
        null => "",
        EvidenceLack.Events => "has not seen enough requests",
        EvidenceLack.Decision or EvidenceLack.Minutes or EvidenceLack.OneWindow or EvidenceLack.Noise or EvidenceLack.Pods =>
            "leans to worse, and has not decided",
        EvidenceLack.Harmlessness => isFull ? "has not shown yet that the canary is not much worse" : "",
        _ => throw new UnreachableException(),
    };

    /// <summary>Why requests are too few to know.</summary>
    public static string DescribeTooFew(long requests, double expected, int least, bool isSlowness) =>
        $"not enough: in {OddsText.Count(requests)} requests to the canary {NumberText.Short(Math.Floor(expected * 10) / 10, 6)} "
            + $"{(isSlowness ? "slow requests" : "errors")} are expected, and minSamples asks for {OddsText.Count(least)}";

    /// <summary>What would have been seen by now: <c>by now 3.2 times as many errors would have been seen</c>.</summary>
    public static string Describe(MetricSpec metric, RegressionSeen? seen)
    {
        var events = IsSlowness(metric) ? "slow requests" : "errors";
        return seen switch
        {
            null => "by now no regression would have been seen",
            // Many times hardly anything says less than what it comes to.
            { Ratio: <= MostTimes and var ratio } => $"by now {Upwards(ratio)} times as many {events} would have been seen",
            { Share: var share } => $"by now {Upwards(share * 100)} % {events} would have been seen",
        };
    }

    // To two digits, and never less than it is.
    private static string Upwards(double number)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(number)) - 1);
        return NumberText.Short(Math.Ceiling((number / unit) - 1e-9) * unit, 2);
    }

    private static string Negligible(Comparison comparison) =>
        comparison.Negligible > 0 ? $" or below {OddsText.Percent(comparison.Negligible)}" : "";

    private static bool IsSlowness(MetricSpec metric) => metric.Provider is ProviderSpec.Red { Signal: RedSignal.Duration };
}
