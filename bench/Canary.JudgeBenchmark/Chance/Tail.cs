using System;

namespace Canary.JudgeBenchmark.Chance;

/// <summary>Tails of distributions.</summary>
internal static class Tail
{
    /// <summary>P(Z at most <paramref name="z"/>) of a standard normal, to about 1e-7 relative in the tail.</summary>
    /// <remarks>Source: the Chebyshev fit of erfc in Numerical Recipes, 6.2.</remarks>
    public static double NormalUpTo(double z)
    {
        var x = Math.Abs(z) / Math.Sqrt(2);
        var t = 1 / (1 + (0.5 * x));
        var fit = -1.26551223
            + (t * (1.00002368
                + (t * (0.37409196
                    + (t * (0.09678418
                        + (t * (-0.18628806
                            + (t * (0.27886807
                                + (t * (-1.13520398 + (t * (1.48851587 + (t * (-0.82215223 + (t * 0.17087277)))))))))))))))));
        var half = 0.5 * t * Math.Exp(fit - (x * x));
        return z >= 0 ? 1 - half : half;
    }

    /// <summary>P(X at least <paramref name="count"/>) of a binomial.</summary>
    public static double BinomialFrom(int count, int trials, double chance)
    {
        if (count <= 0) return 1;
        if (chance <= 0) return 0;
        if (chance >= 1) return count <= trials ? 1 : 0;
        var sum = 0.0;
        for (var k = count; k <= trials; k++)
        {
            var term = Math.Exp(LogFactorial.Of(trials) - LogFactorial.Of(k) - LogFactorial.Of(
                trials - k) + (k * Math.Log(chance)) + ((trials - k) * Math.Log(1 - chance)));
            sum += term;
            if (k > trials * chance && term < sum * 1e-12) break;
        }

        return Math.Min(1, sum);
    }

    /// <summary>The chance whose 99.9 percent lower bound, given so many of so many, is the value: exact (Clopper and Pearson
    /// 1934).</summary>
    public static double LowerBound(int count, int trials)
    {
        if (count == 0) return 0;
        var (low, high) = (0.0, count / (double)trials);
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            if (BinomialFrom(count, trials, middle) < 0.001) low = middle;
            else high = middle;
        }

        return low;
    }
}
