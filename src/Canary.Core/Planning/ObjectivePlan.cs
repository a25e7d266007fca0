using System;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Analysis.Objectives;
using Canary.Core.Statistics;

namespace Canary.Core.Planning;

/// <summary>How many requests of the canary it takes until a metric that is held to an objective has a verdict. Requests alone count: they
/// are the same at any weight.</summary>
/// <param name="Metric">The metric.</param>
public sealed record ObjectivePlan(MetricSpec Metric)
{
    // Beyond, no service answers before it is forgotten.
    private const double Most = 1e12;
    private const int Halvings = 80;

    private Objective Objective => Metric.Comparison!.Objective!;

    /// <summary>Requests until a canary is found that burns the error budget so many times as fast, on its mean path; null: it is
    /// not.</summary>
    /// <param name="burn">Times as fast as the objective allows.</param>
    /// <param name="perWindow">Requests of the canary in a window.</param>
    public double? FindMissed(double burn, double perWindow)
    {
        var rate = burn * Objective.Allowed;
        if (burn <= 1 || rate > 1) return null;
        var process = new ObjectiveProcess(Objective.Allowed);
        var bar = -Math.Log(Metric.Comparison!.Alpha);
        // Without its worst window, or two short ones in a row, half of the digits: on the mean path all windows are as bad.
        var burst = Metric.Interval is { } interval && interval.TotalSeconds < SequentialJudge.BlockSeconds ? 2 * perWindow : perWindow;
        return Find(LogOdds, bar) is { } whole && Find(LogOdds, bar / 2) is { } half ? Math.Max(whole, half + burst) : null;

        double LogOdds(double requests) => LogSum.Compute([
            Math.Log(ObjectiveJudge.WholeShare) + StartMixture.LogMean(process.LogFactors(requests, requests * rate)),
            Math.Log(1 - ObjectiveJudge.WholeShare)]);
    }

    /// <summary>Requests until it is shown that the objective is kept; null: it is not.</summary>
    /// <param name="rate">Share of the canary's requests that fail.</param>
    public double? FindKept(double rate) => rate >= Objective.Allowed ? null
        : Find(requests => BelowObjective.LogEvidence(Objective.Allowed, requests, requests * rate), -Math.Log(Metric.Comparison!.Beta));

    // The evidence may fall before it rises, and does not fall again.
    private static double? Find(Func<double, double> log, double bar)
    {
        var high = 1.0;
        while (log(high) < bar)
        {
            if (high > Most) return null;
            high *= 2;
        }

        var low = high / 2;
        for (var step = 0; step < Halvings && high - low > 0.5; step++)
        {
            var middle = (low + high) / 2;
            if (log(middle) >= bar) high = middle;
            else low = middle;
        }

        return Math.Ceiling(high);
    }
}
