using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Diagnostics.Metrics;
using System.Linq;
using System.Text;

namespace Canary.Controller.Web;

/// <summary>What <c>/metrics</c> shows: every instrument of the meters that it was given, as they are when it is asked.</summary>
internal sealed class MetricsPage : IDisposable
{
    /// <summary>Content type of the text format.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private static readonly double[] DefaultBounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    private readonly ConcurrentDictionary<Instrument, MetricFamily> families = new();
    private readonly MeterListener listener = new();

    public MetricsPage(IReadOnlyCollection<string> meters)
    {
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (!meters.Contains(instrument.Meter.Name) || KindOf(instrument) is not { } kind) return;
            families[instrument] = new MetricFamily(MetricNames.Of(instrument.Name, instrument.Unit, kind), kind, instrument.Description ?? "", BoundsOf(instrument));
            own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<byte>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<short>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<float>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, _) => Record(instrument, (double)value, tags));
        listener.Start();
    }

    public void Dispose() => listener.Dispose();

    public string Render()
    {
        // Two scrapes at a time would clear each other's gauges.
        lock (listener)
        {
            foreach (var (instrument, family) in families)
            {
                if (instrument.IsObservable) family.Clear();
            }

            listener.RecordObservableInstruments();
            var text = new StringBuilder();
            foreach (var family in families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)) family.Write(text);
            return text.ToString();
        }
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!families.TryGetValue(instrument, out var family)) return;
        var series = family.Of(tags);
        switch (family.Kind)
        {
            case MetricKind.Histogram:
                series.Observe(value);
                break;
            case MetricKind.Counter when !instrument.IsObservable:
                series.Add(value);
                break;
            case MetricKind.Counter or MetricKind.Gauge:
                series.Set(value);
                break;
            default:
                throw new System.Diagnostics.UnreachableException();
        }
    }

    private static MetricKind? KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Counter" or "ObservableCounter" => MetricKind.Counter,
        "Gauge" or "ObservableGauge" or "ObservableUpDownCounter" => MetricKind.Gauge,
        "Histogram" => MetricKind.Histogram,
        _ => null,
    };

    private static IReadOnlyList<double> BoundsOf(Instrument instrument) =>
        (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBounds;
}
