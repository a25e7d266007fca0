using System;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Statistics;

/// <summary>What a <see cref="RatioProcess"/> compares: a null hypothesis about the ratio of two rates, and the alternatives that it is
/// held against, with equal weights.</summary>
/// <param name="Null">Rate of the canary divided by rate of stable under the null hypothesis; above 0. 1: they are equal; 1.25: a quarter
/// worse is tolerated.</param>
/// <param name="Factors">Each alternative is <see cref="Null"/> times one of these: all above 1 (evidence that the ratio is greater) or all
/// below 1 (that it is less).</param>
/// <remarks>Source of the grids: the measured grids of the project's reference on canary judgement; a mixture over a grid is valid for any
/// grid (Robbins 1970; Lindon and Malek 2022 for counts).</remarks>
public sealed record RatioGrid(double Null, EquatableArray<double> Factors)
{
    private static readonly EquatableArray<double> OfErrors = [1.1, 1.25, 1.5, 2, 3, 5, 10, 30];
    private static readonly EquatableArray<double> OfSlowness = [1.02, 1.05, 1.1, 1.25, 1.5, 2, 4, 10];
    private static readonly EquatableArray<double> OfHarmlessness = [0.01, 0.1, 0.25, 0.5, 0.7, 0.9];

    /// <summary>Errors: is the canary more than <paramref name="tolerate"/> times as bad?</summary>
    public static RatioGrid Errors(double tolerate) => new(tolerate, OfErrors);

    /// <summary>Requests slower than a bound: finer, since there are many more of them.</summary>
    public static RatioGrid Slowness(double tolerate) => new(tolerate, OfSlowness);

    /// <summary>The question turned round: is the canary less than <paramref name="notWorseThan"/> times as bad?</summary>
    public static RatioGrid Harmlessness(double notWorseThan) => new(notWorseThan, OfHarmlessness);

    /// <summary>Throws where the grid is no one-sided grid.</summary>
    /// <exception cref="ArgumentException">The null or a factor is not positive and finite, or the factors lie on both sides of
    /// 1.</exception>
    public void Check()
    {
        if (Null <= 0 || !double.IsFinite(Null)) throw new ArgumentException($"the null ratio is {Null}; it is above 0");
        if (Factors.Count == 0 || Factors.Any(factor => factor <= 0 || !double.IsFinite(factor))
            || (Factors.Any(factor => factor >= 1) && Factors.Any(factor => factor <= 1)))
            throw new ArgumentException("the factors of a grid are all above 1, or all below 1 and above 0");
    }
}
