using System;
using System.Linq;

namespace Canary.Core.Statistics.Kayenta;

/// <summary>The range that values stay in which are no outliers.</summary>
/// <param name="Low">Values below it are outliers.</param>
/// <param name="High">Values above it are outliers.</param>
internal readonly record struct OutlierFence(double Low, double High)
{
    /// <summary>The fences of a sample: so many interquartile ranges beyond the quartiles, and never closer than the 1st and the 99th
    /// percentile.</summary>
    /// <param name="sorted">One value or more, ascending.</param>
    /// <param name="factor">Interquartile ranges.</param>
    internal static OutlierFence Of(double[] sorted, double factor)
    {
        var (lower, upper) = (Quantile(sorted, 0.25), Quantile(sorted, 0.75));
        var reach = factor * (upper - lower);
        return new(Math.Min(Quantile(sorted, 0.01), lower - reach), Math.Max(Quantile(sorted, 0.99), upper + reach));
    }

    /// <summary>The values that are not strictly outside, in their order.</summary>
    internal double[] Inside(double[] values)
    {
        var (low, high) = (Low, High);
        return [.. values.Where(value => !(value < low) && !(value > high))];
    }

    /// <summary>The quantile by linear interpolation between the values around it.</summary>
    /// <remarks>Source: type 7 of Hyndman and Fan, Am. Stat. 50 (1996) 361-365; the default of R.</remarks>
    internal static double Quantile(double[] sorted, double share)
    {
        var place = share * (sorted.Length - 1);
        var below = (int)place;
        var beyond = place - below;
        // An infinite neighbour that has no part in the answer would make it NaN.
        return beyond == 0 ? sorted[below] : sorted[below] + (beyond * (sorted[below + 1] - sorted[below]));
    }
}
