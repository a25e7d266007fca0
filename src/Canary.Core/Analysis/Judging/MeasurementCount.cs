using System;

namespace Canary.Core.Analysis.Judging;

/// <summary>Judges one measurement and counts it.</summary>
/// <param name="metric">What is measured.</param>
/// <param name="before">What was counted before.</param>
/// <param name="finished">The answers.</param>
/// <param name="startedAt">Start of the run.</param>
/// <returns>The metric after the measurement.</returns>
public delegate MetricStatus MeasurementCount(MetricSpec metric, MetricStatus before, FinishedMeasurement finished,
    DateTimeOffset startedAt);
