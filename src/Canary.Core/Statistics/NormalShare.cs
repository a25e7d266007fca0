using System;

namespace Canary.Core.Statistics;

/// <summary>The standard normal distribution function.</summary>
/// <remarks>Source: the Chebyshev fit of erfc in Press, Teukolsky, Vetterling and Flannery, Numerical Recipes, 2nd edition, 6.2; relative
/// error below 1.2e-7 everywhere.</remarks>
internal static class NormalShare
{
    private static readonly double[] Fit =
        [-1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587, -0.82215223, 0.17087277];

    /// <summary>Probability that a standard normal variable is below <paramref name="value"/>; 0 to 1.</summary>
    public static double Below(double value)
    {
        var tail = Upper(Math.Abs(value) / Math.Sqrt(2)) / 2;
        return value < 0 ? tail : 1 - tail;
    }

    private static double Upper(double at)
    {
        var part = 1 / (1 + (at / 2));
        var sum = 0.0;
        for (var index = Fit.Length - 1; index >= 0; index--) sum = Fit[index] + (part * sum);
        return part * Math.Exp((-at * at) + sum);
    }
}
