using System;
using System.Globalization;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>Ages as kubectl shows them: 45s, 3m10s, 12h, 5d3h, 6y325d.</summary>
internal static class Ages
{
    /// <summary>Age of an RFC 3339 time; <c>&lt;unknown&gt;</c> without one, <c>&lt;invalid&gt;</c> for what is no time.</summary>
    public static string Since(string? time, DateTimeOffset now)
    {
        if (string.IsNullOrEmpty(time))
            return "<unknown>";
        return DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var then) ? Text(now - then)
            : "<invalid>";
    }

    public static string Text(TimeSpan age)
    {
        var seconds = (long)age.TotalSeconds;
        if (seconds < -1)
            return "<invalid>";
        if (seconds < 0)
            return "0s";
        if (seconds < 120)
            return $"{seconds}s";
        var minutes = seconds / 60;
        if (minutes < 10)
            return With(minutes, "m", seconds % 60, "s");
        if (minutes < 180)
            return $"{minutes}m";
        var hours = minutes / 60;
        if (hours < 8)
            return With(hours, "h", minutes % 60, "m");
        if (hours < 48)
            return $"{hours}h";
        var days = hours / 24;
        if (hours < 192)
            return With(days, "d", hours % 24, "h");
        if (days < 730)
            return $"{days}d";
        var years = days / 365;
        return days < 2920 ? With(years, "y", days % 365, "d") : $"{years}y";
    }

    private static string With(long large, string largeUnit, long small, string smallUnit) =>
        small == 0 ? $"{large}{largeUnit}" : $"{large}{largeUnit}{small}{smallUnit}";
}
