using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>What one AnalysisRun measures: the metrics of its templates with every argument resolved.</summary>
public sealed record RunSpec(EquatableArray<MetricSpec> Metrics)
{
    /// <summary>What the metrics that Mann and Whitney's test compares must reach together.</summary>
    public ScoreSpec Score { get; init; } = ScoreSpec.Default;
}
