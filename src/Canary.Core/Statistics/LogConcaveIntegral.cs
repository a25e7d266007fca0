using System;

namespace Canary.Core.Statistics;

/// <summary>Integrals of likelihoods: functions whose logarithm is concave, so that they have one peak and fall away from it on both
/// sides.</summary>
internal static class LogConcaveIntegral
{
    // What lies so far below the peak adds nothing that a double holds.
    private const double Depth = 45;
    private const int Steps = 512;
    private const int Halvings = 100;
    private const double Golden = 0.6180339887498949;

    /// <summary>Natural logarithm of the integral of e^<paramref name="log"/> from <paramref name="low"/> to <paramref name="high"/>, to
    /// about a millionth.</summary>
    /// <param name="log">A concave function that is finite inside; it may be -infinity at either end.</param>
    /// <param name="low">Where the integral begins.</param>
    /// <param name="high">Where it ends; above <paramref name="low"/>.</param>
    public static double Compute(Func<double, double> log, double low, double high)
    {
        var peak = Peak(log, low, high);
        var most = log(peak);
        var (from, to) = (Edge(log, peak, low, most - Depth), Edge(log, peak, high, most - Depth));
        if (!(to > from)) return double.NegativeInfinity;
        // Each side of the peak by itself: they may be of very different widths.
        return most + Math.Log(Simpson(log, from, peak, most) + Simpson(log, peak, to, most));
    }

    /// <summary>The place between two ends where the function is <paramref name="level"/>, away from its peak; the end where it is nowhere
    /// so low.</summary>
    public static double Edge(Func<double, double> log, double peak, double end, double level)
    {
        if (log(end) >= level) return end;
        var (inside, outside) = (peak, end);
        for (var step = 0; step < Halvings && inside != outside; step++)
        {
            var middle = inside + ((outside - inside) / 2);
            if (log(middle) >= level) inside = middle;
            else outside = middle;
        }

        return inside;
    }

    private static double Peak(Func<double, double> log, double low, double high)
    {
        var (one, two) = (high - (Golden * (high - low)), low + (Golden * (high - low)));
        var (atOne, atTwo) = (log(one), log(two));
        for (var step = 0; step < Halvings; step++)
        {
            if (atOne >= atTwo)
            {
                (high, two, atTwo) = (two, one, atOne);
                one = high - (Golden * (high - low));
                atOne = log(one);
            }
            else
            {
                (low, one, atOne) = (one, two, atTwo);
                two = low + (Golden * (high - low));
                atTwo = log(two);
            }
        }

        return low + ((high - low) / 2);
    }

    private static double Simpson(Func<double, double> log, double from, double to, double most)
    {
        if (!(to > from)) return 0;
        var (width, sum) = ((to - from) / Steps, 0.0);
        for (var step = 0; step <= Steps; step++)
            sum += Math.Exp(log(from + (width * step)) - most) * (step is 0 or Steps ? 1 : step % 2 == 1 ? 4 : 2);
        return sum * width / 3;
    }
}
