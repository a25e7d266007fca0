using Canary.Core.Analysis;
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
