using System;

namespace Canary.Core.Statistics;

/// <summary>How often, and for which canaries, minutes say "worse" by <see cref="StudentProcess"/>.</summary>
internal static class StudentAgreement
{
    private const int Halvings = 50;

    // More standard deviations are never needed.
    private const double Most = 1e6;

    /// <summary>Chance that so many minutes say it at their end, by a normal approximation of the noncentral t distribution.</summary>
    /// <param name="minutes">Minutes that were seen.</param>
    /// <param name="alpha">The bound of the process.</param>
    /// <param name="mean">Mean of the logarithms of the ratios.</param>
    /// <param name="deviation">Their standard deviation, above 0.</param>
    public static double Chance(int minutes, double alpha, double mean, double deviation)
    {
        if (LeastT(minutes, alpha) is not { } least || !(deviation > 0)) return 0;
        var (freedom, root) = (minutes - 1.0, Math.Sqrt(minutes));
        var bySample = ((root * mean / deviation) - (least * (1 - (1 / (4 * freedom)))))
            / Math.Sqrt(1 + (least * least / (2 * freedom)));
        var byLeast = ((root * mean) - (least * StudentProcess.LeastDeviation)) / deviation;
        return NormalShare.Below(Math.Min(bySample, byLeast));
    }

    /// <summary>The least ratio of the rates at which the minutes say it with this chance; infinite: so few minutes cannot.</summary>
    /// <param name="minutes">Minutes that were seen.</param>
    /// <param name="alpha">The bound of the process.</param>
    /// <param name="chance">How often they are to say it, above 0.5 and below 1.</param>
    /// <param name="expected">Events per minute that a canary like stable has.</param>
    /// <param name="stableEvents">Events of stable per minute.</param>
    /// <param name="seen">Standard deviation of the logarithms as far as it was seen; infinite: it was not.</param>
    public static double Ratio(int minutes, double alpha, double chance, double expected, double stableEvents, double seen)
    {
        if (LeastT(minutes, alpha) is null || expected <= 0 || stableEvents <= 0) return double.PositiveInfinity;
        var (low, high) = (0.0, Math.Log(Most));
        for (var step = 0; step < Halvings; step++)
        {
            var middle = (low + high) / 2;
            var counts = Math.Sqrt((1 / (expected * Math.Exp(middle))) + (1 / stableEvents));
            if (Chance(minutes, alpha, middle, double.IsFinite(seen) ? Math.Max(seen, counts) : counts) >= chance) high = middle;
            else low = middle;
        }

        return Math.Exp(high);
    }

    // The t at which the evidence reaches the bound; null: none does after so few minutes.
    private static double? LeastT(int minutes, double alpha)
    {
        if (!Says(Most)) return null;
        var (low, high) = (0.0, Most);
        for (var step = 0; step < Halvings; step++)
        {
            var middle = (low + high) / 2;
            if (Says(middle)) high = middle;
            else low = middle;
        }

        return high;

        // Values of that t whose standard deviation is the least that is taken.
        bool Says(double t)
        {
            var mean = t * StudentProcess.LeastDeviation / Math.Sqrt(Math.Max(1, minutes));
            return StudentProcess.LogEvidence(minutes, minutes * mean, minutes * mean * mean) >= -Math.Log(alpha);
        }
    }
}
