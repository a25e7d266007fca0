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
/// its upper bound counts (<see cref="LikelihoodBound"/>): the range is too wide rather than too narrow.
/// </remarks>
public readonly record struct RatioRange(double Low, double High)
{
    /// <summary>A ratio below it is as good as none.</summary>
    public const double Least = 0.001;

    /// <summary>A ratio above it is as good as infinite.</summary>
    public const double Greatest = 1000;

    /// <summary>Nothing is excluded.</summary>
    public static readonly RatioRange All = new(0, double.PositiveInfinity);

    /// <summary>A ratio is not excluded.</summary>
    public bool Contains(double ratio) => Low <= ratio && ratio <= High;

    /// <summary>The range.</summary>
    /// <param name="likelihoods">Ratios, and the natural logarithms of their likelihoods up to a constant, ascending; two or more.</param>
    /// <param name="others">The same of other ratios, up to a constant of their own; two or more.</param>
    /// <param name="alpha">The chance that the true ratio is ever outside. Above 0 and below 1.</param>
    public static RatioRange Find(IReadOnlyList<(double Ratio, double Log)> likelihoods, IReadOnlyList<(double Ratio, double Log)> others,
        double alpha)
    {
        if (likelihoods.Count < 2 || others.Count < 2) return All;
        var (first, second) = (new LikelihoodBound(likelihoods), new LikelihoodBound(others));
        // What the other likelihoods are greater by: neither list may lie above the bound that the other gives. Where a ratio is in both,
        // that is one number.
        var most = second.Points.Min(point => first.Find(point.At) - point.Log);
        var least = Math.Min(most, first.Points.Max(point => point.Log - second.Find(point.At)));
        var mean = LogSum.Compute([.. first.Points.Select(point => point.Log), .. second.Points.Select(point => point.Log + least)])
            - Math.Log(first.Points.Count + second.Points.Count);
        var bar = mean + Math.Log(alpha);
        if (first.FindAbove(bar) is not { } one || second.FindAbove(bar - most) is not { } two) return All;
        var (low, high) = (Math.Exp(Math.Max(one.Low, two.Low)), Math.Exp(Math.Min(one.High, two.High)));
        // Numbers that are no likelihoods exclude nothing.
        if (!(low <= high)) return All;
        return new(low < Least ? 0 : Math.Min(low, Greatest), high > Greatest ? double.PositiveInfinity : Math.Max(high, Least));
    }
}
