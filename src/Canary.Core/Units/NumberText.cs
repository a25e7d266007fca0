using System;
using System.Globalization;

namespace Canary.Core.Units;

/// <summary>Numbers as Prometheus and conditions write them.</summary>
public static class NumberText
{
    /// <summary>A decimal has no more digits than that behind its point.</summary>
    private const int MostDecimals = 28;

    /// <summary>The shortest text that reads back as the same number; <c>NaN</c>, <c>+Inf</c>, <c>-Inf</c>.</summary>
    public static string Format(double number) => number switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => number.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>At most <paramref name="digits"/> significant digits for a sentence, without an exponent, and never fewer than stand before
    /// the point: <c>0.0412</c>, <c>0.0000041</c>, <c>812</c>, <c>48213</c>.</summary>
    public static string Short(double number, int digits)
    {
        if (!double.IsFinite(number) || Math.Abs(number) >= 1e15) return Format(number);
        if (number == 0) return "0";
        var decimals = digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(number)));
        return decimals > MostDecimals ? Format(number)
            : Math.Round((decimal)number, Math.Max(0, decimals), MidpointRounding.AwayFromZero)
            .ToString("0." + new string('#', Math.Max(0, decimals)), CultureInfo.InvariantCulture);
    }
}
