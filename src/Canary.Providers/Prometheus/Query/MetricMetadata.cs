namespace Canary.Providers.Prometheus.Query;

/// <summary>What a target says of a metric. Targets may differ: a name may come more than once.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Type">Such as <c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Help">What it is, in words.</param>
/// <param name="Unit">Its unit; empty where it has none.</param>
public sealed record MetricMetadata(string Metric, string Type, string Help, string Unit);
