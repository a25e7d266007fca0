using System;
using System.Linq;
using Canary.Core.Statistics;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Judging;

/// <summary>The ratios of the canary's rate to stable's that the evidence does not exclude.</summary>
internal static class EvidenceRange
{
    /// <summary>Those at the bound that shows most; null: nothing is known there, or nothing is excluded.</summary>
    public static RatioRange? Find(MetricSpec metric, Evidence evidence)
    {
        var at = SequentialJudge.MostTelling(metric, evidence);
        if (at >= evidence.Events.Count || at >= evidence.StableEvents.Count || evidence.Events[at] + evidence.StableEvents[at] <= 0)
            return null;
        var rule = ComparisonRule.Find(metric);
        // The bound is chosen by what was seen at all of them: each has its part of alpha, so that it may be any.
        if (Likelihoods(rule.Worse, evidence.Worse) is not { } worse || Likelihoods(rule.Harmless, evidence.Harmless) is not { } harmless)
            return null;
        var range = RatioRange.Find(worse, harmless, metric.Comparison!.Alpha / evidence.Events.Count);
        return range == RatioRange.All ? null : new(Math.Round(range.Low, 6), Math.Round(range.High, 6));

        (double Ratio, double Log)[]? Likelihoods(RatioProcess process, EquatableArray<double> state)
        {
            EquatableArray<double> part = [.. state.Skip(at * process.Size).Take(process.Size)];
            if (part.Count < process.Size) return null;
            var factor = SequentialJudge.Factor(evidence);
            return [.. process.Likelihoods(part).Select(one => (one.Ratio, one.Log / factor))];
        }
    }
}
