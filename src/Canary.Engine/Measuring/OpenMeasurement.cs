using System;
using System.Collections.Generic;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Judging;

namespace Canary.Engine.Measuring;

/// <summary>A measurement on its way: complete when every query of its tick is answered.</summary>
/// <param name="metric">Name of the metric.</param>
/// <param name="dueAt">Its tick.</param>
/// <param name="parts">How many queries it is made of.</param>
internal sealed class OpenMeasurement(string metric, DateTimeOffset dueAt, int parts)
{
    private readonly Dictionary<MeasurementPart, MetricAnswer> _answers = [];

    public string Metric => metric;

    /// <summary>Takes one answer; the measurement where it was the last one, otherwise null.</summary>
    public FinishedMeasurement? Take(MetricAnswer came, MeasurementPart part, DateTimeOffset now)
    {
        _answers[part] = came;
        return _answers.Count < parts ? null : new FinishedMeasurement(metric, dueAt, now, _answers[MeasurementPart.Value])
        {
            Samples = _answers.GetValueOrDefault(MeasurementPart.Samples),
            Baseline = _answers.GetValueOrDefault(MeasurementPart.Baseline),
        };
    }
}
