using System.Collections.Generic;
using System.Threading;
using Canary.Core.Analysis;

namespace Canary.Engine.Measuring;

/// <summary>A query on its way or in line, and all who wait for its answer.</summary>
internal sealed class Flight(MetricQuery query)
{
    public MetricQuery Query { get; } = query;

    public List<Passenger> Passengers { get; } = [];

    /// <summary>It asks for many at once: each passenger gets its part.</summary>
    public bool IsShared { get; init; }

    /// <summary>The rollout that asks; empty where it asks for many.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Never disposed: it holds no timer, and whoever gives the query up may come after its answer.</summary>
    public CancellationTokenSource Cancel { get; } = new();
}
