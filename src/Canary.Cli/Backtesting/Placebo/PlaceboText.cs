using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Canary.Cli.Output;
using Canary.Core.Analysis;
using Canary.Core.Placebo;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Cli.Backtesting.Placebo;

/// <summary>A placebo backtest in words and tables.</summary>
internal static class PlaceboText
{
    // Where a part of one rollout alone counts, its exact bound has a dozen zeros.
    private const double Nothing = 1e-6;

    public static string Render(PlaceboResult result)
    {
        var text = new StringBuilder();
        var draw = result.Draw;
        Line(text, "Rollout", $"{result.Title}, stable against itself");
        Line(text, "Past",
            $"{result.Question.From:yyyy-MM-dd HH:mm}Z to {result.Question.To:yyyy-MM-dd HH:mm}Z, {Count(draw.Rollouts.Count)} made-up "
                + $"rollouts of {GoDuration.Format(result.Length)} each, {Groups(result)}; seed {result.Question.Seed}");
        Line(text, "Result",
            $"{Count(result.RolledBack)} of {Count(result.Replays.Count)} would have been rolled back: {Percent(result.Share)} (95 %: "
                + $"{Percent(result.Interval.Low)} to {Percent(result.Interval.High)}); promised: at most {Percent(result.Alpha)}");
        Line(text, "", Conclusion(result));
        Line(text, "", $"The interval is that of {NumberText.Short(draw.Apart, 3)} rollouts one after the other: those that overlap share "
            + "their time. It speaks of other times, not of other pods");
        Line(text, "Waiting", Waiting(result));
        foreach (var left in LeftOut(draw)) Line(text, "Left out", left);
        foreach (var note in result.Notes) Line(text, "Note", note);
        foreach (var metric in result.Metrics) Render(text, result, metric);
        text.Append('\n').Append("Groups have the traffic that they had: k of n pods about k/n of it, whatever the steps say. What "
            + "all pods "
            + "of a side share in a\nreal rollout (a zone, a node, a cache) is spread over both groups, and is not seen here.\n");
        return text.ToString();
    }

    /// <summary>What the rate says of the promise.</summary>
    public static string Conclusion(PlaceboResult result)
    {
        var (alpha, interval) = (result.Alpha, result.Interval);
        if (interval.Low > alpha)
            return "That is more than is promised: the errors of these pods are not independent of each other. See tolerate, below";
        if (interval.High <= alpha) return "The promise was kept";
        var apart = NumberText.Short(result.Draw.Apart, 3);
        var much = result.RolledBack == 0 ? $"0 of {apart} says only: below {Percent(interval.High)}"
            : $"Too few to tell: {apart} one after the other say only {Percent(interval.Low)} to {Percent(interval.High)}";
        var needed = ClopperPearsonInterval.Needed(alpha);
        return $"{much}. At most {Percent(alpha)} is shown by {Count(needed)} one after the other without a rollback "
            + $"(--from {GoDuration.Format(TimeSpan.FromHours(Math.Ceiling((needed * result.Length).TotalHours)))})";
    }

    /// <summary>What the rollouts would have waited for at their end, and how many.</summary>
    public static IEnumerable<(string Reason, int Count)> Reasons(PlaceboResult result) =>
        result.Replays.Where(one => one.Phase == RunPhase.Inconclusive)
            .GroupBy(one => $"{one.Deciding.Metric} {one.Deciding.Message}", StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).Select(group => (group.Key, group.Count()));

    /// <summary>How many ranges exclude 1: <c>3 of 217 ranges exclude 1 at the end, 5 at some look</c>.</summary>
    public static string DescribeCounts(RangeCoverage coverage) => coverage.Known == 0 ? "no range"
        : $"{Count(coverage.AtEnd)} of {Count(coverage.Known)} ranges exclude 1 at the end, {Count(coverage.Ever)} at some look";

    /// <summary>What that says of the promise: <c>2.3 % at some look (95 %: 0.1 % to 28 %); promised: at most 1 %</c>.</summary>
    public static string DescribeShare(PlaceboMetric metric)
    {
        var coverage = metric.Coverage;
        return coverage.Known == 0 ? "the evidence excludes no ratio in any of the rollouts: nearly nothing was seen"
            : $"{Percent(coverage.Ever / (double)coverage.Known)} at some look (95 %: {Percent(coverage.Interval.Low)} to "
                + $"{Percent(coverage.Interval.High)}); promised: at most {Percent(metric.Alpha)}"
                + (coverage.Without == 0 ? "" : $"; without a range: {Count(coverage.Without)}");
    }

