using System;
using System.Text.Json;
using Canary.Core.Analysis.Answers;
using Canary.Core.Analysis.Secrets;
using Canary.Core.Units;

namespace Canary.Providers.Prometheus.Query;

/// <summary>Native histograms of one answer.</summary>
internal static class HistogramValues
{
    /// <summary>The pairs of time and histogram of a series.</summary>
    /// <exception cref="FormatException">One cannot be read.</exception>
    public static EquatableArray<HistogramPoint> Points(JsonElement pairs, SecretRedaction secrets)
    {
        if (pairs.ValueKind != JsonValueKind.Array)
            throw new FormatException($"a list was expected in the answer, and {pairs.ValueKind} was found");
        var points = new HistogramPoint[pairs.GetArrayLength()];
        var at = 0;
        foreach (var pair in pairs.EnumerateArray()) points[at++] = Point(pair, secrets);
        return [.. points];
    }

    /// <summary>A pair of time and histogram.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static HistogramPoint Point(JsonElement pair, SecretRedaction secrets)
    {
        if (pair.ValueKind == JsonValueKind.Array && pair.GetArrayLength() == 2 && pair[1].ValueKind == JsonValueKind.Object
            && pair[1].TryGetProperty("count", out var count) && PrometheusValues.Point(pair[0], count) is { } counted
            && Buckets(pair[1]) is { } buckets)
            return new HistogramPoint(counted.At, new NativeHistogram(counted.Value, buckets));
        throw new FormatException(
            $"\"{ServerText.FirstLine(secrets.Apply(pair.GetRawText()), 100)}\" is no pair of time and native histogram");
    }

    // Each is its rule for the boundaries, which does not matter to a count, the two boundaries, and the count. Without observations there
    // are none.
    private static EquatableArray<NativeBucket>? Buckets(JsonElement histogram)
    {
        if (!histogram.TryGetProperty("buckets", out var list) || list.ValueKind == JsonValueKind.Null) return [];
        if (list.ValueKind != JsonValueKind.Array) return null;
        var buckets = new NativeBucket[list.GetArrayLength()];
        var at = 0;
        foreach (var bucket in list.EnumerateArray())
        {
            if (bucket.ValueKind != JsonValueKind.Array || bucket.GetArrayLength() != 4 || Number(bucket[1]) is not { } left
                || Number(bucket[2]) is not { } right || Number(bucket[3]) is not { } count || !(left <= right) || !double.IsFinite(count))
                return null;
            buckets[at++] = new NativeBucket(left, right, count);
        }

        return [.. buckets];
    }

    private static double? Number(JsonElement text) => PrometheusValues.Number(PrometheusValues.Text(text));
}
