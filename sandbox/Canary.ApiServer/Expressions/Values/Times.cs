using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>Durations and timestamps in the texts of CEL.</summary>
internal static partial class Times
{
    /// <summary>A duration as Go writes it: <c>1h30m</c>, <c>250ms</c>, <c>-2s</c>, <c>0</c>.</summary>
    public static TimeSpan? ReadDuration(string text)
    {
        if (!Duration().IsMatch(text))
            return null;
        decimal ticks = 0;
        foreach (Match part in Part().Matches(text))
        {
            if (!decimal.TryParse(part.Groups["number"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number))
                return null;
            decimal unit = part.Groups["unit"].Value switch
            {
                "h" => TimeSpan.TicksPerHour,
                "m" => TimeSpan.TicksPerMinute,
                "s" => TimeSpan.TicksPerSecond,
                "ms" => TimeSpan.TicksPerMillisecond,
                "ns" => 0.01m,
                _ => 10,
            };
            if (number > 1e15m)
                return null;
            ticks += number * unit;
        }

        return ticks > long.MaxValue ? null : TimeSpan.FromTicks((long)(text[0] == '-' ? -ticks : ticks));
    }

    public static DateTimeOffset? ReadTimestamp(string text)
    {
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
            return new DateTimeOffset(day, TimeOnly.MinValue, TimeSpan.Zero);
        return Rfc3339().IsMatch(text)
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    public static string Write(TimeSpan duration) =>
        (duration.Ticks / (decimal)TimeSpan.TicksPerSecond).ToString("0.#########", CultureInfo.InvariantCulture) + "s";

    public static string Write(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <summary>Time zone by name (<c>Europe/Berlin</c>) or offset (<c>-02:00</c>); null where it is neither.</summary>
    public static TimeSpan? Offset(string zone, DateTimeOffset at)
    {
        if (Shift().Match(zone) is { Success: true } shift)
        {
            var minutes = (int.Parse(shift.Groups[2].ValueSpan, CultureInfo.InvariantCulture) * 60) + int.Parse(shift.Groups[3].ValueSpan,
                CultureInfo.InvariantCulture);
            return minutes <= 14 * 60 ? TimeSpan.FromMinutes(shift.Groups[1].Value == "-" ? -minutes : minutes) : null;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(zone, out var found) ? found.GetUtcOffset(at) : null;
    }

    [GeneratedRegex(@"\A[+-]?(0|(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+)\z")]
    private static partial Regex Duration();

    [GeneratedRegex(@"(?<number>[0-9]+(\.[0-9]*)?|\.[0-9]+)(?<unit>ns|us|µs|μs|ms|s|m|h)")]
    private static partial Regex Part();

    [GeneratedRegex(@"\A\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d+)?([Zz]|[+-]\d{2}:\d{2})\z")]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"\A([+-]?)(\d{1,2}):(\d{2})\z")]
    private static partial Regex Shift();
}
