namespace Canary.Core.Analysis;

/// <summary>What one answer means for its metric.</summary>
/// <param name="Verdict">Successful, Failed, Inconclusive or Error.</param>
/// <param name="Value">The answer as text: <c>[0.041]</c>.</param>
/// <param name="Message">Why; empty where it is good and nothing is to be said.</param>
public sealed record MetricJudgement(RunPhase Verdict, string Value, string Message)
{
    /// <summary>Of a sequential comparison: the odds that the canary is worse, to 1; null: another judge.</summary>
    public double? Odds { get; init; }

    /// <summary>What a sequential comparison knows now; null: nothing yet.</summary>
    public Evidence? Evidence { get; init; }

    /// <summary>What Mann and Whitney's test says now; null: another judge.</summary>
    public MannWhitneyFinding? Finding { get; init; }
}
