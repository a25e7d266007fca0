using System;

namespace Canary.Core.Statistics;

/// <summary>Finds where a function changes its sign, by inverse interpolation where that gets closer and by halving where it does
/// not.</summary>
/// <remarks>
/// Source: R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 4, in the order of steps of R's zeroin, since at a
/// step function that never is 0 the answer depends on the path. The tolerance is absolute, and with it the unit of the argument matters.
/// </remarks>
internal static class BrentRoot
{
    /// <summary>How far the answer may be from the change of sign, in units of the argument.</summary>
    internal const double Tolerance = 1e-4;

    private const int MostIterations = 1000;

    /// <summary>Double.Epsilon is the smallest number; meant is the distance from 1 to the next.</summary>
    private const double Precision = 2.220446049250313e-16;

    /// <summary>A place within <see cref="Tolerance"/> of a change of sign between the ends.</summary>
    /// <param name="of">The function; of opposite sign at the ends, or 0 at one.</param>
    /// <param name="low">The one end.</param>
    /// <param name="high">The other end.</param>
    /// <returns>NaN where the function has no value at a place that was looked at.</returns>
    internal static double Find(Func<double, double> of, double low, double high)
    {
        // Best is the closest place so far, last the one before it, and the root lies between best and far.
        var (last, best, far) = (low, high, low);
        var (atLast, atBest) = (of(low), of(high));
        var atFar = atLast;
        if (atLast == 0) return low;
        if (atBest == 0) return high;
        for (var left = MostIterations + 1; left > 0; left--)
        {
            if (double.IsNaN(atBest) || double.IsNaN(atLast)) return double.NaN;
            var before = best - last;
            if (Math.Abs(atFar) < Math.Abs(atBest))
            {
                (last, best, far) = (best, far, best);
                (atLast, atBest, atFar) = (atBest, atFar, atBest);
            }

            var near = (2 * Precision * Math.Abs(best)) + (Tolerance / 2);
            var half = (far - best) / 2;
            if (Math.Abs(half) <= near || atBest == 0) return best;
            var step = Math.Abs(before) >= near && Math.Abs(atLast) > Math.Abs(atBest)
                ? Interpolated(last, best, far, atLast, atBest, atFar, before, near) ?? half
                : half;
            if (Math.Abs(step) < near) step = step > 0 ? near : -near;
            (last, atLast) = (best, atBest);
            best += step;
            atBest = of(best);
            if (Math.Sign(OrZero(atBest)) * Math.Sign(atFar) > 0) (far, atFar) = (last, atLast);
        }

        return best;
    }

    /// <summary>The step that interpolation proposes: linear through two places, inverse quadratic through three. Null where it leaves the
    /// bracket or shrinks it too slowly.</summary>
    private static double? Interpolated(double last, double best, double far, double atLast, double atBest, double atFar, double before,
        double near)
    {
        var bracket = far - best;
        double over, under;
        if (last == far)
        {
            var ratio = atBest / atLast;
            over = bracket * ratio;
            under = 1 - ratio;
        }
        else
        {
            var (lastToFar, bestToFar, bestToLast) = (atLast / atFar, atBest / atFar, atBest / atLast);
            over = bestToLast * ((bracket * lastToFar * (lastToFar - bestToFar)) - ((best - last) * (bestToFar - 1)));
            under = (lastToFar - 1) * (bestToFar - 1) * (bestToLast - 1);
        }

        (over, under) = over > 0 ? (over, -under) : (-over, under);
        return over < (0.75 * bracket * under) - (Math.Abs(near * under) / 2) && over < Math.Abs(before * under / 2) ? over / under : null;
    }

    private static double OrZero(double value) => double.IsNaN(value) ? 0 : value;
}
