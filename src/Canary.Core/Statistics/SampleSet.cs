using Canary.Core.Units;

namespace Canary.Core.Statistics;

/// <summary>The points of one series of a metric in one arm.</summary>
/// <param name="Metric">The metric's name.</param>
/// <param name="Tags">What tells the series from the others of its metric, in any order.</param>
/// <param name="Values">The points in the order of time, NaN where there is no value. A source that leaves missing points out makes it
/// shorter.</param>
public sealed record SampleSet(string Metric, EquatableArray<(string Name, string Value)> Tags, EquatableArray<double> Values);
