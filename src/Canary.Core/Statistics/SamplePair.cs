using Canary.Core.Units;

namespace Canary.Core.Statistics;

/// <summary>The points of both arms under the same tags.</summary>
/// <param name="Tags">The tags, in the order of their names.</param>
/// <param name="Canary">The canary's points, NaN where there is no value.</param>
/// <param name="Stable">Stable's points, NaN where there is no value.</param>
public sealed record SamplePair(EquatableArray<(string Name, string Value)> Tags, EquatableArray<double> Canary,
    EquatableArray<double> Stable);
