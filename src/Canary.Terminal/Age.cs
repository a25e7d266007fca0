using System;
using System.Globalization;

namespace Canary.Terminal;

/// <summary>How long ago, as kubectl says it: <c>45s</c>, <c>3m20s</c>, <c>5h</c>, <c>2d4h</c>.</summary>
public static class Age
{
    public static string Format(string? since, DateTimeOffset now) =>
        DateTimeOffset.TryParse(since, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then) ? Format(now - then)
        : "<none>";

    public static string Format(TimeSpan age)
    {
        var seconds = Math.Max(0, (long)age.TotalSeconds);
        var minutes = seconds / 60;
        var hours = minutes / 60;
        var days = hours / 24;
        return seconds < 120 ? $"{seconds}s"
            : minutes < 10 ? With(minutes, "m", seconds % 60, "s")
            : hours < 3 ? $"{minutes}m"
            : hours < 8 ? With(hours, "h", minutes % 60, "m")
            : hours < 48 ? $"{hours}h"
            : days < 8 ? With(days, "d", hours % 24, "h")
            : $"{days}d";
    }

    private static string With(long large, string unit, long small, string smallUnit) =>
        small == 0 ? $"{large}{unit}" : $"{large}{unit}{small}{smallUnit}";
}
