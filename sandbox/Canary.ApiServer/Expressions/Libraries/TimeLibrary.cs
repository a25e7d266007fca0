using System;
using System.Collections.Generic;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Parts of timestamps and durations.</summary>
internal static class TimeLibrary
{
    private const string OfTime = "timestamp.()int timestamp.(string)int";
    private const string OfBoth = OfTime + " duration.()int";

    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        add("getFullYear", OfTime, a => (long)Time(a).Year);
        add("getMonth", OfTime, a => (long)Time(a).Month - 1);
        add("getDayOfYear", OfTime, a => (long)Time(a).DayOfYear - 1);
        add("getDayOfMonth", OfTime, a => (long)Time(a).Day - 1);
        add("getDate", OfTime, a => (long)Time(a).Day);
        add("getDayOfWeek", OfTime, a => (long)Time(a).DayOfWeek);
        add("getHours", OfBoth, a => a[0] is TimeSpan duration ? (long)duration.TotalHours : Time(a).Hour);
        add("getMinutes", OfBoth, a => a[0] is TimeSpan duration ? (long)duration.TotalMinutes : Time(a).Minute);
        add("getSeconds", OfBoth, a => a[0] is TimeSpan duration ? (long)duration.TotalSeconds : Time(a).Second);
        add("getMilliseconds", OfBoth, a => a[0] is TimeSpan duration ? duration.Milliseconds : (long)Time(a).Millisecond);
    }

    private static DateTimeOffset Time(IReadOnlyList<object?> arguments)
    {
        if (arguments[0] is not DateTimeOffset time)
            throw CelError.NoOverload;
        if (arguments.Count == 1)
            return time.ToUniversalTime();
        return arguments[1] is string zone && Times.Offset(zone, time) is { } offset ? time.ToOffset(offset)
            : throw new CelError($"unknown time zone {arguments[1]}");
    }
}
