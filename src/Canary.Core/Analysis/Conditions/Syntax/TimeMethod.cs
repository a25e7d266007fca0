using System;
using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Methods of times and durations, by Go's names.</summary>
internal enum TimeMethod
{
    Year,
    Month,
    Day,
    Hour,
    Minute,
    Second,
    Weekday,
    YearDay,
    Unix,
    UnixMilli,
    Add,
    Sub,
    AddDate,
    Truncate,
    Before,
    After,
    Equal,
    In,
    UTC,
    Format,
    Hours,
    Minutes,
    Seconds,
    Milliseconds,
    String,
}

/// <summary>The methods by name, and how many arguments each takes.</summary>
internal static class TimeMethods
{
    public static IEnumerable<string> Names => Enum.GetNames<TimeMethod>();

    public static TimeMethod? Find(string name) => Names.Contains(name) ? Enum.Parse<TimeMethod>(name) : null;

    public static int ArgumentsOf(TimeMethod method) => method switch
    {
        TimeMethod.Add or TimeMethod.Sub or TimeMethod.Truncate or TimeMethod.Before or TimeMethod.After or TimeMethod.Equal
            or TimeMethod.In or TimeMethod.Format => 1,
        TimeMethod.AddDate => 3,
        _ => 0,
    };
}
