namespace Canary.Core.Analysis;

/// <summary>Names an analysis run of a rollout: the same key, the same object, however often it is asked for.</summary>
/// <param name="Revision">The canary revision.</param>
/// <param name="Attempt">Which attempt of this revision, from 1.</param>
/// <param name="Step">Index of the analysis step; null: the background run, or the one that <paramref name="Edge"/> names.</param>
/// <param name="Edge">The run before the first step or after the last; null: neither.</param>
public sealed record RunKey(string Revision, int Attempt, int? Step, AnalysisPlacement? Edge = null)
{
    /// <summary>Suffix of the AnalysisRun's name behind <c>rollout-</c>: <c>9d21aa-1-bg</c>, <c>9d21aa-1-step3</c>, <c>9d21aa-1-pre</c>,
    /// <c>9d21aa-1-post</c>.</summary>
    public string Suffix => $"{Revision}-{Attempt}-{Place}";

    private string Place => Edge switch
    {
        AnalysisPlacement.Pre => "pre",
        AnalysisPlacement.Post => "post",
        null => Step is { } step ? $"step{step}" : "bg",
    };
}

/// <summary>Analysis at the ends of a rollout.</summary>
public enum AnalysisPlacement
{
    /// <summary><c>preAnalysis</c>: before the first step, at weight 0, with the canary's pods ready.</summary>
    Pre,

    /// <summary><c>postAnalysis</c>: the canary has all the traffic, and the old version is still there to go back to.</summary>
    Post,
}
