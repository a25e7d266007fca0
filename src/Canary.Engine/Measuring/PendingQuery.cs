using System.Collections.Generic;
using System.Threading;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Ports;

namespace Canary.Engine.Measuring;

/// <summary>A query that waits in the queue or for its answer, and all who wait for that.</summary>
/// <param name="query">What is asked.</param>
/// <param name="rollout">The rollout that asked first.</param>
/// <param name="isShared">It asks for many at once: each waiter gets its part.</param>
internal sealed class PendingQuery(MetricQuery query, RolloutName rollout, bool isShared)
{
    public MetricQuery Query { get; } = query;

    public RolloutName Rollout { get; } = rollout;

    public List<QueryWaiter> Waiters { get; } = [];

    public bool IsShared { get; } = isShared;

    /// <summary>The rollout that asks; empty where it asks for many.</summary>
    public string Owner { get; } = isShared ? "" : rollout.ToString();

    /// <summary>Never disposed: it holds no timer, and whoever gives the query up may come after its answer.</summary>
    public CancellationTokenSource Cancel { get; } = new();
}

/// <summary>Who waits for an answer.</summary>
/// <param name="Run">The run.</param>
/// <param name="Measurement">The measurement that it is a part of.</param>
/// <param name="Query">What it would ask by itself: its part of an answer for many, and what is sent where that one fails.</param>
/// <param name="Part">What the answer is to the measurement.</param>
internal sealed record QueryWaiter(WatchedRun Run, OpenMeasurement Measurement, MetricQuery Query, MeasurementPart Part)
{
    /// <summary>What was asked before <see cref="Query"/>, which asks for native histograms in its place, without that next question; null:
    /// it was asked first.</summary>
    public MetricQuery? Before { get; init; }
}

/// <summary>What an answer is to its measurement.</summary>
internal enum MeasurementPart
{
    Value,
    Samples,
    Baseline,
}
