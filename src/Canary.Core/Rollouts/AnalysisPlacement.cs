namespace Canary.Core.Rollouts;

/// <summary>Analysis at the ends of a rollout.</summary>
public enum AnalysisPlacement
{
    /// <summary><c>preAnalysis</c>: before the first step, at weight 0, with the canary's pods ready.</summary>
    Pre,

    /// <summary><c>postAnalysis</c>: the canary has all the traffic, and the old version is still there to go back to.</summary>
    Post,
}
