using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Canary.Terminal;

/// <summary>Numbers for people: four digits that count, and no more.</summary>
public static partial class ShortNumber
{
    private const int Digits = 4;

    /// <summary><c>0.02941</c> for 0.02941176470588235, <c>41.25</c>, <c>13200</c>.</summary>
    public static string Format(double value)
    {
        if (!double.IsFinite(value)) return value.ToString(CultureInfo.InvariantCulture);
        if (value == 0) return "0";
        var decimals = Digits - 1 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return Math.Abs(value) < 1e-4 ? value.ToString("0.###e-0", CultureInfo.InvariantCulture)
            : Math.Round(value, Math.Clamp(decimals, 0, 12)).ToString("0.############", CultureInfo.InvariantCulture);
    }

    /// <summary><c>2.94 %</c> for 0.02941176.</summary>
    public static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0.##} %");

    /// <summary>The text with every long fraction in it shortened.</summary>
    public static string Shorten(string text) =>
        LongFraction().Replace(text, match => Format(double.Parse(match.ValueSpan, CultureInfo.InvariantCulture)));

    /// <summary>The value of a measurement: a list of one as its number.</summary>
    public static string Value(string text) =>
        double.TryParse(text.AsSpan().Trim("[]"), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Format(number)
        : Shorten(text);

    // Not a part of a version or of a name.
    [GeneratedRegex("""(?<![\w.])-?\d+\.\d{5,}(?:[eE][+-]?\d+)?(?![\w])(?!\.\d)""")]
    private static partial Regex LongFraction();
}
