using Canary.Core.Statistics.Kayenta;
using Canary.Core.Units;

namespace Canary.Core.Analysis;

/// <summary>What one AnalysisRun measures: the metrics of its templates with every argument resolved.</summary>
public sealed record RunSpec(EquatableArray<MetricSpec> Metrics)
{
    /// <summary>What the metrics that Mann and Whitney's test compares must reach together.</summary>
    public ScoreSpec Score { get; init; } = ScoreSpec.Default;
}

/// <summary>One entry of <c>spec.measurementRetention</c>.</summary>
/// <param name="MetricName"><c>metricName</c>: a name, or a regular expression.</param>
/// <param name="Limit"><c>limit</c>: how many measurements are kept.</param>
public sealed record MetricRetention(string MetricName, int Limit);

/// <summary><c>score</c> of a template: what the metrics that Mann and Whitney's test compares must reach together, as in
/// Kayenta.</summary>
/// <param name="Pass">The last score must be at least this; 0 to 100. Default 95.</param>
/// <param name="Marginal">A score of this or less fails at once; less than <paramref name="Pass"/>. Default 75.</param>
/// <param name="Weights">Weights of groups in percent; the other groups share what is left of 100.</param>
/// <remarks>Kayenta has no defaults of its own; 95 and 75 are the ones of its documentation.</remarks>
public sealed record ScoreSpec(double Pass, double Marginal, EquatableArray<GroupWeight> Weights)
{
    /// <summary>95, 75, and no weights.</summary>
    public static readonly ScoreSpec Default = new(95, 75, []);
}
