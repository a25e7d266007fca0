using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Core.Validation;

namespace Canary.Core.Planning;

/// <summary>Metrics of an analysis in the background that a release may end before: what was never measured fails nothing.</summary>
public static class FirstMeasurementWarnings
{
    /// <summary>A warning for each metric whose first measurement comes after all pauses of the steps that the analysis runs beside. None
    /// where a step waits for a person or for an analysis, and for comparisons, which the last raise waits for.</summary>
    /// <param name="spec">The rollout.</param>
    /// <param name="run">Its analysis in the background.</param>
    public static IEnumerable<SpecError> Find(RolloutSpec spec, RunSpec run)
    {
        if (spec.Analysis is not { } background || spec.BlueGreen is not null || spec.Test is not null) yield break;
        var steps = spec.Steps.Skip(background.StartingStep).ToArray();
        if (steps.Any(step => step is Step.Analyze or Step.Pause { Duration: null })) yield break;
        var length = TimeSpan.FromTicks(steps.OfType<Step.Pause>().Sum(pause => pause.Duration!.Value.Ticks));
        foreach (var metric in run.Metrics.Where(one => one.Comparison is null && one.FirstAfter > length))
            yield return new SpecError($"{spec.StrategyPath}.analysis",
                $"metric {metric.Name} is measured first {GoDuration.Format(metric.FirstAfter)} after the analysis begins, and the pauses "
                    + $"of the steps are {GoDuration.Format(length)}: the canary can be promoted without it; pause for longer, or set a "
                    + "smaller window");
    }
}
