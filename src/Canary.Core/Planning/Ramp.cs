using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Rollouts;
using Canary.Core.Units;

namespace Canary.Core.Planning;

/// <summary>The steps of a rollout as time: how long it stays at each weight, and when one of its metrics is measured.</summary>
/// <param name="Steps">Each step that sets a weight.</param>
/// <param name="Stages">The parts of all of them, in order. Neither pods that start nor routes that are written take time here.</param>
public sealed record Ramp(EquatableArray<RampStep> Steps, EquatableArray<PlannedStage> Stages)
{
    /// <summary>Steps send requests by their headers, or copies. How many is not known here, so nothing is planned with them.</summary>
    public bool HasManagedRoutes { get; init; }

    /// <summary>The ramp of a rollout for one of its sequential metrics.</summary>
    /// <param name="spec">The rollout.</param>
    /// <param name="runs">Its analyses.</param>
    /// <param name="test">The metric, as one of them measures it; the same test in another run goes on with its evidence.</param>
    public static Ramp Of(RolloutSpec spec, IReadOnlyList<PlannedRun> runs, MetricSpec test)
    {
        var stages = new List<PlannedStage>();
        var background = runs.Where(run => run.IsBackground).Select(run => Same(run.Run, test))
            .FirstOrDefault(metric => metric is not null);
        var left = background?.Count is { } count ? background.InitialDelay + (background.Interval!.Value * count) : (TimeSpan?)null;
        var (weight, from, hasBegun) = (Weight.Zero, -1, false);
        for (var index = 0; index < spec.Steps.Count; index++)
        {
            switch (spec.Steps[index])
            {
                case Step.SetWeight set:
                    (weight, from) = (set.Weight, index);
                    stages.Add(new PlannedStage(from, weight, TimeSpan.Zero, null));
                    break;
                case Step.Pause pause:
                    Add(pause.Duration, index);
                    break;
                case Step.Analyze when runs.FirstOrDefault(run => run.Step == index) is { } inline:
                    if (Same(inline.Run, test) is { Interval: { } interval } metric)
                    {
                        var measured = metric.InitialDelay + (interval * (metric.Count ?? 1));
                        var whole = Length(inline.Run);
                        stages.Add(new PlannedStage(from, weight, measured, interval) { Delay = metric.InitialDelay, IsNewRun = true });
                        stages.Add(new PlannedStage(from, weight, whole > measured ? whole - measured : TimeSpan.Zero, null));
                    }
                    else Add(Length(inline.Run), index);
                    break;
                default:
                    break;
            }
        }

        return new Ramp([.. spec.Steps.Select((step, index) => (step, index)).Where(one => one.step is Step.SetWeight)
            .Select(one => new RampStep(one.index, ((Step.SetWeight)one.step).Weight, Sum(stages, one.index)))], [.. stages])
        {
            HasManagedRoutes = spec.Steps.Any(step => step is Step.SetHeaderRoute or Step.SetMirrorRoute),
        };

        void Add(TimeSpan? length, int index)
        {
            if (background?.Interval is not { } interval || weight == Weight.Zero || index < spec.Analysis!.StartingStep
                || left == TimeSpan.Zero)
            {
                stages.Add(new PlannedStage(from, weight, length, null));
                return;
            }

            // A background run with a count ends while the rollout goes on.
            var measured = left is { } rest && (length is null || rest < length) ? rest : length;
            stages.Add(new PlannedStage(from, weight, measured, interval)
            {
                Delay = hasBegun ? TimeSpan.Zero
                : background.InitialDelay,
                IsNewRun = !hasBegun
            });
            hasBegun = true;
            if (left is not null) left -= measured;
            if (measured != length) stages.Add(new PlannedStage(from, weight, length - measured, null));
        }
    }

    /// <summary>How long an analysis step takes, where it goes well.</summary>
    public static TimeSpan Length(RunSpec run) => run.Metrics
        .Select(metric => (metric.InitialDelay > metric.Window ? metric.InitialDelay
            : metric.Window) + (metric is { Interval: { } interval, Count: > 1 and var count } ? interval * (count - 1) : TimeSpan.Zero))
        .DefaultIfEmpty(TimeSpan.Zero)
        .Max();

    /// <summary>The metric of a run that is the same test; null: it has none.</summary>
    private static MetricSpec? Same(RunSpec run, MetricSpec test) =>
        run.Metrics.FirstOrDefault(metric => metric is { Comparison: not null, IsDryRun: false }
            && AlphaSplit.Key(metric) == AlphaSplit.Key(test));

    private static TimeSpan? Sum(List<PlannedStage> stages, int step) =>
        stages.Where(stage => stage.Step == step).Aggregate((TimeSpan?)TimeSpan.Zero, (sum, stage) => sum + stage.Length);
}

/// <summary>A step that sets a weight, with the time that the rollout then spends at it.</summary>
/// <param name="Index">Index of the step.</param>
/// <param name="Weight">Share of the traffic that the canary gets.</param>
/// <param name="Length">Pauses and analyses until the next weight; null: until a person promotes.</param>
public sealed record RampStep(int Index, Weight Weight, TimeSpan? Length);