    private static string Waiting(PlaceboResult result) =>
        $"{Count(result.Undecided)} of {Count(result.Replays.Count)} would have waited at the end of their steps and not been promoted"
        + (result.Undecided == 0 ? "" : ": " + string.Join(", ", Reasons(result).Select(one => $"{one.Reason} ({Count(one.Count)})")));

    /// <summary><c>1 of 4 pods as the canary</c>.</summary>
    public static string Groups(PlaceboResult result)
    {
        string[] groups =
        [
            .. result.Draw.Rollouts.Select(one => (Canary: one.Canary.Count, All: one.Canary.Count + one.Stable.Count)).Distinct()
                .OrderBy(one => one.All).Select(one => $"{one.Canary} of {one.All}"),
        ];
        return groups.Length > 3 ? $"{groups[0]} to {groups[^1]} pods as the canary" : $"{string.Join(", ", groups)} pods as the canary";
    }

    private static IEnumerable<string> LeftOut(PlaceboDraw draw)
    {
        if (draw.OnePod > 0) yield return $"{Count(draw.OnePod)} that began when stable had too few pods to be split";
        if (draw.Replaced > 0) yield return $"{Count(draw.Replaced)} in which most pods of a group were replaced (a release, a node)";
    }

    private static void Render(StringBuilder text, PlaceboResult result, PlaceboMetric metric)
    {
        text.Append('\n');
        var comparison = metric.Test.Metric.Comparison!;
        var all = result.Replays.Count;
        Line(text, "Metric",
            $"{metric.Name} by preset {((ProviderSpec.Red)metric.Test.Metric.Provider).Preset}, alpha "
                + $"{NumberText.Short(comparison.Alpha, 3)}, "
                + $"tolerate {NumberText.Short(comparison.Tolerate, 4)}: rolls back {Count(metric.RolledBack)} of {Count(all)} "
                + $"({Percent(metric.RolledBack / (double)all)})");
        Line(text, "Ratio", $"{DescribeCounts(metric.Coverage)}: {DescribeShare(metric)}");
        if (result.Replays.SelectMany(one => one.Verdicts).FirstOrDefault(one => one.Metric == metric.Name && one.Phase == RunPhase.Failed)
            is { } example) Line(text, "Example", example.Message);
        if (metric.Advice is { } advice) Line(text, "Advice", Advise(advice, all, comparison.Alpha));
        if (metric.Noise.Count == 0) return;
        List<IReadOnlyList<string>> rows = [["TWO GROUPS OVER", "WINDOWS", "VARIANCE, TIMES CHANCE", "RATIO VARIES BEYOND CHANCE BY"]];
        rows.AddRange(metric.Noise.Select(noise => (IReadOnlyList<string>)[GoDuration.Format(noise.Length), Count(noise.Windows),
            double.IsNaN(noise.Overdispersion) ? "-" : NumberText.Short(noise.Overdispersion, 2),
            double.IsNaN(noise.Variation) ? "nothing failed" : Percent(noise.Variation)]));
        text.Append(Columns.Render(rows));
    }

    private static string Advise(PlaceboAdvice advice, int all, double alpha) => advice.IsEnough
        ? $"with compare.tolerate: {NumberText.Short(advice.Tolerate, 4)} it rolls back {Count(advice.RolledBack)} of {Count(all)} of "
            + "these, "
            + $"which is at most {Percent(alpha)}. A canary that is no more than {NumberText.Short(advice.Tolerate, 4)} times as bad "
            + "is then "
            + "not found"
        : $"even with compare.tolerate: {NumberText.Short(advice.Tolerate, 4)} it rolls back {Count(advice.RolledBack)} of {Count(all)} of "
            + "these: find out what differs between the pods first";

    /// <summary><c>0.46 %</c>.</summary>
    public static string Percent(double share) => share < Nothing ? "0 %" : $"{NumberText.Short(share * 100, 2)} %";

    /// <summary><c>1,200</c>.</summary>
    public static string Count(int number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, string name, string value) =>
        text.Append((name.Length == 0 ? "" : $"{name}:").PadRight(10)).Append(value).Append('\n');
}
