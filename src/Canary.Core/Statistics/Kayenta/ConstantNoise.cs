namespace Canary.Core.Statistics.Kayenta;

/// <summary>Spreads a sample of equal values a little, since the rank sum of two constants has no variance.</summary>
/// <remarks>
/// Kayenta draws the noise at random and unseeded; here a verdict must come out the same each time, so the values get the normal scores of
/// a sample of their size: the quantiles at (i - 0.375) / (n + 0.25), whose mean is 0. A 0 stays a 0, there as here. Source of the
/// positions: G. Blom, Statistical Estimates and Transformed Beta-Variables (1958).
/// </remarks>
internal static class ConstantNoise
{
    private const double Share = 1e-5;

    /// <summary>The sample with a standard deviation of about a hundred-thousandth of its value.</summary>
    /// <param name="constant">Equal values, one or more.</param>
    internal static double[] On(double[] constant)
    {
        var spread = new double[constant.Length];
        for (var index = 0; index < spread.Length; index++)
            spread[index] = constant[index] * (1 + (Share * NormalQuantile.Compute((index + 0.625) / (constant.Length + 0.25))));
        return spread;
    }
}
