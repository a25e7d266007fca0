namespace Canary.Core.Analysis;

/// <summary>What one look at a metric gave.</summary>
/// <param name="Judgement">Its verdict.</param>
/// <param name="Evidence">What a sequential comparison knows now.</param>
/// <param name="Classified">What Mann and Whitney's test says now.</param>
public sealed record ComparisonLook(MetricJudgement Judgement, Evidence? Evidence, MannWhitneyFinding? Classified);
