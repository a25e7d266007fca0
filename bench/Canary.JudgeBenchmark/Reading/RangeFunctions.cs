using System;
using Canary.JudgeBenchmark.Worlds;

namespace Canary.JudgeBenchmark.Reading;

/// <summary>What the functions of PromQL make of the samples of one series.</summary>
/// <remarks>Source: extrapolatedRate and bucketQuantile of Prometheus 3.</remarks>
internal static class RangeFunctions
{
    /// <summary><c>increase(series[window])</c> at a time: extrapolated to the edges of the window unless the nearest sample is further
    /// from them than 1.1 times the usual, and never to below zero.</summary>
    /// <returns>Null: fewer than two samples lie in the window, which is open to the left.</returns>
    public static double? Increase(SeriesSamples series, int at, int window)
    {
        var (first, end) = (series.After(at - window), series.After(at));
        if (end - first < 2) return null;
        var times = series.At;
        var increase = series.Totals[end - 1] - series.Totals[first];
        double sampled = times[end - 1] - times[first];
        double toStart = times[first] - (at - window);
        double toEnd = at - times[end - 1];
        var spacing = sampled / (end - 1 - first);
        if (toStart >= spacing * 1.1) toStart = spacing / 2;
        // A counter was zero once, and what is before that is no part of it.
        if (increase > 0) toStart = Math.Min(toStart, sampled * (series.Values[first] / increase));
        if (toEnd >= spacing * 1.1) toEnd = spacing / 2;
        return increase * (sampled + toStart + toEnd) / sampled;
    }

    /// <summary><c>histogram_quantile</c> of cumulative buckets, the last of them without a bound.</summary>
    /// <returns>NaN without observations; the last bound where it lies above it.</returns>
    public static double Quantile(double quantile, ReadOnlySpan<double> bounds, ReadOnlySpan<double> cumulative)
    {
        var all = cumulative[^1];
        if (!(all > 0)) return double.NaN;
        var rank = quantile * all;
        var bucket = 0;
        while (bucket < bounds.Length && cumulative[bucket] < rank) bucket++;
        if (bucket == bounds.Length) return bounds[^1];
        var (start, before) = bucket == 0 ? (0.0, 0.0) : (bounds[bucket - 1], cumulative[bucket - 1]);
        var within = cumulative[bucket] - before;
        return within <= 0 ? bounds[bucket] : start + ((bounds[bucket] - start) * (rank - before) / within);
    }
}
