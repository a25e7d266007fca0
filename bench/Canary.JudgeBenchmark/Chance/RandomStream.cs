using System;
using System.Numerics;

namespace Canary.JudgeBenchmark.Chance;

/// <summary>A stream of random numbers that is the same on every machine and for ever (xoshiro256**, Blackman and Vigna 2018), and the
/// distributions that a world is made of.</summary>
internal sealed class RandomStream
{
    // Below this mean, counting up from zero is faster than rejection, and rejection is not valid.
    private const double SmallMean = 10;

    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private double _spare = double.NaN;

    public RandomStream(ulong seed) => Restart(seed);

    /// <summary>One seed of two: streams of neighbouring numbers have nothing in common.</summary>
    public static ulong Mix(ulong one, ulong two) => Scramble(one + (0x9E3779B97F4A7C15UL * (two + 1)));

    /// <summary>One seed of a seed and a text.</summary>
    public static ulong Mix(ulong seed, string text)
    {
        foreach (var letter in text) seed = Mix(seed, letter);
        return seed;
    }

    public void Restart(ulong seed)
    {
        _a = Scramble(seed += 0x9E3779B97F4A7C15UL);
        _b = Scramble(seed += 0x9E3779B97F4A7C15UL);
        _c = Scramble(seed += 0x9E3779B97F4A7C15UL);
        _d = Scramble(seed + 0x9E3779B97F4A7C15UL);
        _spare = double.NaN;
    }

    public ulong Next()
    {
        var result = BitOperations.RotateLeft(_b * 5, 7) * 9;
        var shifted = _b << 17;
        _c ^= _a;
        _d ^= _b;
        _b ^= _c;
        _a ^= _d;
        _c ^= shifted;
        _d = BitOperations.RotateLeft(_d, 45);
        return result;
    }

    /// <summary>Uniform, 0 to less than 1.</summary>
    public double Uniform() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>Uniform, 0 to less than <paramref name="end"/>.</summary>
    public int Below(int end) => (int)(Uniform() * end);

    /// <summary>Mean 0, standard deviation 1 (polar method of Marsaglia).</summary>
    public double Normal()
    {
        if (!double.IsNaN(_spare))
        {
            var kept = _spare;
            _spare = double.NaN;
            return kept;
        }

        while (true)
        {
            var (x, y) = ((2 * Uniform()) - 1, (2 * Uniform()) - 1);
            var square = (x * x) + (y * y);
            if (square is >= 1 or 0) continue;
            var factor = Math.Sqrt(-2 * Math.Log(square) / square);
            _spare = y * factor;
            return x * factor;
        }
    }

    /// <summary>Gamma of mean 1 and this coefficient of variation (Marsaglia and Tsang 2000); the shape, 1/cv^2, is at least 1.</summary>
    public double GammaOfMeanOne(double variation)
    {
        var shape = 1 / (variation * variation);
        if (shape < 1) throw new ArgumentOutOfRangeException(nameof(variation), variation, "it is at most 1");
        var d = shape - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var x = Normal();
            var v = 1 + (c * x);
            if (v <= 0) continue;
            v = v * v * v;
            if (Math.Log(1 - Uniform()) < (0.5 * x * x) + d - (d * v) + (d * Math.Log(v))) return d * v / shape;
        }
    }

    /// <summary>Log-normal of mean 1 and this coefficient of variation.</summary>
    public double LogNormalOfMeanOne(double variation)
    {
        var square = Math.Log(1 + (variation * variation));
        return Math.Exp((Math.Sqrt(square) * Normal()) - (square / 2));
    }

    public long Poisson(double mean)
    {
        if (mean <= 0) return 0;
        return mean < SmallMean ? CountUp(mean) : Rejection.Poisson(this, mean);
    }

    public long Binomial(long trials, double chance)
    {
        if (trials <= 0 || chance <= 0) return 0;
        if (chance >= 1) return trials;
        if (chance > 0.5) return trials - Binomial(trials, 1 - chance);
        return trials * chance < SmallMean ? CountUp(trials, chance) : Rejection.Binomial(this, trials, chance);
    }

    private long CountUp(double mean)
    {
        while (true)
        {
            var left = Uniform();
            var term = Math.Exp(-mean);
            for (var count = 0L; count < 200; count++)
            {
                if (left < term) return count;
                left -= term;
                term *= mean / (count + 1);
            }
        }
    }

    private long CountUp(long trials, double chance)
    {
        var odds = chance / (1 - chance);
        var none = Math.Exp(trials * Math.Log(1 - chance));
        while (true)
        {
            var left = Uniform();
            var term = none;
            for (var count = 0L; count <= Math.Min(trials, 200); count++)
            {
                if (left < term) return count;
                left -= term;
                term *= odds * (trials - count) / (count + 1);
            }
        }
    }

    private static ulong Scramble(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9UL;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBUL;
        return value ^ (value >> 31);
    }
}
