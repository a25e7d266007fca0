using System;
using Canary.Core.Planning;

namespace Canary.Cli.Planning;

/// <summary>Steps that are suggested, or why there are none.</summary>
/// <param name="For">The metric that they were looked for with.</param>
/// <param name="Within">How long they may take.</param>
/// <param name="Suggestion">The steps; null: none see twice as many in that time.</param>
/// <param name="Least">The least regression that can be seen in that time; null: none.</param>
/// <param name="Needed">How long twice as many would take; null: more than a year.</param>
internal sealed record StepAdvice(MetricPlan For, TimeSpan Within, StepSuggestion? Suggestion, double? Least, TimeSpan? Needed)
{
    public static StepAdvice Of(MetricPlan metric, TimeSpan within)
    {
        var found = StepSuggestion.Find(metric.Planned, within, metric.Interval);
        return found is not null
            ? new(metric, within, found, null, null)
            : new(metric, within, null, StepSuggestion.Least(metric.Planned, within, metric.Interval), StepSuggestion.Times(metric.Planned, metric.Interval, StepSuggestion.Regression));
    }
}
