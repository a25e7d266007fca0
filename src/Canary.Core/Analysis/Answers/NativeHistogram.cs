using System;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Answers;

/// <summary>A native histogram, as an answer shows it: of exponential buckets, or of custom ones.</summary>
/// <param name="Count">All that was observed.</param>
/// <param name="Buckets">The buckets with observations, in ascending order; those without are left out by Prometheus.</param>
public sealed record NativeHistogram(double Count, EquatableArray<NativeBucket> Buckets);

/// <summary>A bucket of a native histogram.</summary>
/// <param name="Left">Its lower boundary; may be infinite.</param>
/// <param name="Right">Its upper boundary; may be infinite.</param>
/// <param name="Count">What was observed between them.</param>
public readonly record struct NativeBucket(double Left, double Right, double Count);

/// <summary>A native histogram at a time.</summary>
public sealed record HistogramPoint(DateTimeOffset At, NativeHistogram Histogram);
