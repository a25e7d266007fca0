using System.Globalization;

namespace Canary.Core.Analysis;

/// <summary>Numbers as Prometheus and conditions write them.</summary>
public static class NumberText
{
    /// <summary>The shortest text that reads back as the same number; <c>NaN</c>, <c>+Inf</c>, <c>-Inf</c>.</summary>
    public static string Of(double number) => number switch
    {
        double.NaN => "NaN",
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        _ => number.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>At most <paramref name="digits"/> significant digits, for a sentence: <c>0.0412</c>, <c>812</c>.</summary>
    public static string Short(double number, int digits) =>
        double.IsFinite(number) && number.ToString($"G{digits}", CultureInfo.InvariantCulture) is var text && !text.Contains('E') ? text : Of(number);
}
