using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Judging;
using Canary.Core.Planning;
using Canary.Kubernetes.Stores;

namespace Canary.Cli.Planning;

/// <summary>What one sequential metric of a rollout will see.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Baseline">The service as it is.</param>
/// <param name="Ramp">The steps as time.</param>
internal sealed record MetricPlan(MetricSpec Metric, Baseline Baseline, Ramp Ramp)
{
    /// <summary>The regressions that are looked for.</summary>
    public static readonly IReadOnlyList<double> Regressions = [1.5, 2, 5, 10];

    public static MetricPlan Of(RolloutAnalyses analyses, MetricSpec metric, Baseline baseline) =>
        new(metric, baseline, Ramp.Of(analyses.Spec, analyses.Runs, metric))
        {
            Policy = analyses.IsDefault || analyses.Runs.Any(run => run.IsBackground && run.Run.Metrics.Any(one => one.IsSequentialTest
                && AlphaSplit.Key(one) == AlphaSplit.Key(metric))) ? analyses.Spec.Analysis?.Analysis.Policy : null,
        };

    public PlannedMetric Planned { get; } = Baseline.Plan(Metric);

    /// <summary>Length of its windows.</summary>
    public TimeSpan Interval =>
        Ramp.Stages.Select(stage => stage.Interval).FirstOrDefault(interval => interval is not null) ?? Metric.Interval
        ?? TimeSpan.FromSeconds(30);

    /// <summary>Where it is found at this step's weight alone; null: there is nothing to compare with, or it takes more than a
    /// year.</summary>
    public Detection? Alone(RampStep step, double regression) => PlanWarnings.Alone(Planned, step.Index, step.Weight, Interval, regression);

    /// <summary>Where it is found on the whole way; null: it is not.</summary>
    public Detection? Found(double regression) => DetectionWalk.Find(Planned, Ramp.Stages, regression);

    /// <summary>Chance that it is found, 0 to 1; null: a person says how long the rollout takes.</summary>
    public double? Chance(double regression) => DetectionWalk.Chance(Planned, Ramp.Stages, regression);

    /// <summary>What the steps make of such canaries; null: a person says how long the rollout takes.</summary>
    public RampOutcome? Expected(double regression) => DetectionWalk.Expect(Planned, Ramp.Stages, regression);

    public IReadOnlyList<string> Warnings =>
        [.. PlanWarnings.Collect(Planned, Ramp, Interval), .. EvidenceWarnings.Find(Metric, Baseline, Ramp, Policy)];

    /// <summary>The policy of the analysis in the background; null: nothing runs there, so that no raise waits.</summary>
    public VerdictPolicy? Policy { get; init; }

    /// <summary>The raise to 100 waits for this metric's evidence.</summary>
    public bool IsAwaited =>
        Policy is not null && Metric.Comparison!.Require != Requirement.NoHarm && Ramp.Stages.Any(one => one.IsCompared);

    /// <summary>Chance that it is found before the raise to 100, or while that waits for its evidence as long as it may; null: a person
    /// says how long the rollout takes.</summary>
    public double? ChanceWithWait(double regression)
    {
        if (!IsAwaited) return Chance(regression);
        var last = Ramp.Stages.Select((stage, index) => (stage, index)).Last(one => one.stage.IsCompared);
        PlannedStage[] waiting = [.. Ramp.Stages.Take(last.index), last.stage with { Length = last.stage.Length + Policy!.EvidenceWithin }];
        return DetectionWalk.Chance(Planned, waiting, regression);
    }

    /// <summary>How long a healthy canary is at the last weight until the raise to 100 has its evidence; null: not known, or more than a
    /// day.</summary>
    public TimeSpan? UntilHarmless => EvidenceOutlook.UntilHarmless(Metric, Baseline, Ramp);
}
