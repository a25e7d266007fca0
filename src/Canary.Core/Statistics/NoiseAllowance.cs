using System;

namespace Canary.Core.Statistics;

/// <summary>How far the ratio of two rates may wander by noise that is nobody's fault: each arm's rate moved anew each minute.</summary>
/// <remarks>
/// The boundary of a normal mixture for the mean of the logarithms (Robbins 1970), which holds at every minute at once, for noise with a
/// coefficient of variation of <see cref="Variation"/> on each arm: what is beyond it is not explained by bursts. Not exact, since such
/// noise is not normal; the benchmark of judges measures it.
/// </remarks>
public static class NoiseAllowance
{
    /// <summary>Coefficient of variation of each arm's rate from minute to minute that is allowed for.</summary>
    public const double Variation = 0.5;

    /// <summary>The chance that such noise ever goes beyond.</summary>
    public const double Alpha = 0.01;

    /// <summary>The ratio that noise, and chance, do not reach after so many minutes; above 1, infinite before the first one is over and
    /// where an arm had no event.</summary>
    /// <param name="minutes">Minutes that were seen.</param>
    /// <param name="events">Events of the canary in them: few of them vary by themselves.</param>
    /// <param name="stableEvents">Events of stable.</param>
    public static double Ratio(int minutes, double events, double stableEvents)
    {
        if (minutes <= 0 || events <= 0 || stableEvents <= 0) return double.PositiveInfinity;
        var variance = (2 * Variation * Variation) + (minutes / events) + (minutes / stableEvents);
        return Math.Exp(Math.Sqrt(variance * (minutes + 1.0) * (Math.Log(minutes + 1.0) - (2 * Math.Log(2 * Alpha)))) / minutes);
    }
}
