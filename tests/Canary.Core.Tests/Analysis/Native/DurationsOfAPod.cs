using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;

namespace Canary.Core.Tests.Analysis.Native;

/// <summary>Requests of one pod by their durations, in milliseconds, shown as classic buckets or as a native histogram.</summary>
internal sealed class DurationsOfAPod(string pod)
{
    private readonly List<(double At, double[] Seen, int Schema)> _scrapes = [];
    private readonly List<double> _seen = [];

    /// <summary>Serves requests, and is scraped after them.</summary>
    /// <param name="at">Seconds after the start.</param>
    /// <param name="schema">Resolution of the native histogram then.</param>
    /// <param name="durations">The requests.</param>
    public DurationsOfAPod Serve(double at, int schema, params double[] durations)
    {
        _seen.AddRange(durations);
        _scrapes.Add((at, [.. _seen], schema));
        return this;
    }

    /// <summary>The process starts again, with nothing counted.</summary>
    public DurationsOfAPod Restart()
    {
        _seen.Clear();
        return this;
    }

    /// <summary>Its classic buckets.</summary>
    public IEnumerable<Series> Classic(params double[] bounds) => bounds.Append(double.PositiveInfinity).Select(bound => new Series(
        [new("pod", pod), new("le", double.IsFinite(bound) ? bound.ToString("R", CultureInfo.InvariantCulture) : "+Inf")],
        [.. _scrapes.Select(scrape => new Point(A.At(scrape.At), scrape.Seen.Count(one => one <= bound)))]));

    /// <summary>Two classic buckets, of which the first, labelled 1, ends at any value.</summary>
    public IEnumerable<Series> CutAt(double value) => Classic(value).Select((series, index) => index > 0 ? series
        : series with { Labels = [new("pod", pod), new("le", "1")] });

    /// <summary>Its native histogram, of exponential buckets.</summary>
    public Series Native => Histogram(scrape => Grouped(scrape.Seen, one => Index(one, scrape.Schema),
        index => (Boundary(index - 1, scrape.Schema), Boundary(index, scrape.Schema))));

    /// <summary>Its native histogram with custom buckets: those of a classic one that was converted.</summary>
    public Series Custom(params double[] bounds) => Histogram(scrape => Grouped(scrape.Seen, one => bounds.Count(bound => bound < one),
        index => (index == 0 ? double.NegativeInfinity : bounds[index - 1],
            index == bounds.Length ? double.PositiveInfinity : bounds[index])));

    /// <summary>The upper boundary of a bucket.</summary>
    public static double Boundary(int index, int schema) => Math.Pow(2, index * Math.Pow(2, -schema));

    private static int Index(double value, int schema)
    {
        var index = (int)Math.Ceiling(Math.Log2(value) * Math.Pow(2, schema)) - 1;
        while (Boundary(index, schema) < value) index++;
        return index;
    }

    private static NativeHistogram Grouped(double[] seen, Func<double, int> index, Func<int, (double Left, double Right)> edges) =>
        new(seen.Length, [.. seen.GroupBy(index).OrderBy(bucket => bucket.Key)
            .Select(bucket => new NativeBucket(edges(bucket.Key).Left, edges(bucket.Key).Right, bucket.Count()))]);

    private Series Histogram(Func<(double At, double[] Seen, int Schema), NativeHistogram> show) => new([new("pod", pod)], [])
    {
        Histograms = [.. _scrapes.Select(scrape => new HistogramPoint(A.At(scrape.At), show(scrape)))],
    };
}
