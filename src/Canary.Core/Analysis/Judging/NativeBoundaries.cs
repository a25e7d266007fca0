using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Answers;

namespace Canary.Core.Analysis.Judging;

/// <summary>
/// Where native histograms can be cut: at a value that lies within no bucket of any of them, since only there it is known how many
/// observations were below. A histogram whose resolution is lower, or was reduced on the way, has fewer of these values.
/// </summary>
/// <remarks>An answer has no empty buckets. A value between two others is as good as a boundary: nothing was observed around it.</remarks>
internal sealed class NativeBoundaries
{
    /// <summary>How many times a boundary may be off. Buckets that are a factor of two wide have one within 1.42.</summary>
    public const double Furthest = 2;

    // Boundaries of different resolutions are computed in different ways, and differ in the last digit.
    private const double Slack = 1e-9;

    private readonly List<(double Left, double Right)> _closed = [];

    /// <param name="histograms">Those that are to be cut at the same values.</param>
    public NativeBoundaries(IEnumerable<NativeHistogram> histograms)
    {
        var buckets = histograms.SelectMany(histogram => histogram.Buckets).Where(bucket => bucket.Count > 0)
            .Select(bucket => (bucket.Left, bucket.Right)).Distinct().OrderBy(bucket => bucket.Left);
        foreach (var (left, right) in buckets)
        {
            if (_closed.Count > 0 && IsBelow(left, _closed[^1].Right)) _closed[^1] = (_closed[^1].Left, Math.Max(right, _closed[^1].Right));
            else _closed.Add((left, right));
        }
    }

    /// <summary>The value itself, or the nearest boundary; null: there is none within a factor of <see cref="Furthest"/>.</summary>
    public double? Nearest(double value)
    {
        foreach (var (left, right) in _closed)
        {
            if (!IsBelow(left, value) || !IsBelow(value, right)) continue;
            double[] near = [.. new[] { left, right }.Where(edge => edge > 0 && Ratio(edge, value) <= Furthest)
                .OrderBy(edge => Ratio(edge, value))];
            return near.Length > 0 ? near[0] : null;
        }

        return value;
    }

    /// <summary>How many times one is the other, 1 or more.</summary>
    public static double Ratio(double one, double other) => Math.Max(one / other, other / one);

    /// <summary>Observations up to a boundary.</summary>
    public static double CountWithin(NativeHistogram histogram, double boundary)
    {
        var within = 0.0;
        foreach (var bucket in histogram.Buckets)
            if (!IsBelow(boundary, bucket.Right)) within += bucket.Count;
        return within;
    }

    private static bool IsBelow(double one, double other) => one < other - (double.IsFinite(other) ? Math.Abs(other) * Slack : 0);
}
