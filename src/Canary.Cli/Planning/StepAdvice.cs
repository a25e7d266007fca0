using System;
using System.Linq;
using Canary.Core.Planning;
using Canary.Core.Rollouts;
using Canary.Kubernetes.Stores;

namespace Canary.Cli.Planning;

/// <summary>Steps that are suggested, or why there are none.</summary>
/// <param name="For">The metric that they were looked for with.</param>
/// <param name="Within">How long they may take.</param>
/// <param name="Suggestion">The steps; null: none see twice as many in that time.</param>
/// <param name="Least">The least regression that can be seen in that time; null: none.</param>
/// <param name="Needed">How long twice as many would take; null: more than a year.</param>
/// <param name="NeedsBackground">Pasted as they are, the steps are not all measured by the metric: it has to be in the background, from the
/// first step to the end.</param>
internal sealed record StepAdvice(MetricPlan For, TimeSpan Within, StepSuggestion? Suggestion, double? Least, TimeSpan? Needed,
    bool NeedsBackground)
{
    /// <summary>Steps may not be asked to take longer.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(31);

    /// <summary>The rollout's own steps find as many after no more requests.</summary>
    public bool IsNoBetter =>
        Suggestion is { Expected.Requests: var suggested }
        && For.Expected(StepSuggestion.Regression) is { Chance: >= StepSuggestion.Enough } now && now.Requests <= suggested;

    public static StepAdvice Of(RolloutAnalyses rollout, MetricPlan metric, TimeSpan within)
    {
        if (StepSuggestion.Find(metric.Planned, within, metric.Interval) is not { } found)
            return new(metric, within, null, StepSuggestion.Least(metric.Planned, within, metric.Interval),
                StepSuggestion.Times(metric.Planned, metric.Interval, StepSuggestion.Regression), false);
        // An analysis that is a step goes with the steps that it was among.
        var pasted = rollout.Spec with
        {
            Steps =
            [.. found.Steps.SelectMany(step => new Step[] { new Step.SetWeight(step.Weight), new Step.Pause(step.Length) })]
        };
        var measured = rollout.IsDefault ? []
            : Ramp.Of(pasted, [.. rollout.Runs.Where(run => run.IsBackground)],
                metric.Metric).Stages.Where(stage => stage.Interval is not null).ToArray();
        return new(metric, within, found, null, null,
            measured.Aggregate(TimeSpan.Zero, (sum, stage) => sum + stage.Length!.Value) < found.Steps.Aggregate(TimeSpan.Zero,
                (sum, step) => sum + step.Length!.Value));
    }
}
