using System;

namespace Canary.Core.Statistics;

/// <summary>The mean that a count of independent events must have.</summary>
internal static class PoissonMean
{
    /// <summary>The mean at which a count of at least so many has this chance, to about one percent.</summary>
    /// <param name="count">How many; from 1.</param>
    /// <param name="chance">The chance, above 0 and below 1.</param>
    /// <remarks>It is the quantile of a Gamma distribution, the time until that many events. Source: E. B. Wilson and M. M. Hilferty, The
    /// distribution of chi-square, PNAS 17 (1931) 684-688.</remarks>
    public static double Reaching(double count, double chance) =>
        count * Math.Pow(1 - (1 / (9 * count)) + (NormalQuantile.Compute(chance) / (3 * Math.Sqrt(count))), 3);
}
