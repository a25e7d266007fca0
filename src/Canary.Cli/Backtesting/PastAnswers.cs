using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Units;
using Canary.Providers.Metrics;

namespace Canary.Cli.Backtesting;

/// <summary>
/// What Prometheus would have answered at each of many past times. A query of one time is asked for all of them as a range query, whose
/// points are exactly those answers; a query that is a range query itself is asked time by time.
/// </summary>
internal sealed class PastAnswers(PrometheusClient client)
{
    /// <summary>Points of a series in one answer; Prometheus itself refuses more than 11,000.</summary>
    public const int MostPoints = 10_000;

    private const int AtOnce = 8;

    public async Task<IReadOnlyDictionary<DateTimeOffset, MetricAnswer>> AskAsync(MetricQuery query, IReadOnlyList<DateTimeOffset> times,
        TimeSpan step, CancellationToken cancel)
    {
        if (query.Range is not null) return await OneByOneAsync(query, times, cancel);

        // A range query has no scalars: what the query is, one instant answer tells.
        var kind = await client.AskAsync(query with { At = times[^1] }, cancel);
        if (kind is MetricAnswer.Faulted or MetricAnswer.Text) return times.ToDictionary(time => time, _ => kind);
        var answers = new Dictionary<DateTimeOffset, MetricAnswer>();
        foreach (var part in times.Chunk(MostPoints))
        {
            var length = part[^1] - part[0];
            var answer = length == TimeSpan.Zero
                ? await client.AskAsync(query with { At = part[0] }, cancel)
                : await client.AskAsync(query with { At = part[^1], Range = new QueryRange(length, step) }, cancel);
            foreach (var time in part) answers[time] = At(answer, time, kind is MetricAnswer.Scalar);
        }

        return answers;
    }

    private static MetricAnswer At(MetricAnswer answer, DateTimeOffset time, bool isScalar)
    {
        if (answer is not MetricAnswer.Matrix matrix) return answer;
        var samples = matrix.Series
            .Select(series => (series.Labels,
                Points: series.Points.Where(point => (point.At - time).Duration() < TimeSpan.FromMilliseconds(1)).ToArray()))
            .Where(series => series.Points.Length > 0)
            .Select(series => new Sample(series.Labels, series.Points[0].Value))
            .ToEquatableArray();
        return isScalar && samples.Count == 1 ? new MetricAnswer.Scalar(samples[0].Value, matrix.Warnings)
            : new MetricAnswer.Vector(samples, matrix.Warnings);
    }

    private async Task<IReadOnlyDictionary<DateTimeOffset, MetricAnswer>> OneByOneAsync(MetricQuery query,
        IReadOnlyList<DateTimeOffset> times, CancellationToken cancel)
    {
        var answers = new Dictionary<DateTimeOffset, MetricAnswer>();
        foreach (var some in times.Chunk(AtOnce))
        {
            var came = await Task.WhenAll(some.Select(time => client.AskAsync(query with { At = time }, cancel)));
            foreach (var (time, answer) in some.Zip(came)) answers[time] = answer;
        }

        return answers;
    }
}
