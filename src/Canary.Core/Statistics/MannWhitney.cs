using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Statistics;

/// <summary>The rank sum of one sample among two, as a function of a shift that is taken off it.</summary>
/// <remarks>
/// Source: Mann and Whitney, Ann. Math. Stat. 18 (1947) 50-60; Hodges and Lehmann, Ann. Math. Stat. 34 (1963) 598-611 for the estimate and
/// the bounds by inversion. The normal approximation, with corrections for continuity and ties, is that of R's wilcox.test(conf.int = TRUE,
/// exact = FALSE). The bounds are found to <see cref="BrentRoot.Tolerance"/> of the values' own unit, therefore never compare fractions: a
/// spread of 0.0005 is all tolerance; the same as 500 per million is not. Where most values of both samples are equal, as counts of rare
/// errors are, no unit helps: estimate and bound are then nothing but the tolerance around 0, and so is what is concluded from them.
/// </remarks>
internal sealed class MannWhitney
{
    private readonly double[] _x;
    private readonly double[] _y;

    /// <summary>Two samples to compare.</summary>
    /// <param name="x">Finite values, one or more, in any order.</param>
    /// <param name="y">Finite values, one or more, in any order.</param>
    /// <exception cref="ArgumentException">A sample is empty or has a value that is not finite.</exception>
    internal MannWhitney(IEnumerable<double> x, IEnumerable<double> y)
    {
        (_x, _y) = ([.. x.Order()], [.. y.Order()]);
        if (_x.Length == 0 || _y.Length == 0) throw new ArgumentException("each sample has a value");
        if (!_x.Concat(_y).All(double.IsFinite)) throw new ArgumentException("each value is finite");
    }

    /// <summary>Samples of these sizes can show a shift at all: where every value of one is above every value of the other, their rank sum
    /// reaches the quantile. Below that a confidence bound is only the end of the range.</summary>
    /// <param name="m">Values of one sample, 1 or more.</param>
    /// <param name="n">Values of the other, 1 or more.</param>
    /// <param name="confidence">Between 0 and 1, of both sides.</param>
    internal static bool CanShow(int m, int n, double confidence)
    {
        var product = (double)m * n;
        return ((product / 2) - 0.5) / Math.Sqrt(product / 12 * (m + n + 1.0)) >= NormalQuantile.Compute(1 - ((1 - confidence) / 2));
    }

    /// <summary>The estimate of the shift of x against y and its two-sided confidence bounds.</summary>
    /// <param name="confidence">Between 0 and 1.</param>
    /// <returns>Null where a shift that was looked at made all values equal: then there is no scale to measure with.</returns>
    internal ShiftInterval? Shift(double confidence)
    {
        var quantile = NormalQuantile.Compute(1 - ((1 - confidence) / 2));
        var (low, high) = (_x[0] - _y[^1], _x[^1] - _y[0]);
        var (atLow, atHigh) = (Z(low), Z(high));
        double Root(double z) => atLow - z <= 0 ? low : atHigh - z >= 0 ? high : BrentRoot.Find(shift => Z(shift) - z, low, high);
        var found = new ShiftInterval(BrentRoot.Find(Z, low, high), Root(quantile), Root(-quantile));
        return double.IsNaN(found.Estimate + found.Low + found.High) ? null : found;
    }

    /// <summary>The chance that a value of x is above one of y, ties counted half.</summary>
    /// <returns>0 to 1.</returns>
    internal double Superiority() => 0.5 + (Ranked(0).Excess / _x.Length / _y.Length);

    /// <summary>The rank sum of x in standard deviations from its mean, after <paramref name="shift"/> is taken off each x; half a rank
    /// nearer to 0 for continuity.</summary>
    /// <returns>NaN where all values are tied.</returns>
    internal double Z(double shift)
    {
        var (excess, ties) = Ranked(shift);
        double product = (double)_x.Length * _y.Length, all = (double)_x.Length + _y.Length;
        var variance = product / 12 * (all + 1 - (ties / (all * (all - 1))));
        return variance > 0 ? (excess - (0.5 * Math.Sign(excess))) / Math.Sqrt(variance) : double.NaN;
    }

    /// <summary>The sum of the midranks of x above what it is for equal samples, and the sum of t³ - t over groups of t tied
    /// values.</summary>
    internal (double Excess, double Ties) Ranked(double shift)
    {
        var (ofX, ofY) = (0, 0);
        var (sum, ties) = (0.0, 0.0);
        while (ofX < _x.Length || ofY < _y.Length)
        {
            var value = ofX == _x.Length ? _y[ofY] : ofY == _y.Length ? _x[ofX] - shift : Math.Min(_x[ofX] - shift, _y[ofY]);
            var (fromX, fromY) = (ofX, ofY);
            while (ofX < _x.Length && _x[ofX] - shift == value) ofX++;
            while (ofY < _y.Length && _y[ofY] == value) ofY++;
            double tied = ofX - fromX + ofY - fromY;
            sum += (ofX - fromX) * (fromX + fromY + ((tied + 1) / 2));
            ties += (tied * tied * tied) - tied;
        }

        double m = _x.Length, n = _y.Length;
        return (sum - (m * (m + 1) / 2) - (m * n / 2), ties);
    }
}

/// <summary>How far one sample is shifted against another, in their unit.</summary>
/// <param name="Estimate">The Hodges-Lehmann estimate: the median of all differences between a value of one and a value of the other, up to
/// the tolerance of the search.</param>
/// <param name="Low">Lower confidence bound.</param>
/// <param name="High">Upper confidence bound; less than <paramref name="Low"/> at most by the tolerance of the search.</param>
internal sealed record ShiftInterval(double Estimate, double Low, double High);
