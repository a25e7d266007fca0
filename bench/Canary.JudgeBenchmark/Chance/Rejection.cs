using System;

namespace Canary.JudgeBenchmark.Chance;

/// <summary>Large counts by transformed rejection: exact, and as fast for a million as for a dozen.</summary>
/// <remarks>Source: W. Hoermann, "The transformed rejection method for generating Poisson random variables" (PTRS) and "The generation of
/// binomial random variates" (BTRS), both 1993.</remarks>
internal static class Rejection
{
    /// <summary>A mean of 10 at least.</summary>
    public static long Poisson(RandomStream stream, double mean)
    {
        var b = 0.931 + (2.53 * Math.Sqrt(mean));
        var a = -0.059 + (0.02483 * b);
        var inverse = 1.1239 + (1.1328 / (b - 3.4));
        var surely = 0.9277 - (3.6224 / (b - 2));
        var log = Math.Log(mean);
        while (true)
        {
            var u = stream.Uniform() - 0.5;
            var v = stream.Uniform();
            var distance = 0.5 - Math.Abs(u);
            var count = Math.Floor((((2 * a / distance) + b) * u) + mean + 0.43);
            if (distance >= 0.07 && v <= surely) return (long)count;
            if (count < 0 || (distance < 0.013 && v > distance)) continue;
            if (Math.Log(v * inverse / ((a / (distance * distance)) + b)) <= (count * log) - mean - LogFactorial.Of((long)count))
                return (long)count;
        }
    }

    /// <summary>A chance of at most 1/2, and 10 successes expected at least.</summary>
    public static long Binomial(RandomStream stream, long trials, double chance)
    {
        var deviation = Math.Sqrt(trials * chance * (1 - chance));
        var b = 1.15 + (2.53 * deviation);
        var a = -0.0873 + (0.0248 * b) + (0.01 * chance);
        var centre = (trials * chance) + 0.5;
        var surely = 0.92 - (4.2 / b);
        var alpha = (2.83 + (5.1 / b)) * deviation;
        var odds = Math.Log(chance / (1 - chance));
        var mode = (long)Math.Floor((trials + 1) * chance);
        var height = LogFactorial.Of(mode) + LogFactorial.Of(trials - mode);
        while (true)
        {
            var u = stream.Uniform() - 0.5;
            var v = stream.Uniform();
            var distance = 0.5 - Math.Abs(u);
            var number = Math.Floor((((2 * a / distance) + b) * u) + centre);
            if (number < 0 || number > trials) continue;
            var count = (long)number;
            if (distance >= 0.07 && v <= surely) return count;
            v = Math.Log(v * alpha / ((a / (distance * distance)) + b));
            if (v <= height - LogFactorial.Of(count) - LogFactorial.Of(trials - count) + ((count - mode) * odds)) return count;
        }
    }
}
