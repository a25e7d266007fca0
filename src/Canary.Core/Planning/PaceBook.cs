using System;
using System.Collections.Generic;
using Canary.Core.Units;

namespace Canary.Core.Planning;

/// <summary>The pace at each weight of one metric and one regression, worked out once.</summary>
internal sealed class PaceBook(PlannedMetric metric, double regression)
{
    private readonly Dictionary<(Weight Weight, TimeSpan Interval), Pace> _known = [];

    public PlannedMetric Metric => metric;

    public double Regression => regression;

    /// <summary>The pace in a stage that is measured.</summary>
    public Pace Of(PlannedStage stage)
    {
        var key = (stage.Weight, stage.Interval!.Value);
        if (!_known.TryGetValue(key, out var pace)) _known[key] = pace = Pace.Of(metric, stage, regression);
        return pace;
    }
}
