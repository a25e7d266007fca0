using System;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;

namespace Canary.Core.Analysis.Judging;

/// <summary>The answer to one query that was due.</summary>
/// <param name="Metric">Name of the metric in its run.</param>
/// <param name="DueAt">The tick of the interval grid that it was taken for; a measurement is counted once for each tick.</param>
/// <param name="FinishedAt">When the answer came.</param>
/// <param name="Answer">What came back; a failed query is a value too.</param>
public sealed record FinishedMeasurement(string Metric, DateTimeOffset DueAt, DateTimeOffset FinishedAt, MetricAnswer Answer)
{
    /// <summary>What the query for the number of samples answered (<see cref="MetricQueries.SamplesOf"/>); null: there was none.</summary>
    public MetricAnswer? Samples { get; init; }

    /// <summary>What stable's side answered, at the same time (<see cref="MetricQueries.BaselineOf"/>); null: it was not asked.</summary>
    public MetricAnswer? Baseline { get; init; }
}
