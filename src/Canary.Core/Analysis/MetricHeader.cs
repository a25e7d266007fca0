namespace Canary.Core.Analysis;

/// <summary>A header of a request to a metric source.</summary>
public sealed record MetricHeader(string Name, SecretValue Value);
