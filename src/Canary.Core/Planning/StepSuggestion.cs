using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Planning;

/// <summary>Steps that find a regression with few requests affected.</summary>
/// <param name="Steps">Weights, each with its time.</param>
/// <param name="Found">Where they find it, on average.</param>
/// <param name="Expected">How often they find it, and what that costs.</param>
public sealed record StepSuggestion(EquatableArray<RampStep> Steps, Detection Found, RampOutcome Expected)
{
    /// <summary>The regression that is looked for.</summary>
    public const double Regression = 2;

    /// <summary>Steps find a regression where they find nine canaries of ten.</summary>
    public const double Enough = 0.9;

    private const int MostSteps = 4;

    /// <summary>A weight that is held for less says little by itself.</summary>
    private const int LeastWindows = 7;

    private const int Parts = 4;

    private static readonly int[] Weights = [1, 2, 3, 5, 10, 15, 20, 25, 30, 40, 50];

    /// <summary>The steps that roll the regression back after the fewest requests to the canary, on average over all that are so much
    /// worse; null: none find nine of ten within that time.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="within">How long the ramp may take.</param>
    /// <param name="interval">Length of a window.</param>
    /// <param name="regression">What is to be found.</param>
    /// <remarks>Every ramp of at most four rising weights, with the time shared out in quarters of what is left when each weight has its
    /// seven windows.</remarks>
    public static StepSuggestion? Find(PlannedMetric metric, TimeSpan within, TimeSpan interval, double regression = Regression)
    {
        var windows = (int)Math.Floor((within - metric.Lag) / interval);
        var drifts = new EvidenceDriftCache(metric, regression);
        StepSuggestion? best = null;
        foreach (var ramp in Ramps(windows))
        {
            PlannedStage[] stages =
            [
                .. ramp.Select((one, index) => new PlannedStage(2 * index, Weight.FromPercent(one.Weight), interval * one.Windows,
                    interval) { IsNewRun = index == 0 }),
                // The last window is read while the weight stays.
                new PlannedStage(2 * (ramp.Count - 1), Weight.FromPercent(ramp[^1].Weight), metric.Lag, null),
            ];
            if (DetectionWalk.Expect(drifts, stages, best?.Expected.Requests
                ?? double.PositiveInfinity) is not { Chance: >= Enough } expected) continue;
            if (DetectionWalk.Find(drifts, stages) is not { } found) continue;
            best = new StepSuggestion([.. ramp.Select((one, index) => new RampStep(2 * index, Weight.FromPercent(one.Weight),
                (interval * one.Windows) + (index == ramp.Count - 1 ? metric.Lag : TimeSpan.Zero)))], found, expected);
        }

        return best;
    }

    /// <summary>The least regression, of those that people speak of, that some steps find within that time; null: not even a hundred times
    /// as many.</summary>
    /// <inheritdoc cref="Find"/>
    public static double? Least(PlannedMetric metric, TimeSpan within, TimeSpan interval)
    {
        foreach (var regression in new[] { 2.0, 2.5, 3, 4, 5, 7, 10, 15, 20, 30, 50, 100 })
            if (Times(metric, interval, regression) is { } time && time <= within) return regression;
        return null;
    }

    /// <summary>The shortest time in which one weight finds the regression in nine canaries of ten; null: none does within a
    /// year.</summary>
    /// <inheritdoc cref="Find"/>
    public static TimeSpan? Times(PlannedMetric metric, TimeSpan interval, double regression)
    {
        var drifts = new EvidenceDriftCache(metric, regression);
        TimeSpan? least = null;
        foreach (var weight in Weights)
        {
            var (low, high) = (0L, (long)(DetectionWalk.Longest / interval));
            if (!IsFound(high)) continue;
            while (high - low > 1)
            {
                var middle = (low + high) / 2;
                if (IsFound(middle)) high = middle;
                else low = middle;
            }

            var time = (interval * high) + metric.Lag;
            if (least is null || time < least) least = time;

            bool IsFound(long windows) =>
                DetectionWalk.Chance(drifts,
                    [new PlannedStage(0, Weight.FromPercent(weight), interval * windows, interval) { IsNewRun = true }]) >= Enough;
        }

        return least;
    }

    private static IEnumerable<IReadOnlyList<(int Weight, int Windows)>> Ramps(int windows)
    {
        foreach (var weights in Rising(0, MostSteps).Where(one => one.Count > 0))
        {
            var free = windows - (LeastWindows * weights.Count);
            if (free < 0) continue;
            foreach (var parts in Shares(weights.Count, Parts))
            {
                // What does not divide goes to the first.
                int[] more = [.. parts.Select(part => free * part / Parts)];
                more[0] += free - more.Sum();
                yield return [.. weights.Select((weight, index) => (weight, LeastWindows + more[index]))];
            }
        }
    }

    private static IEnumerable<IReadOnlyList<int>> Rising(int from, int most)
    {
        yield return [];
        if (most == 0) yield break;
        for (var index = from; index < Weights.Length; index++)
            foreach (var rest in Rising(index + 1, most - 1)) yield return [Weights[index], .. rest];
    }

    private static IEnumerable<IReadOnlyList<int>> Shares(int count, int parts)
    {
        if (count == 1) yield return [parts];
        else
        {
            for (var first = parts; first >= 0; first--)
                foreach (var rest in Shares(count - 1, parts - first)) yield return [first, .. rest];
        }
    }
}
