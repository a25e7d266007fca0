using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Statistics;

/// <summary>The most that a logarithm of a likelihood can be between the ratios that it is known at: it is concave in the logarithm of the
/// ratio, and a concave function lies below the lines through its points on either side.</summary>
internal sealed class LikelihoodBound
{
    private readonly (double At, double Log)[] _points;

    /// <param name="likelihoods">Ratios, and the natural logarithms of their likelihoods, ascending by ratio; two or more.</param>
    public LikelihoodBound(IReadOnlyList<(double Ratio, double Log)> likelihoods) =>
        _points = [.. likelihoods.Select(one => (Math.Log(one.Ratio), one.Log))];

    /// <summary>The points, by the logarithm of the ratio.</summary>
    public IReadOnlyList<(double At, double Log)> Points => _points;

    /// <summary>The bound.</summary>
    /// <param name="at">Natural logarithm of the ratio.</param>
    public double Find(double at)
    {
        var gap = Array.FindIndex(_points, point => point.At >= at);
        return Lines(gap < 0 ? _points.Length : gap).Min(line => line.Log + (line.Slope * (at - line.At)));
    }

    /// <summary>Where the bound is at least so much, from its first such ratio to its last, as natural logarithms; null: nowhere.</summary>
    public (double Low, double High)? FindAbove(double least)
    {
        var (low, high) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var gap = 0; gap <= _points.Length; gap++)
        {
            var from = gap == 0 ? double.NegativeInfinity : _points[gap - 1].At;
            var to = gap == _points.Length ? double.PositiveInfinity : _points[gap].At;
            foreach (var line in Lines(gap))
            {
                var crossing = line.At + ((least - line.Log) / line.Slope);
                if (line.Slope > 0) from = Math.Max(from, crossing);
                else if (line.Slope < 0) to = Math.Min(to, crossing);
                else if (line.Log < least) to = double.NegativeInfinity;
            }

            if (from > to) continue;
            (low, high) = (Math.Min(low, from), Math.Max(high, to));
        }

        return low <= high ? (low, high) : null;
    }

    // Those that bound the gap before a point: through the two points before it, and through the two behind it.
    private IEnumerable<(double At, double Log, double Slope)> Lines(int gap)
    {
        if (gap == 0) yield return Line(0);
        if (gap >= 2) yield return Line(gap - 2);
        if (gap >= 1 && gap + 1 < _points.Length) yield return Line(gap);
    }

    private (double At, double Log, double Slope) Line(int first)
    {
        var (one, two) = (_points[first], _points[first + 1]);
        return (one.At, one.Log, (two.Log - one.Log) / (two.At - one.At));
    }
}
