using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Sandbox.Mesh.Telemetry;

/// <summary>Istio's standard metrics as a proxy keeps them.</summary>
internal sealed class IstioTelemetry
{
    private readonly ConcurrentDictionary<RequestLabels, RequestSeries> _series = new();

    public void Record(RequestLabels labels, TimeSpan duration, long requestBytes, long responseBytes)
    {
        var series = _series.GetOrAdd(labels, _ => new RequestSeries());
        series.Milliseconds.Observe(duration.TotalMilliseconds);
        series.RequestBytes.Observe(requestBytes);
        series.ResponseBytes.Observe(responseBytes);
    }

    public IReadOnlyList<KeyValuePair<RequestLabels, RequestSeries>> Series => [.. _series];

    /// <summary>Requests sent to a Service so far, by host name as in the label destination_service.</summary>
    public ServiceTally TallyOf(string host)
    {
        var tally = ServiceTally.None;
        foreach (var (labels, series) in _series.Where(entry => entry.Key.DestinationService == host))
        {
            var read = series.Milliseconds.Read();
            // The presets count 5xx and the 0 of a broken connection as errors.
            tally = new ServiceTally(
                tally.Requests + read.Count, tally.Failures + (labels.ResponseCode is 0 or >= 500 ? read.Count : 0),
                tally.Milliseconds is null ? read : tally.Milliseconds.Plus(read));
        }

        return tally;
    }
}
