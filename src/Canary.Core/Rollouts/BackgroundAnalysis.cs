using Canary.Core.Analysis;

namespace Canary.Core.Rollouts;

/// <summary>Analysis that runs beside the steps until the rollout ends.</summary>
/// <param name="Analysis">What is run.</param>
/// <param name="StartingStep">Index of the first step during which it runs. Default 0.</param>
public sealed record BackgroundAnalysis(AnalysisReference Analysis, int StartingStep);
