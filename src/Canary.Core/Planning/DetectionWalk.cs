using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Planning;

/// <summary>Walks a ramp with a canary that is worse, and says where it is rolled back: evidence is carried from stage to stage, as the
/// judge carries it.</summary>
public static class DetectionWalk
{
    /// <summary>Longer is never.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(365);

    private const int Looks = 20;

    /// <summary>Where the regression is found; null: not before the end of the last stage.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="stages">In order.</param>
    /// <param name="regression">The canary's rate divided by stable's; above 0.</param>
    public static Detection? Find(PlannedMetric metric, IReadOnlyList<PlannedStage> stages, double regression) =>
        Find(new EvidenceDriftCache(metric, regression), stages);

    internal static Detection? Find(EvidenceDriftCache drifts, IReadOnlyList<PlannedStage> stages)
    {
        var metric = drifts.Metric;
        var path = new EvidencePath(drifts);
        var (now, grid) = (0.0, 0.0);
        for (var index = 0; index < stages.Count; index++)
        {
            var stage = stages[index];
            if (stage.IsNewRun) grid = now + stage.Delay.TotalSeconds;
            var length = stage.Length?.TotalSeconds;
            if (stage.IsCompared)
            {
                var from = Math.Max(now, grid);
                var counted = now + length - from;
                var needed = path.Find(stage, counted ?? double.PositiveInfinity);
                if (counted is null || needed <= counted)
                {
                    var interval = stage.Interval!.Value.TotalSeconds;
                    var read =
                        grid + (Math.Max(1, Math.Ceiling(((from + needed - grid) / interval) - 1e-6)) * interval) + metric.Lag.TotalSeconds;
                    return read <= Longest.TotalSeconds ? At(metric, stages, drifts.Regression, read, index) : null;
                }

                if (counted > 0) path.Advance(stage, counted.Value);
            }

            now += length ?? 0;
        }

        return null;
    }

    /// <summary>Chance that the regression is found before the end of the last stage, 0 to 1; null: a person says how long the ramp
    /// is.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="stages">In order.</param>
    /// <param name="regression">The canary's rate divided by stable's; above 0.</param>
    public static double? Chance(PlannedMetric metric, IReadOnlyList<PlannedStage> stages, double regression) =>
        Chance(new EvidenceDriftCache(metric, regression), stages);

    internal static double? Chance(EvidenceDriftCache drifts, IReadOnlyList<PlannedStage> stages) =>
        Expect(drifts, [.. stages.Where(stage => stage.IsCompared)])?.Chance;

    /// <summary>What is to be expected of canaries that are so much worse, of those that are not found too; null: a person says how long
    /// the ramp is. Weight 100 is after its end.</summary>
    /// <param name="metric">What is compared.</param>
    /// <param name="stages">In order.</param>
    /// <param name="regression">The canary's rate divided by stable's; above 0.</param>
    public static RampOutcome? Expect(PlannedMetric metric, IReadOnlyList<PlannedStage> stages, double regression) =>
        Expect(new EvidenceDriftCache(metric, regression), stages);

    /// <param name="drifts">What is compared, and the regression.</param>
    /// <param name="stages">In order.</param>
    /// <param name="most">More requests than this are too many: then there is no expectation.</param>
    internal static RampOutcome? Expect(EvidenceDriftCache drifts, IReadOnlyList<PlannedStage> stages,
        double most = double.PositiveInfinity)
    {
        PlannedStage[] shared = [.. stages.Where(stage => stage.Weight > Weight.Zero && stage.Weight < Weight.Full)];
        if (shared.Any(stage => stage.Length is null)) return null;
        var path = new EvidencePath(drifts);
        var (found, requests) = (0.0, 0.0);
        foreach (var stage in shared)
        {
            var rate = drifts.Metric.RequestsPerSecond * stage.Share;
            var (length, blind) =
                (stage.Length!.Value.TotalSeconds, stage.IsCompared ? stage.Delay.TotalSeconds : stage.Length.Value.TotalSeconds);
            requests += (1 - found) * rate * Math.Min(length, blind);
            var part = Math.Max(0, length - blind) / Looks;
            for (var look = 0; part > 0 && look < Looks; look++)
            {
                path.Advance(stage, part);
                requests += (1 - found) * rate * part;
                // What was found before errors were plentiful needed no windows that agree.
                var next = Math.Max(found, path.Chance(stage));
                requests += (next - found) * rate * drifts.Metric.Lag.TotalSeconds;
                found = next;
            }

            if (requests > most) return null;
        }

        return new RampOutcome(found, requests, requests * drifts.Metric.WorseRate(drifts.Regression));
    }

    /// <summary>Where the ramp is when the verdict is read, and what the canary has served; null: the ramp is over.</summary>
    /// <param name="open">The stage whose length, where a person ends it, is as long as is needed; such a stage before it counts for
    /// nothing.</param>
    private static Detection? At(PlannedMetric metric, IReadOnlyList<PlannedStage> stages, double regression, double read, int open)
    {
        var (now, requests) = (0.0, 0.0);
        for (var index = 0; index < stages.Count; index++)
        {
            var stage = stages[index];
            var length = stage.Length?.TotalSeconds ?? (index < open ? 0 : double.PositiveInfinity);
            var spent = Math.Min(length, read - now);
            requests += metric.RequestsPerSecond * stage.Share * spent;
            now += length;
            if (now < read - 1e-6) continue;
            var isOpen = stages.Take(index + 1).Any(one => one.Length is null);
            return new Detection(stage.Step, TimeSpan.FromSeconds(read), requests, requests * metric.WorseRate(regression), isOpen);
        }

        return null;
    }
}
