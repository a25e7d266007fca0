using Canary.Core.Analysis;

namespace Canary.Core.Planning;

/// <summary>An analysis run that a rollout will make.</summary>
/// <param name="Step">Index of the analysis step; null: the background run, or the one that <paramref name="Edge"/> names.</param>
/// <param name="Edge">The run before the first step or after the last; null: neither.</param>
/// <param name="Run">What it measures, with the alpha of each sequential metric.</param>
public sealed record PlannedRun(int? Step, AnalysisPlacement? Edge, RunSpec Run)
{
    /// <summary>It runs beside the steps.</summary>
    public bool IsBackground => (Step, Edge) is (null, null);
}
