using Canary.Core.Units;

namespace Canary.Core.Statistics;

/// <summary>One metric as it goes into the score.</summary>
/// <param name="Name">The metric's name, for the reason.</param>
/// <param name="Classification">What its comparison found.</param>
/// <param name="IsCritical">That the metric is critical: without values, or without a comparison, it fails everything.</param>
/// <param name="IsCriticalFailure">That its finding fails everything.</param>
/// <param name="IsMuted">That it is shown and not scored.</param>
/// <param name="Groups">The groups that it counts in, in each of them once; none: in no group.</param>
public sealed record ScoredMetric(string Name, Classification Classification, bool IsCritical, bool IsCriticalFailure, bool IsMuted,
    EquatableArray<string> Groups);
