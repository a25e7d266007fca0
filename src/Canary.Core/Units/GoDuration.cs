using System;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Canary.Core.Units;

/// <summary>Durations as specs write them: Go style (<c>90s</c>, <c>2m30s</c>, <c>1.5h</c>, <c>100ms</c>) or whole seconds
/// (<c>90</c>).</summary>
/// <remarks>Source: Go's time.ParseDuration. Not taken from there: a sign, because no length in a spec is negative. Finer than 100 ns is
/// cut off.</remarks>
public static class GoDuration
{
    /// <summary>The longest duration that is read: a date stays one when such lengths are added to it.</summary>
    /// <value>87600h, which is ten years.</value>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    private static readonly (string Name, decimal Ticks)[] Units =
    [
        ("ns", 0.01m), ("us", 10m), ("µs", 10m), ("μs", 10m), ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond), ("m", TimeSpan.TicksPerMinute), ("h", TimeSpan.TicksPerHour),
    ];

    /// <summary>Reads a duration.</summary>
    /// <param name="text">What the spec holds; a number of a JSON document as its digits.</param>
    /// <param name="value">The length; zero where it cannot be read.</param>
    /// <param name="problem">What was found and what is allowed; null where it was read.</param>
    public static bool TryParse(string text, out TimeSpan value, [NotNullWhen(false)] out string? problem)
    {
        value = TimeSpan.Zero;
        problem = null;
        try
        {
            var ticks = text.Length > 0 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0
                ? decimal.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture) * TimeSpan.TicksPerSecond
                : Sum(text, out problem);
            if (problem is null && ticks <= Longest.Ticks) value = TimeSpan.FromTicks((long)ticks);
            else problem ??= TooLong(text);
        }
        catch (OverflowException)
        {
            problem = TooLong(text);
        }

        return problem is null;
    }

    /// <summary>Go style without the units that are zero: <c>2m30s</c>, <c>1h</c>, <c>100ms</c>, <c>0s</c>.</summary>
    public static string Format(TimeSpan length)
    {
        if (length < TimeSpan.Zero) return "-" + Format(length.Negate());
        var text = new StringBuilder();
        var hours = length.Ticks / TimeSpan.TicksPerHour;
        if (hours > 0) text.Append(CultureInfo.InvariantCulture, $"{hours}h");
        if (length.Minutes > 0) text.Append(CultureInfo.InvariantCulture, $"{length.Minutes}m");
        var rest = length.Ticks % TimeSpan.TicksPerMinute;
        if (rest > 0 && rest < TimeSpan.TicksPerSecond && text.Length == 0)
            text.Append(CultureInfo.InvariantCulture, $"{rest / (decimal)TimeSpan.TicksPerMillisecond:0.####}ms");
        else if (rest > 0 || text.Length == 0)
            text.Append(CultureInfo.InvariantCulture, $"{rest / (decimal)TimeSpan.TicksPerSecond:0.#######}s");
        return text.ToString();
    }

    private static decimal Sum(string text, out string? problem)
    {
        var sum = 0m;
        var at = 0;
        while (at < text.Length)
        {
            var number = Take(text, at, isNumber: true);
            var unit = Take(text, at + number.Length, isNumber: false);
            var known = Array.FindIndex(Units, one => one.Name == unit);
            if (known < 0 || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            {
                problem = unit.Length == 0 && number.Length > 0 ? $"'{text}' has no unit behind {number}; {Allowed}"
                    : $"'{text}' is not a duration; {Allowed}";
                return 0m;
            }

            sum += amount * Units[known].Ticks;
            at += number.Length + unit.Length;
        }

        problem = text.Length == 0 ? $"it is empty; {Allowed}" : null;
        return sum;
    }

    private static string Take(string text, int from, bool isNumber)
    {
        var to = from;
        while (to < text.Length && (char.IsAsciiDigit(text[to]) || text[to] == '.') == isNumber) to++;
        return text[from..to];
    }

    private const string Allowed = "allowed are Go style, such as 90s, 2m30s, 1.5h or 100ms, and whole seconds, such as 90";

    private static string TooLong(string text) =>
        $"'{text}' is longer than can be counted: {Format(Longest)}, ten years, is the longest; {Allowed}";
}
