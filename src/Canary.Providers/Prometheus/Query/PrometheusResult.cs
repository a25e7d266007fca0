using System;
using Canary.Core.Analysis.Answers;
using Canary.Core.Units;

namespace Canary.Providers.Prometheus.Query;

/// <summary>What a call asked for.</summary>
public abstract record PrometheusResult
{
    private PrometheusResult() { }

    /// <summary>
    /// Series with one value each, in the order of the answer; empty: the query holds for no series. A value may be NaN or infinite.
    /// </summary>
    public sealed record Vector(EquatableArray<Sample> Samples) : PrometheusResult;

    /// <summary>Series with values over time.</summary>
    public sealed record Matrix(EquatableArray<Series> Series) : PrometheusResult;

    /// <summary>One number without labels; may be NaN or infinite.</summary>
    public sealed record Scalar(double Value) : PrometheusResult;

    /// <summary>A string.</summary>
    public sealed record Text(string Value) : PrometheusResult;

    /// <summary>The alerts that are pending or fire.</summary>
    public sealed record Alerts(EquatableArray<PrometheusAlert> Items) : PrometheusResult;

    /// <summary>The labels of the series that were found.</summary>
    public sealed record Labels(EquatableArray<EquatableArray<Label>> Items) : PrometheusResult;

    /// <summary>What the targets say of their metrics.</summary>
    public sealed record Metadata(EquatableArray<MetricMetadata> Items) : PrometheusResult;
}

/// <summary>What a target says of a metric. Targets may differ: a name may come more than once.</summary>
/// <param name="Metric">Its name.</param>
/// <param name="Type">Such as <c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Help">What it is, in words.</param>
/// <param name="Unit">Its unit; empty where it has none.</param>
public sealed record MetricMetadata(string Metric, string Type, string Help, string Unit);

/// <summary>An alert of a rule of this Prometheus.</summary>
/// <param name="Labels">Its labels, <c>alertname</c> among them.</param>
/// <param name="Annotations">Its annotations.</param>
/// <param name="State"><c>pending</c> or <c>firing</c>.</param>
/// <param name="ActiveAt">Since when its expression holds; null: it was not said.</param>
/// <param name="Value">The value of its expression; may be NaN or infinite.</param>
public sealed record PrometheusAlert(
    EquatableArray<Label> Labels, EquatableArray<Label> Annotations, string State, DateTimeOffset? ActiveAt, double Value);
