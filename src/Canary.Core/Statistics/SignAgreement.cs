using System;

namespace Canary.Core.Statistics;

/// <summary>How many times as bad a canary is whose minutes say so by <see cref="SignProcess"/>.</summary>
internal static class SignAgreement
{
    /// <summary>The least ratio of the rates at which the minutes agree with this chance, by normal approximations; infinite: so few
    /// minutes cannot.</summary>
    /// <param name="minutes">Minutes that were seen.</param>
    /// <param name="alpha">The bound of the sign process.</param>
    /// <param name="chance">How often they are to agree, above 0.5 and below 1.</param>
    /// <param name="expected">Events per minute that a canary like stable has.</param>
    /// <param name="stableEvents">Events of stable per minute.</param>
    public static double Ratio(int minutes, double alpha, double chance, double expected, double stableEvents)
    {
        if (Agreeing(minutes, alpha) is not { } agreeing || expected <= 0 || stableEvents <= 0) return double.PositiveInfinity;
        var share = Share(minutes, agreeing, chance);
        var z = NormalQuantile.Compute(share);
        // The canary's rate lies z standard deviations above stable's: (r - 1)^2 = z^2 (r/expected + 1/stableEvents).
        var (linear, constant) = (z * z / expected, z * z * ((1 / expected) + (1 / stableEvents)));
        return 1 + ((linear + Math.Sqrt((linear * linear) + (4 * constant))) / 2);
    }

    // How many of so many minutes must say "worse"; null: all of them are too few.
    private static int? Agreeing(int minutes, double alpha)
    {
        if (!Agrees(minutes)) return null;
        var (low, high) = (minutes / 2, minutes);
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            if (Agrees(middle)) high = middle;
            else low = middle;
        }

        return high;

        bool Agrees(int count) => SignProcess.LogEvidence(count, minutes - count) >= -Math.Log(alpha);
    }

    // The share of minutes that must say so on average, for that many to do so with this chance.
    private static double Share(int minutes, int agreeing, double chance)
    {
        if (agreeing == minutes) return Math.Pow(chance, 1.0 / minutes);
        var (z, share) = (NormalQuantile.Compute(chance), (double)agreeing / minutes);
        for (var turn = 0; turn < 5; turn++)
            share = Math.Min(((agreeing - 0.5) / minutes) + (z * Math.Sqrt(share * (1 - share) / minutes)), 1 - (0.5 / minutes));
        return share;
    }
}
