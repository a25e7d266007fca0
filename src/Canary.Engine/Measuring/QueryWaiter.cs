using Canary.Core.Analysis;

namespace Canary.Engine.Measuring;

/// <summary>Who waits for an answer.</summary>
/// <param name="Run">The run.</param>
/// <param name="Measurement">The measurement that it is a part of.</param>
/// <param name="Query">What it would ask by itself: its part of an answer for many, and what is sent where that one fails.</param>
/// <param name="Part">What the answer is to the measurement.</param>
internal sealed record QueryWaiter(WatchedRun Run, OpenMeasurement Measurement, MetricQuery Query, MeasurementPart Part);
