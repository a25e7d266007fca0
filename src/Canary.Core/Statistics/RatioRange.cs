using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Statistics;

/// <summary>The ratios of the canary's rate to stable's that the evidence does not exclude: a confidence sequence, which holds at every
/// look at once.</summary>
/// <param name="Low">The least of them; 0: nothing speaks against none.</param>
/// <param name="High">The greatest of them; infinite: nothing speaks against any.</param>
/// <remarks>
/// The ratios whose likelihood is more than alpha times the mean likelihood of the alternatives: for each of them that mean is an e-process
/// (Ville's inequality; Robbins 1970, Howard, Ramdas, McAuliffe and Sekhon 2021). The likelihood is known at the alternatives. Between them
/// its upper bound counts, by its concavity in the logarithm of the ratio: the range is too wide rather than too narrow.
/// </remarks>
public readonly record struct RatioRange(double Low, double High)
{
    /// <summary>Nothing is excluded.</summary>
    public static readonly RatioRange All = new(0, double.PositiveInfinity);

    private const double Least = 0.001;
    private const double Greatest = 1000;
    private const int Steps = 1200;

    /// <summary>The range.</summary>
    /// <param name="likelihoods">Ratios, and the natural logarithms of their likelihoods up to one constant, ascending; three or
    /// more.</param>
    /// <param name="alpha">The chance that the true ratio is ever outside. Above 0 and below 1.</param>
    public static RatioRange Find(IReadOnlyList<(double Ratio, double Log)> likelihoods, double alpha)
    {
        if (likelihoods.Count < 3) return All;
        var points = likelihoods.Select(one => (At: Math.Log(one.Ratio), one.Log)).ToArray();
        var least = LogSum.Compute([.. points.Select(point => point.Log)]) - Math.Log(points.Length) + Math.Log(alpha);
        var (low, high) = (double.NaN, double.NaN);
        for (var step = 0; step <= Steps; step++)
        {
            var at = Math.Log(Least) + (step * (Math.Log(Greatest) - Math.Log(Least)) / Steps);
            if (Bound(points, at) < least) continue;
            if (double.IsNaN(low)) low = step == 0 ? 0 : Math.Exp(at);
            high = step == Steps ? double.PositiveInfinity : Math.Exp(at);
        }

        return double.IsNaN(low) ? All : new(low, high);
    }

    // A concave function lies below the lines through its points on either side.
    private static double Bound((double At, double Log)[] points, double at)
    {
        var next = Array.FindIndex(points, point => point.At >= at);
        if (next == 0) return Line(points[0], points[1], at);
        if (next < 0) return Line(points[^2], points[^1], at);
        var bound = double.PositiveInfinity;
        if (next >= 2) bound = Line(points[next - 2], points[next - 1], at);
        if (next + 1 < points.Length) bound = Math.Min(bound, Line(points[next], points[next + 1], at));
        return bound;
    }

    private static double Line((double At, double Log) one, (double At, double Log) two, double at) =>
        one.Log + ((two.Log - one.Log) * (at - one.At) / (two.At - one.At));
}
