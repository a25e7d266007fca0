using System;
using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>A quantity such as <c>500Mi</c> or <c>100m</c>, exact: a whole number of billionths.</summary>
internal sealed partial record QuantityValue(BigInteger Nanos) : IComparable<QuantityValue>
{
    private static readonly BigInteger Billion = 1_000_000_000;

    public bool IsWhole => Nanos % Billion == 0 && Nanos / Billion >= long.MinValue && Nanos / Billion <= long.MaxValue;

    public BigInteger Whole => Nanos / Billion;

    public double Number => (double)Nanos / 1e9;

    public int CompareTo(QuantityValue? other) => Nanos.CompareTo(other?.Nanos ?? 0);

    /// <returns>Null where it is none.</returns>
    public static QuantityValue? Read(string text)
    {
        if (Form().Match(text) is not { Success: true } parts || parts.Groups["digits"].Value.Trim('.').Length == 0 || text.Length > 64)
            return null;
        var digits = parts.Groups["digits"].Value;
        var point = digits.IndexOf('.');
        var decimals = point < 0 ? 0 : digits.Length - point - 1;
        var value = BigInteger.Parse("0" + digits.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        if (parts.Groups["sign"].Value == "-")
            value = -value;
        var (multiplier, exponent) = Suffix(parts.Groups["suffix"].Value);
        if (Math.Abs(exponent) > 100)
            return null;
        value *= multiplier;
        var power = exponent + 9 - decimals;
        return new QuantityValue(power >= 0 ? value * BigInteger.Pow(10, power) : DivideUp(value, BigInteger.Pow(10, -power)));
    }

    // Kubernetes rounds what is finer than a billionth away from zero.
    private static BigInteger DivideUp(BigInteger value, BigInteger by)
    {
        var whole = BigInteger.DivRem(value, by, out var rest);
        return rest.IsZero ? whole : whole + value.Sign;
    }

    private static (BigInteger Multiplier, int Exponent) Suffix(string suffix) => suffix switch
    {
        "" => (1, 0),
        "n" => (1, -9),
        "u" => (1, -6),
        "m" => (1, -3),
        "k" => (1, 3),
        "M" => (1, 6),
        "G" => (1, 9),
        "T" => (1, 12),
        "P" => (1, 15),
        "E" => (1, 18),
        "Ki" => (BigInteger.Pow(2, 10), 0),
        "Mi" => (BigInteger.Pow(2, 20), 0),
        "Gi" => (BigInteger.Pow(2, 30), 0),
        "Ti" => (BigInteger.Pow(2, 40), 0),
        "Pi" => (BigInteger.Pow(2, 50), 0),
        "Ei" => (BigInteger.Pow(2, 60), 0),
        _ =>
            (1, int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) ? exponent
                : 1000),
    };

    [GeneratedRegex(@"\A(?<sign>[+-]?)(?<digits>[0-9]+(\.[0-9]*)?|\.[0-9]+)(?<suffix>|[numkMGTPE]|[KMGTPE]i|[eE][+-]?[0-9]+)\z",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
