using System;
using System.Globalization;

namespace Canary.Core.Units;

/// <summary>A time of day in a message.</summary>
public static class TimeText
{
    /// <summary>In UTC and to the second: "13:05:00Z".</summary>
    public static string Format(DateTimeOffset time) => time.UtcDateTime.ToString("HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
