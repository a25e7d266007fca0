using System;
using System.Diagnostics;
using System.Globalization;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Reporting;

/// <summary>What is known of an objective, in words.</summary>
public static class ObjectiveText
{
    /// <summary>The evidence: <c>250:1 odds that the canary misses the objective of 99.9 %; 41 errors in 13,200 requests, which burns the
    /// error budget 3.1 times as fast as the objective allows; errors are 0.2 to 0.46 % (99 %), 0.1 % is allowed</c>.</summary>
    public static string Describe(MetricSpec metric, ObjectiveFinding finding)
    {
        var comparison = metric.Comparison!;
        var objective = comparison.Objective!;
        var odds = $"{OddsText.Odds(finding.LogOdds)} odds that the canary misses the objective of {Target(objective)}";
        if (finding.Requests == 0) return odds;
        return odds + $"; {Counts(finding.Requests, finding.Events, finding.Bound)}"
            + (finding.Events == 0 ? "" : $", which burns the error budget {Burn(objective, finding.Requests, finding.Events)} times as "
                + "fast as the objective allows")
            + Recently(objective, finding)
            + (finding.Range is { } range
                ? $"; {Describe(range, finding.Bound is not null)} ({OddsText.Sure(comparison.Alpha)} %), "
                    + $"{OddsText.Percent(objective.Allowed)} is allowed" : "");
    }

    /// <summary>What decides: <c>fails at 100:1 odds that it misses the objective of 99.9 %</c>.</summary>
    public static string DescribeThreshold(Comparison comparison)
    {
        var needed = comparison.Require == Requirement.Evidence
            ? $"; needs {OddsText.Odds(-Math.Log(comparison.Beta))} odds that it keeps it" : "";
        return $"fails at {OddsText.Odds(-Math.Log(comparison.Alpha))} odds that it misses the objective of "
            + $"{Target(comparison.Objective!)}, or of late burns its error budget more than "
            + $"{NumberText.Short(comparison.Objective!.BurnRate, 4)} times as fast{needed}";
    }

    /// <summary>Why the evidence does not speak for going on.</summary>
    public static string Describe(ObjectiveLack lack, bool isSlowness) => lack switch
    {
        ObjectiveLack.Events few => EvidenceText.DescribeTooFew(few.Requests, few.Expected, few.Least, isSlowness),
        ObjectiveLack.Decision decision => $"the evidence leans that way; {OddsText.Odds(decision.LogDecides)} decides",
        ObjectiveLack.OneWindow window =>
            $"one or two windows alone show it, without them {OddsText.Odds(window.LogOddsWithout)}: it may be a burst",
        ObjectiveLack.Keeping keeping => $"not enough: {OddsText.Odds(keeping.LogOdds)} odds that it keeps the objective, "
            + $"and {OddsText.Odds(keeping.LogAsked)} is asked for",
        _ => throw new UnreachableException(),
    };

    /// <summary>What is missing before the canary may get more traffic, or all of it, in words that stay the same while the evidence grows;
    /// empty: nothing.</summary>
    /// <param name="lack">What the evidence lacks; null: nothing.</param>
    /// <param name="isFull">Before all of the traffic: only then what <c>require</c> asks for is asked.</param>
    public static string DescribeMissing(ObjectiveLack? lack, bool isFull) => lack switch
    {
        null => "",
        ObjectiveLack.Events => "has not seen enough requests",
        ObjectiveLack.Decision or ObjectiveLack.OneWindow => "leans to missing its objective, and has not decided",
        ObjectiveLack.Keeping => isFull ? "has not shown yet that the canary keeps its objective" : "",
        _ => throw new UnreachableException(),
    };

    /// <summary><c>99.9 %</c>, with all of its digits.</summary>
    public static string Target(Objective objective) =>
        $"{((decimal)objective.Target * 100).ToString("0.############", CultureInfo.InvariantCulture)} %";

    private static string Recently(Objective objective, ObjectiveFinding finding) =>
        finding.Recent is not { Since: { } since } recent || recent.Requests == finding.Requests ? ""
        : string.Create(CultureInfo.InvariantCulture,
            $"; since {since:HH:mm:ss} {Counts(recent.Requests, recent.Events, finding.Bound)}, "
                + $"{Burn(objective, recent.Requests, recent.Events)} times as fast");

    private static string Counts(long requests, long events, double? bound) => bound is { } milliseconds
        ? $"{OddsText.Count(events)} of {OddsText.Count(requests)} requests take longer than {NumberText.Short(milliseconds, 6)} ms"
        : $"{(events == 0 ? "no" : OddsText.Count(events))} error{(events == 1 ? "" : "s")} in {OddsText.Count(requests)} requests";

    private static string Burn(Objective objective, long requests, long events) =>
        NumberText.Short(events / (requests * objective.Allowed), 2);

    private static string Describe(RateRange range, bool isSlowness)
    {
        var what = isSlowness ? "slow requests" : "errors";
        var (low, high) = (NumberText.Short(range.Low * 100, 2), OddsText.Percent(range.High));
        return range.Low > 0 ? $"{what} are {low} to {high}" : $"{what} are at most {high}";
    }
}
