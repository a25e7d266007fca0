using System;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Queries;
using Canary.Engine.Ports;
using Prometheus;

namespace Canary.Controller.Monitoring;

/// <summary>A metric source whose queries are timed and counted. The exemplar of a duration is the rollout that asked.</summary>
internal sealed class MeteredSource : IMetricSource
{
    // All labels of an exemplar together: a limit of OpenMetrics, and more is refused.
    private const int LongestExemplar = 128;

    private static readonly Exemplar.LabelKey RolloutKey = Exemplar.Key("rollout");

    private readonly IMetricSource _source;
    private readonly TimeProvider _time;
    private readonly Histogram.Child _durations;
    private readonly Counter.Child _errors;

    public MeteredSource(IMetricSource source, CollectorRegistry registry, TimeProvider time)
    {
        (_source, _time) = (source, time);
        var metrics = Metrics.WithCustomRegistry(registry);
        metrics.ExemplarBehavior = ExemplarBehavior.NoExemplars();
        _durations = metrics.CreateHistogram(
            "canary_query_duration_seconds",
            "Time until a metric source answered, errors included.",
            ["provider"],
            new HistogramConfiguration { Buckets = DurationBuckets.Bounds }).WithLabels(source.Provider);
        _errors = metrics.CreateCounter(
            "canary_query_errors_total", "Queries without a usable answer.", "provider").WithLabels(source.Provider);
    }

    public string Provider => _source.Provider;

    public Task<MetricAnswer> AskAsync(MetricQuery query, CancellationToken cancel) => TimeAsync(query, Exemplar.None, cancel);

    public Task<MetricAnswer> AskForAsync(RolloutName rollout, MetricQuery query, CancellationToken cancel)
    {
        var name = rollout.ToString();
        var fits = "rollout".Length + name.Length <= LongestExemplar;
        return TimeAsync(query, fits ? Exemplar.From(RolloutKey.WithValue(name)) : Exemplar.None, cancel);
    }

    private async Task<MetricAnswer> TimeAsync(MetricQuery query, Exemplar exemplar, CancellationToken cancel)
    {
        var started = _time.GetTimestamp();
        var answer = await _source.AskAsync(query, cancel);
        _durations.Observe(_time.GetElapsedTime(started).TotalSeconds, exemplar);
        if (answer is MetricAnswer.Faulted) _errors.Inc();
        return answer;
    }
}
