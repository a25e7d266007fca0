using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Canary.Controller.Web;

/// <summary>A metric in the text format of Prometheus, version 0.0.4.</summary>
internal sealed class MetricFamily(string name, MetricKind kind, string help, IReadOnlyList<double> bounds)
{
    private readonly ConcurrentDictionary<string, Series> series = new(StringComparer.Ordinal);

    public string Name { get; } = name;

    public MetricKind Kind { get; } = kind;

    public Series Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = Print(tags);
        return series.GetOrAdd(labels, static (key, limits) => new Series(key, limits), bounds);
    }

    /// <summary>Gauges are told anew at each scrape, so that a series whose subject is gone goes too.</summary>
    public void Clear() => series.Clear();

    public void Write(StringBuilder text)
    {
        if (series.IsEmpty) return;
        text.Append("# HELP ").Append(Name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(Name).Append(' ').Append(Kind switch { MetricKind.Counter => "counter", MetricKind.Gauge => "gauge", MetricKind.Histogram => "histogram" }).Append('\n');
        foreach (var one in series.Values.OrderBy(one => one.Labels, StringComparer.Ordinal))
        {
            if (Kind == MetricKind.Histogram) WriteBuckets(text, one);
            else Line(text, Name, one.Labels, Number(one.Value));
        }
    }

    private void WriteBuckets(StringBuilder text, Series one)
    {
        var (cumulative, count, sum) = one.Read();
        var before = one.Labels.Length > 0 ? one.Labels + "," : "";
        for (var index = 0; index < bounds.Count; index++)
            Line(text, Name + "_bucket", $"{before}le=\"{Number(bounds[index])}\"", cumulative[index].ToString(CultureInfo.InvariantCulture));
        Line(text, Name + "_bucket", $"{before}le=\"+Inf\"", count.ToString(CultureInfo.InvariantCulture));
        Line(text, Name + "_sum", one.Labels, Number(sum));
        Line(text, Name + "_count", one.Labels, count.ToString(CultureInfo.InvariantCulture));
    }

    private static void Line(StringBuilder text, string name, string labels, string value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(value).Append('\n');
    }

    private static string Print(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            if (text.Length > 0) text.Append(',');
            var plain = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
            text.Append(MetricNames.Plain(key)).Append("=\"")
                .Append(plain.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return text.ToString();
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString("R", CultureInfo.InvariantCulture),
    };
}
