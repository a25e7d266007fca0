using System;
using System.Collections.Generic;
using Canary.Core.Units;

namespace Canary.Core.Planning;

/// <summary>The drift at each weight of one metric and one regression, worked out once.</summary>
internal sealed class EvidenceDriftCache(PlannedMetric metric, double regression)
{
    private readonly Dictionary<(Weight Weight, TimeSpan Interval), EvidenceDrift> _known = [];

    public PlannedMetric Metric => metric;

    public double Regression => regression;

    /// <summary>The drift in a stage that is measured.</summary>
    public EvidenceDrift Of(PlannedStage stage)
    {
        var key = (stage.Weight, stage.Interval!.Value);
        if (!_known.TryGetValue(key, out var drift)) _known[key] = drift = EvidenceDrift.Of(metric, stage, regression);
        return drift;
    }
}
