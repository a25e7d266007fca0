using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Net.Http;
using System.Threading.Tasks;

namespace Canary.Providers.Tests.Native;

/// <summary>Durations in milliseconds of the requests to one Istio workload, written to Prometheus by remote write, as classic buckets, as
/// a native histogram, or as both.</summary>
internal sealed class WrittenDurations(string workload, string pod)
{
    private const string Metric = "istio_request_duration_milliseconds";
    private readonly List<double> _seen = [];
    private readonly List<(DateTimeOffset At, double[] Seen)> _scrapes = [];

    public WrittenDurations Serve(DateTimeOffset at, IEnumerable<double> durations)
    {
        _seen.AddRange(durations);
        _scrapes.Add((at, [.. _seen]));
        return this;
    }

    public IEnumerable<ProtobufMessage> Classic(params double[] bounds) => bounds.Append(double.PositiveInfinity).Select(bound =>
        _scrapes.Aggregate(
            Series($"{Metric}_bucket", ("le", double.IsFinite(bound) ? bound.ToString("R", CultureInfo.InvariantCulture) : "+Inf")),
            (series, scrape) => series.Message(2, new ProtobufMessage()
                .Number(1, scrape.Seen.Count(one => one <= bound)).Whole(2, (ulong)scrape.At.ToUnixTimeMilliseconds()))));

    public ProtobufMessage Native(int schema) =>
        _scrapes.Aggregate(Series(Metric), (series, scrape) => series.Message(4, Histogram(scrape.At, scrape.Seen, schema)));

    public static async Task WriteAsync(string address, IEnumerable<ProtobufMessage> series)
    {
        using var client = new HttpClient();
        using var content = new ByteArrayContent(series.Aggregate(new ProtobufMessage(), (all, one) => all.Message(1, one)).Snappy());
        content.Headers.Add("Content-Encoding", "snappy");
        content.Headers.Add("Content-Type", "application/x-protobuf");
        using var response = await client.PostAsync(new Uri($"{address}/api/v1/write"), content);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
    }

    private ProtobufMessage Series(string name, params (string Name, string Value)[] more)
    {
        (string Name, string Value)[] labels =
        [
            ("__name__", name), ("destination_workload", workload), ("destination_workload_namespace", "shop"), ("pod", pod),
            ("reporter", "source"), .. more,
        ];
        return labels.OrderBy(label => label.Name, StringComparer.Ordinal).Aggregate(new ProtobufMessage(),
            (series, label) => series.Message(1, new ProtobufMessage().Text(1, label.Name).Text(2, label.Value)));
    }

    private static ProtobufMessage Histogram(DateTimeOffset at, double[] seen, int schema)
    {
        var buckets = seen.GroupBy(one => (int)Math.Ceiling(Math.Log2(one) * Math.Pow(2, schema) - 1e-9))
            .OrderBy(bucket => bucket.Key).Select(bucket => (bucket.Key, Count: (long)bucket.Count())).ToArray();
        var histogram = new ProtobufMessage().Whole(1, (ulong)seen.Length).Number(3, seen.Sum()).Signed(4, schema).Number(5, 1e-100)
            .Whole(6, 0);
        // A span for each bucket: how far it is behind the last one. Counts are differences.
        var next = 0;
        foreach (var (key, _) in buckets)
        {
            histogram.Message(11, new ProtobufMessage().Signed(1, key - next).Whole(2, 1));
            next = key + 1;
        }

        return histogram.Packed(12, [.. buckets.Select((bucket, index) => bucket.Count - (index == 0 ? 0 : buckets[index - 1].Count))])
            .Whole(15, (ulong)at.ToUnixTimeMilliseconds());
    }
}
