using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;

namespace Canary.Core.Planning;

/// <summary>How long the raises of a healthy canary wait for a comparison with stable.</summary>
public static class EvidenceOutlook
{
    /// <summary>What takes longer is not worth waiting for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    /// <summary>Requests to the canary that <c>minSamples</c> asks for.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="baseline">The service as it is.</param>
    public static double RequestsAsked(MetricSpec metric, Baseline baseline) =>
        (metric.MinSamples ?? Comparison.DefaultExpectedEvents)
        / Math.Max(baseline is { Bound: null, IsUpperBound: false } ? baseline.Rate : 0, Comparison.LeastExpected);

    /// <summary>How long, on average, a canary that fails as often as stable stays at the last weight until it is shown to do no harm, with
    /// what was seen on the way there. Null: it is never compared, longer than <see cref="Longest"/>, or not known, as for
    /// durations.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="baseline">The service as it is.</param>
    /// <param name="ramp">The steps.</param>
    public static TimeSpan? UntilHarmless(MetricSpec metric, Baseline baseline, Ramp ramp)
    {
        var stages = ramp.Stages.Where(stage => stage.IsCompared).ToArray();
        if (baseline.Bound is not null || stages.Length == 0) return null;
        var last = stages[^1];
        var before = stages.Where(stage => stage.Weight != last.Weight && stage.Length is not null)
            .Select(stage => (stage.Share, Seconds: stage.Length!.Value.TotalSeconds)).ToArray();
        var (low, high) = (0.0, Longest.TotalSeconds);
        if (!IsShown(high)) return null;
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (IsShown(middle)) high = middle;
            else low = middle;
        }

        return TimeSpan.FromSeconds(Math.Ceiling(high)) + metric.Comparison!.Lag;

        bool IsShown(double seconds) => SequentialJudge.LogHarmless(metric, Expect(metric, baseline, [.. before, (last.Share, seconds)]))
            >= -Math.Log(metric.Comparison!.Beta);
    }

    // The evidence of the counts that are to be expected.
    private static Evidence Expect(MetricSpec metric, Baseline baseline, IEnumerable<(double Share, double Seconds)> stages)
    {
        var process = ComparisonRule.Find(metric).Harmless;
        var rate = baseline.IsUpperBound ? 0 : baseline.Rate;
        var sum = Evidence.None with { Events = [0], StableEvents = [0], Harmless = process.Start };
        foreach (var (share, seconds) in stages)
        {
            var all = baseline.RequestsPerSecond * seconds;
            var (canary, stable) = ((long)(all * share), (long)(all * (1 - share)));
            var (events, theirs) = ((long)Math.Round(canary * rate), (long)Math.Round(stable * rate));
            sum = sum with
            {
                Requests = sum.Requests + canary,
                StableRequests = sum.StableRequests + stable,
                Events = [sum.Events[0] + events],
                StableEvents = [sum.StableEvents[0] + theirs],
                Harmless = process.Add(sum.Harmless, canary, events, stable, theirs),
            };
        }

        return sum;
    }
}
