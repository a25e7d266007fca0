using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Reading;

/// <summary>Answers instant queries of range selectors from the scrapes of a world, as Prometheus does: raw samples, the range open to the
/// left, with all labels. Every text is read once.</summary>
internal sealed class SimulatedPrometheus : IMetricSource
{
    private readonly Dictionary<string, (int Window, int[] Series)> _selections = [];
    private World? _world;
    private int _now;

    /// <inheritdoc />
    public string Provider => MetricQueries.Prometheus;

    /// <inheritdoc />
    public Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel) => Task.FromResult(Ask(query));

    /// <summary>The world that it answers for from here on, and what time it is there.</summary>
    public void Show(World world, int now)
    {
        if (!ReferenceEquals(world.Shape, _world?.Shape)) _selections.Clear();
        (_world, _now) = (world, now);
    }

    /// <summary>The same without waiting.</summary>
    public MetricAnswer Ask(MetricQuery query)
    {
        if (_world is not { } world) return new MetricAnswer.Faulted("there is no world to ask");
        if (!world.IsAnswering(_now)) return new MetricAnswer.Faulted("no answer: connection refused");
        if (!_selections.TryGetValue(query.Query, out var selection))
        {
            try
            {
                var selector = RangeSelector.Parse(query.Query);
                selection = (selector.Window,
                    [.. Enumerable.Range(0, world.Series.Count).Where(series => selector.Selects(world.Shape.Labels[series]))]);
            }
            catch (FormatException wrong)
            {
                return new MetricAnswer.Faulted($"only range selectors are known here: {wrong.Message}");
            }

            _selections.Add(query.Query, selection);
        }

        var to = (int)(query.At - Clock.Start).TotalMilliseconds;
        var answer = new List<Series>(selection.Series.Length);
        foreach (var number in selection.Series)
        {
            var samples = world.Series[number];
            // What is not scraped yet is not there, whatever time is asked for.
            var (first, end) = (samples.After(to - selection.Window), samples.After(Math.Min(to, _now)));
            if (first < end) answer.Add(new Series(world.Shape.Labels[number], Points(samples, first, end)));
        }

        return new MetricAnswer.Matrix(answer.ToEquatableArray(), []);
    }

    private static EquatableArray<Point> Points(SeriesSamples samples, int first, int end)
    {
        var points = new Point[end - first];
        for (var index = first; index < end; index++)
            points[index - first] =
                new Point(Clock.Start.AddTicks(samples.At[index] * TimeSpan.TicksPerMillisecond), samples.Values[index]);
        return EquatableArrays.Create<Point>(points);
    }
}
