using System;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using Canary.Engine.Diagnostics;
using Canary.Kubernetes.Api.Wire;
using Prometheus;

namespace Canary.Controller.Monitoring;

/// <summary>
/// What the engine and the API client count. They know no Prometheus and use the instruments of .NET; here each of these is one metric,
/// with its name, its labels and its buckets.
/// </summary>
internal sealed class LibraryMetrics : IDisposable
{
    private readonly MeterListener _listener = new();

    public LibraryMetrics(CollectorRegistry registry)
    {
        var metrics = Metrics.WithCustomRegistry(registry);
        var verdicts = metrics.CreateCounter(
            "canary_verdicts_total", "Measurements by verdict: successful, failed, inconclusive or error.", "verdict");
        var polls = metrics.CreateCounter(
            "canary_alert_polls_total", "Polls of a source of alerts, by outcome: read or failed.", "source", "outcome");
        var requests = metrics.CreateCounter(
            "canary_api_requests_total",
            "Requests to the API server, retries included; code is error if there was no answer.",
            "verb",
            "resource",
            "code");
        var durations = metrics.CreateHistogram(
            "canary_api_request_duration_seconds",
            "Time until the API server answered; for a watch, until it began.",
            ["verb", "resource"],
            new HistogramConfiguration { Buckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });
        var recorders = new Dictionary<(string Meter, string Instrument), Record>
        {
            [(EngineMeters.MeterName, EngineMeters.Verdicts)] = Count(verdicts),
            [(EngineMeters.MeterName, EngineMeters.AlertPolls)] = Count(polls),
            [(ApiMetrics.MeterName, ApiMetrics.Requests)] = Count(requests),
            [(ApiMetrics.MeterName, ApiMetrics.Duration)] = Observe(durations),
        };
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (recorders.TryGetValue((instrument.Meter.Name, instrument.Name), out var recorder))
                listener.EnableMeasurementEvents(instrument, recorder);
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, tags, recorder) => ((Record)recorder!)(value, tags));
        _listener.SetMeasurementEventCallback<double>(static (_, value, tags, recorder) => ((Record)recorder!)(value, tags));
        _listener.Start();
    }

    private delegate void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags);

    public void Dispose() => _listener.Dispose();

    private static Record Count(Counter counter) => (value, tags) => counter.WithLabels(Values(counter.LabelNames, tags)).Inc(value);

    private static Record Observe(Prometheus.Histogram histogram) =>
        (value, tags) => histogram.WithLabels(Values(histogram.LabelNames, tags)).Observe(value);

    private static string[] Values(string[] labels, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var values = new string[labels.Length];
        Array.Fill(values, "");
        foreach (var (name, value) in tags)
        {
            if (Array.IndexOf(labels, name) is >= 0 and var index) values[index] = value?.ToString() ?? "";
        }

        return values;
    }
}
