using System;
using Canary.Core.Analysis;

namespace Canary.Engine.Measuring;

/// <summary>A measurement on its way: complete when every query of its tick is answered.</summary>
internal sealed class OpenMeasurement(string metric, DateTimeOffset dueAt, bool hasSamples)
{
    private MetricAnswer? answer;
    private MetricAnswer? samples;

    public string Metric => metric;

    /// <summary>Takes one answer; the measurement where it was the last one, otherwise null.</summary>
    public FinishedMeasurement? Take(MetricAnswer came, bool isForSamples, DateTimeOffset now)
    {
        if (isForSamples) samples = came;
        else answer = came;
        return answer is null || (hasSamples && samples is null) ? null : new FinishedMeasurement(metric, dueAt, now, answer) { Samples = samples };
    }
}
