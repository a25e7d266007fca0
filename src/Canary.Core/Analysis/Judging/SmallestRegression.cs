using System;
using Canary.Core.Analysis.Reporting;
using Canary.Core.Statistics;

namespace Canary.Core.Analysis.Judging;

/// <summary>What a comparison would have seen by now: a verdict that is good says little where that is only a large regression.</summary>
internal static class SmallestRegression
{
    /// <summary>How often it would have been seen.</summary>
    public const double Chance = 0.8;

    // Fewer windows are no evidence, whatever they show: it may be one burst.
    private const int LeastWindows = 3;

    /// <summary>The smallest at the bound that shows most; null: none would have been seen.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="evidence">What is known. Its windows count as one of the same requests: the weight may have risen in between.</param>
    public static RegressionSeen? Find(MetricSpec metric, Evidence evidence)
    {
        var at = SequentialJudge.MostTelling(metric, evidence);
        if (evidence.Windows < LeastWindows || at >= evidence.StableEvents.Count) return null;
        var (requests, stableEvents) = (evidence.RequestsAt(at), evidence.StableEvents[at]);
        var bar = -Math.Log(metric.Comparison!.Alpha * SequentialJudge.WholeShare) + Math.Log(Math.Max(1, evidence.Events.Count));
        if (Events(bar) is not { } events) return null;
        var expected = requests * (stableEvents / (double)evidence.StableRequestsAt(at));
        if (stableEvents == 0) return new(null, Math.Min(1, events / requests));
        var slow = Math.Max(events / expected, Needed(events));
        var fast = Events(Math.Max(bar, Math.Log(SequentialJudge.CatastrophicOdds))) is { } many
            ? Math.Max(Math.Max(many, SequentialJudge.CatastrophicEvents) / expected, SequentialJudge.CatastropheAfter(evidence.Blocks))
            : double.PositiveInfinity;
        var ratio = Math.Min(slow, fast);
        // More than all of the requests cannot fail.
        return ratio * expected > requests ? null : new(ratio, ratio * expected / requests);

        // Events on average with which these odds are reached in so many cases.
        double? Events(double odds)
        {
            var process = ComparisonRule.Find(metric).Worse;
            var factor = SequentialJudge.Factor(evidence);
            var (low, high) = (0L, requests);
            if (LogOdds(high) < odds) return null;
            while (high - low > 1)
            {
                var middle = low + ((high - low) / 2);
                if (LogOdds(middle) >= odds) high = middle;
                else low = middle;
            }

            return PoissonMean.Reaching(high, Chance);

            double LogOdds(long count) => SequentialJudge.Tempered(factor,
                process.Add(process.Start, requests, count, evidence.StableRequestsAt(at), stableEvents));
        }

        // What the rules for bursts and for pods that differ ask beside the odds.
        double Needed(double canaryEvents)
        {
            var pods = metric.Comparison.Tolerate * SequentialJudge.PodsAllow(evidence).Allowance;
            if (!SequentialJudge.NeedsMinutes(metric, evidence, evidence)) return pods;
            var (minutes, ratios) = (evidence.Blocks, evidence.Ratios);
            var (ours, theirs) = (expected / minutes, (double)stableEvents / minutes);
            return Math.Max(pods, Math.Min(NoiseAllowance.Ratio(minutes, canaryEvents, stableEvents), Math.Min(
                SignAgreement.Ratio(minutes, SequentialJudge.MinutesAlpha * (1 - SequentialJudge.RatioShare), Chance, ours, theirs),
                StudentAgreement.Ratio(ratios.Minutes, SequentialJudge.MinutesAlpha * SequentialJudge.RatioShare, Chance, ours, theirs,
                    ratios.Deviation))));
        }
    }
}
