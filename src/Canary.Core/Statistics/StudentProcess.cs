using System;

namespace Canary.Core.Statistics;

/// <summary>
/// Evidence that the mean of normal values is above 0, where their variance is not known: an e-process from Student's t. Values that hardly
/// vary are convincing after three, values that vary need more, and two never are.
/// </summary>
/// <remarks>
/// <para>Exactly, it is the Bayes factor for delta, the mean in standard deviations: a half normal prior of variance g
/// (<see cref="Prior"/>) against 0, both with the right Haar prior 1/sigma for the standard deviation sigma. It depends on t alone. It is
/// the likelihood ratio of the values up to their scale, and so an e-process for delta 0, whatever sigma is. It is the two-sided factor
/// (1 + n g)^(-1/2) ((1 + t²/v) / (1 + t²/(v (1 + n g))))^(n/2), v = n - 1, times twice the posterior chance that delta is above 0. That
/// chance is Student's distribution function with n degrees of freedom. The one with a single degree is less, and stands for it.</para>
/// <para>A mean below 0 makes every t smaller than a mean of 0 would, and a larger sum of squares does too, so that neither raises the
/// chance to be convinced: the bound holds for all means up to 0, and with <see cref="LeastDeviation"/>.</para>
/// <para>Not exact: the logarithm of a minute's ratio is not normal, and minutes may depend on each other. The benchmark of judges measures
/// it. Sources: Rouder, Speckman, Sun, Morey and Iverson, Psychon. Bull. Rev. 16 (2009) 225-237; Pérez-Ortiz, Lardy, de Heide and
/// Grünwald, Ann. Statist. 52 (2024) 1410-1432; Wang and Ramdas, arXiv:2310.03722.</para>
/// </remarks>
public static class StudentProcess
{
    /// <summary>Variance of the prior: which means, in standard deviations, are found soonest.</summary>
    public const double Prior = 30;

    /// <summary>Standard deviation that is counted with at least: three minutes that are alike by chance show nothing of a ratio near
    /// 1.</summary>
    public const double LeastDeviation = 0.1;

    /// <summary>Natural logarithm of the evidence that the mean is above 0; minus infinity: none, since it is not, or since there are fewer
    /// than two values.</summary>
    /// <param name="count">Values.</param>
    /// <param name="sum">Their sum.</param>
    /// <param name="squares">Sum of their squares.</param>
    public static double LogEvidence(int count, double sum, double squares)
    {
        if (count < 2 || !(sum > 0) || !double.IsFinite(sum + squares)) return double.NegativeInfinity;
        var shrink = 1 + (count * Prior);
        var ratio = sum / count * sum / SquaredDistances(count, sum, squares);
        // Student's t squared, by its degrees of freedom, and the argument of the distribution function.
        var at = count * Math.Sqrt(Prior * ratio / (shrink + ratio));
        return (-Math.Log(shrink) / 2) + (count / 2.0 * (Math.Log(1 + ratio) - Math.Log(1 + (ratio / shrink))))
            + Math.Log(1 + (2 * Math.Atan(at) / Math.PI));
    }

    /// <summary>Standard deviation of the values, <see cref="LeastDeviation"/> at least; infinite of fewer than two.</summary>
    /// <param name="count">Values.</param>
    /// <param name="sum">Their sum.</param>
    /// <param name="squares">Sum of their squares.</param>
    public static double Deviation(int count, double sum, double squares) =>
        count < 2 ? double.PositiveInfinity : Math.Sqrt(SquaredDistances(count, sum, squares) / (count - 1));

    private static double SquaredDistances(int count, double sum, double squares) =>
        Math.Max(squares - (sum / count * sum), (count - 1) * LeastDeviation * LeastDeviation);
}
