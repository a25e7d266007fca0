using System;
using System.Linq;
using Canary.Core.Analysis.Judging;
using Canary.Core.Statistics;

namespace Canary.Core.Planning;

/// <summary>What a second of a stage adds to the evidence, on average.</summary>
/// <param name="Drift">To the logarithm of each likelihood ratio.</param>
/// <param name="Variance">And how much that varies.</param>
/// <param name="SignDrift">The same of the minutes' signs.</param>
/// <param name="SignVariance">And how much that varies.</param>
/// <param name="Expected">To the events that an equal canary would have had.</param>
/// <param name="Windows">Windows.</param>
/// <param name="Blocks">Blocks of a minute, which have one sign each.</param>
/// <param name="Events">Events of the canary.</param>
/// <param name="StableEvents">Events of stable.</param>
/// <param name="Ratio">A block's logarithm of the ratio of the rates, on average.</param>
/// <param name="RatioVariance">And how much that varies from block to block.</param>
internal sealed record EvidenceDrift(double[] Drift, double[] Variance, double[] SignDrift, double[] SignVariance, double Expected,
    double Windows, double Blocks, double Events, double StableEvents, double Ratio, double RatioVariance)
{
    public static EvidenceDrift Of(PlannedMetric metric, PlannedStage stage, double regression)
    {
        var (weight, seconds) = (stage.Share, stage.Interval!.Value.TotalSeconds);
        var (n, all) = (metric.RequestsPerSecond * weight, metric.RequestsPerSecond * (1 - weight));
        var (ours, theirs) = (n * metric.WorseRate(regression), all * metric.Rate);
        double[] logs = [.. metric.Grid.Factors.Select(factor => Math.Log(factor))];
        double[] costs =
            [.. metric.Grid.Factors.Select(factor => Math.Log(((metric.Grid.Null * factor * n) + all) / ((metric.Grid.Null * n) + all)))];
        var guard = metric.GuardRate ?? metric.Rate;
        var (guarded, stable) = (n * Math.Min(1, guard * regression), all * guard);
        var block = seconds * Math.Ceiling(SequentialJudge.BlockSeconds / seconds);
        var (ratio, ratioVariance) = MinuteRatio(guarded * block, stable * block, all / n);
        var (worse, better) = MinuteSign.Compute(guarded * block, stable * block, all / n);
        return new EvidenceDrift(
            [.. logs.Zip(costs, (log, cost) => (ours * log) - ((ours + theirs) * cost))],
            [.. logs.Zip(costs, (log, cost) => (ours * (log - cost) * (log - cost)) + (theirs * cost * cost))],
            [.. SignProcess.Chances.Select(chance => ((worse * Math.Log(2 * chance)) + (better * Math.Log(2 * (1 - chance)))) / block)],
            [.. SignProcess.Chances.Select(chance =>
                worse * better / (worse + better) * Math.Pow(Math.Log(chance / (1 - chance)), 2) / block)],
            n * (guarded + stable) / (n + all),
            1 / seconds,
            1 / block,
            ours,
            theirs,
            ratio,
            ratioVariance);
    }

    // Of counts that vary as Poisson's do, to the second order.
    private static (double Mean, double Variance) MinuteRatio(double ours, double theirs, double ratio)
    {
        var given = MinuteRatios.Given / Math.Min(1, ratio);
        var (events, stableEvents) = (ours + given, theirs + (given * ratio));
        var (variance, stableVariance) = (ours / (events * events), theirs / (stableEvents * stableEvents));
        return (Math.Log(events * ratio / stableEvents) - ((variance - stableVariance) / 2), variance + stableVariance);
    }
}
