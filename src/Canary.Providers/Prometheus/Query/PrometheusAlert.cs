using System;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Providers.Prometheus.Query;

/// <summary>An alert of a rule of this Prometheus.</summary>
/// <param name="Labels">Its labels, <c>alertname</c> among them.</param>
/// <param name="Annotations">Its annotations.</param>
/// <param name="State"><c>pending</c> or <c>firing</c>.</param>
/// <param name="ActiveAt">Since when its expression holds; null: it was not said.</param>
/// <param name="Value">The value of its expression; may be NaN or infinite.</param>
public sealed record PrometheusAlert(
    EquatableArray<Label> Labels, EquatableArray<Label> Annotations, string State, DateTimeOffset? ActiveAt, double Value);
