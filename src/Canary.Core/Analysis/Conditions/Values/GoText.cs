using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Conditions.Values;

/// <summary>Values as Go writes them (<c>%v</c>), which is what <c>string()</c> gives.</summary>
internal static class GoText
{
    public static string Format(Value value) => value switch
    {
        Value.Nil => "<nil>",
        Value.Text text => text.Content,
        Value.Number number => Number(number.Amount, -4, 6),
        Value.Time time => Time(time.At),
        Value.Duration duration => Duration(duration.Length),
        Value.List list => $"[{string.Join(' ', list.Members.Select(Format))}]",
        Value.Map { Items: { } items } => Format(items),
        Value.Map map =>
            "map["
            + string.Join(' ', map.Members.OrderBy(member => Format(member.Key), StringComparer.Ordinal)
                .Select(member => $"{Format(member.Key)}:{Format(member.Value)}"))
            + "]",
        _ => value.ToString(),
    };

    /// <summary>The shortest digits that read back as the same number.</summary>
    /// <param name="number">The number.</param>
    /// <param name="leastExponent">Numbers with a smaller exponent have it written.</param>
    /// <param name="mostExponent">So have numbers with this exponent, or a greater one.</param>
    public static string Number(double number, int leastExponent, int mostExponent)
    {
        if (!double.IsFinite(number) || number == 0)
            return number == 0 ? (double.IsNegative(number) ? "-0" : "0") : NumberText.Format(number);
        // 1.2345E+005 in .NET: the digits and the exponent, which Go writes in its own way.
        var parts = number.ToString("E16", CultureInfo.InvariantCulture).Split('E');
        var exponent = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var shortest = number.ToString("R", CultureInfo.InvariantCulture);
        var digits = new string([.. shortest.Split('E')[0].Where(char.IsAsciiDigit)]).Trim('0');
        if (digits.Length == 0) digits = "0";
        var sign = number < 0 ? "-" : "";
        if (exponent < leastExponent || exponent >= mostExponent)
        {
            var power = Math.Abs(exponent).ToString("00", CultureInfo.InvariantCulture);
            return $"{sign}{digits[..1]}{(digits.Length > 1 ? "." + digits[1..] : "")}e{(exponent < 0 ? '-' : '+')}{power}";
        }

        if (exponent < 0) return $"{sign}0.{new string('0', -exponent - 1)}{digits}";
        var whole = digits.PadRight(exponent + 1, '0');
        return whole.Length == exponent + 1 ? sign + whole : $"{sign}{whole[..(exponent + 1)]}.{whole[(exponent + 1)..]}";
    }

    private static string Time(DateTimeOffset at)
    {
        var offset = at.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);
        return $"{at.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture)} "
            + $"{offset} {(at.Offset == TimeSpan.Zero ? "UTC" : offset)}";
    }

    /// <summary><c>1h0m0s</c>, <c>1.5s</c>, <c>100ms</c>.</summary>
    private static string Duration(TimeSpan length)
    {
        if (length < TimeSpan.Zero) return "-" + Duration(length.Negate());
        if (length == TimeSpan.Zero) return "0s";
        if (length.Ticks < TimeSpan.TicksPerMillisecond)
            return string.Create(CultureInfo.InvariantCulture, $"{length.Ticks / 10m:0.####}µs");
        if (length.Ticks < TimeSpan.TicksPerSecond)
            return string.Create(CultureInfo.InvariantCulture, $"{length.Ticks / (decimal)TimeSpan.TicksPerMillisecond:0.#######}ms");
        var hours = length.Ticks / TimeSpan.TicksPerHour;
        var seconds = length.Ticks % TimeSpan.TicksPerMinute / (decimal)TimeSpan.TicksPerSecond;
        var minutes = hours > 0 || length.Minutes > 0 ? string.Create(CultureInfo.InvariantCulture, $"{length.Minutes}m") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{(hours > 0 ? $"{hours}h" : "")}{minutes}{seconds:0.#######}s");
    }
}
