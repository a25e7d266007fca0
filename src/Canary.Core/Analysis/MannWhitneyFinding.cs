using Canary.Core.Statistics;

namespace Canary.Core.Analysis;

/// <summary>What Mann and Whitney's test last said of a metric, as it goes into the score.</summary>
/// <param name="As">The finding.</param>
/// <param name="IsCriticalFailure">It fails the run by itself.</param>
public sealed record MannWhitneyFinding(Classification As, bool IsCriticalFailure);
