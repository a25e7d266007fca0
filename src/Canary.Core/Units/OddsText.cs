using System;
using System.Globalization;

namespace Canary.Core.Units;

/// <summary>Evidence as odds that a person understands.</summary>
internal static class OddsText
{
    private const double Most = 1e9;

    /// <summary><c>250:1</c>, <c>1:40</c>; two digits, and no more than a thousand million to one.</summary>
    /// <param name="log">Natural logarithm of the odds.</param>
    public static string Odds(double log)
    {
        var ratio = Math.Exp(Math.Min(Math.Abs(log), Math.Log(Most) + 1));
        var text = ratio > Most ? $"more than {Count((long)Most)}" : ratio < 10 ? ratio.ToString("0.#", CultureInfo.InvariantCulture)
            : Count((long)Rounded(ratio));
        return log >= 0 ? $"{text}:1" : $"1:{text}";
    }

    /// <summary><c>13,200</c>.</summary>
    public static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    /// <summary><c>0.31 %</c>.</summary>
    public static string Percent(double share) => $"{NumberText.Short(share * 100, share is >= 0.1 and <= 1 ? 3 : 2)} %";

    /// <summary>Percent that are not left to chance, with two digits of what is: <c>99</c>, <c>99.5</c>, <c>99.67</c>, and never
    /// 100.</summary>
    public static string Sure(double alpha)
    {
        var decimals = (int)Math.Clamp(1 - Math.Floor(Math.Log10(alpha * 100)), 0, 12);
        return Math.Round(100 - (alpha * 100), decimals).ToString("0.############", CultureInfo.InvariantCulture);
    }

    private static double Rounded(double ratio)
    {
        var unit = Math.Pow(10, Math.Floor(Math.Log10(ratio)) - 1);
        return Math.Round(ratio / unit) * unit;
    }
}
