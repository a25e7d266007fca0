namespace Canary.Core.Analysis;

/// <summary>One entry of <c>spec.measurementRetention</c>.</summary>
/// <param name="MetricName"><c>metricName</c>: a name, or a regular expression.</param>
/// <param name="Limit"><c>limit</c>: how many measurements are kept.</param>
public sealed record MetricRetention(string MetricName, int Limit);
