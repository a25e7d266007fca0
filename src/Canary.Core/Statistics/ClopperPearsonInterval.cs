using System;

namespace Canary.Core.Statistics;

/// <summary>The range that a share lies in, exact: whatever the share is, it is outside in at most 5 of 100 cases.</summary>
/// <param name="Low">Lower bound, 0 to 1.</param>
/// <param name="High">Upper bound, 0 to 1.</param>
/// <remarks>Source: Clopper and Pearson, Biometrika 26 (1934) 404-413, by quantiles of the Beta distribution, so that the counts need not
/// be whole. The Beta distribution function is the continued fraction of DLMF 8.17.22, evaluated by the method of Lentz.</remarks>
public readonly record struct ClopperPearsonInterval(double Low, double High)
{
    private const double Tail = 0.025;

    /// <summary>The 95 percent interval of <paramref name="events"/> among <paramref name="all"/>.</summary>
    /// <param name="events">0 to <paramref name="all"/>.</param>
    /// <param name="all">Above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is nothing to have a share of, or the events are not a part of it.</exception>
    public static ClopperPearsonInterval Of(double events, double all)
    {
        if (!(all > 0)) throw new ArgumentOutOfRangeException(nameof(all), all, "it is above 0");
        if (!(events >= 0 && events <= all)) throw new ArgumentOutOfRangeException(nameof(events), events, $"it is from 0 to {all}");
        return new(events == 0 ? 0 : Quantile(events, all - events + 1, Tail),
            events == all ? 1 : Quantile(events + 1, all - events, 1 - Tail));
    }

    /// <summary>How many without an event show, by the upper bound, that the share is at most <paramref name="share"/>.</summary>
    /// <param name="share">Above 0 and below 1.</param>
    public static int Needed(double share) => (int)Math.Ceiling(Math.Log(Tail) / Math.Log(1 - share));

    private static double Quantile(double a, double b, double chance)
    {
        var (low, high) = (0.0, 1.0);
        for (var step = 0; step < 60; step++)
        {
            var middle = (low + high) / 2;
            if (Beta(a, b, middle) < chance) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    // The regularized incomplete Beta function.
    private static double Beta(double a, double b, double x)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        // The fraction converges fast on this side of the mean alone.
        if (x > (a + 1) / (a + b + 2)) return 1 - Beta(b, a, 1 - x);
        var front = Math.Exp((a * Math.Log(x)) + (b * Math.Log(1 - x)) + LogGamma(a + b) - LogGamma(a) - LogGamma(b)) / a;
        var (c, d) = (1.0, 1 / NotZero(1 - ((a + b) * x / (a + 1))));
        var fraction = d;
        for (var m = 1; m <= 500; m++)
        {
            Next(m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m))));
            if (Math.Abs(Next(-(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1))) - 1) < 1e-14) break;
        }

        return front * fraction;

        double Next(double term)
        {
            d = 1 / NotZero(1 + (term * d));
            c = NotZero(1 + (term / c));
            fraction *= c * d;
            return c * d;
        }
    }

    private static double NotZero(double number) => Math.Abs(number) < 1e-300 ? 1e-300 : number;

    // Stirling's series, DLMF 5.11.1, from 10 on; below it by the recurrence.
    private static double LogGamma(double x)
    {
        var below = 0.0;
        for (; x < 10; x++) below += Math.Log(x);
        var inverse = 1 / (x * x);
        var series = (1.0 / 12) - (inverse * ((1.0 / 360) - (inverse * ((1.0 / 1260) - (inverse / 1680)))));
        return ((x - 0.5) * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI)) + (series / x) - below;
    }
}
