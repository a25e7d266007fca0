using System;
using System.CommandLine;
using System.Globalization;
using System.Linq;
using System.Threading;
using Canary.Core.Units;
using Canary.Usage;

namespace Canary.Cli.Io;

/// <summary><c>--timeout</c>: seconds, or a length of time with its unit.</summary>
internal static class TimeoutOption
{
    private static readonly TimeSpan Longest = TimeSpan.FromDays(24);

    /// <summary>The option; its value is null where it is not given, and <see cref="Timeout.InfiniteTimeSpan"/> where it is 0.</summary>
    /// <param name="description">What happens when it is over.</param>
    public static Option<TimeSpan?> Create(string description) => new("--timeout")
    {
        Description = description,
        HelpName = "10m",
        CustomParser = result =>
        {
            if (Read(result.Tokens.Single().Value) is { } length) return length == TimeSpan.Zero ? Timeout.InfiniteTimeSpan : length;
            result.AddError(
                $"--timeout: found {UsageErrors.Quote(result.Tokens.Single().Value)}, allowed are seconds as in 90, or a length of time "
                    + $"as in 90s, 10m or 1h30m, up to {Longest.TotalDays:0} days; 0 waits for ever");
            return null;
        },
    };

    /// <summary>The length; null: the text is none.</summary>
    internal static TimeSpan? Read(string text)
    {
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return seconds >= 0 && seconds <= Longest.TotalSeconds ? TimeSpan.FromSeconds(seconds) : null;
        return GoDuration.TryParse(text, out var length, out _) && length >= TimeSpan.Zero && length <= Longest ? length : null;
    }

    /// <summary>As it is said: <c>90s</c>, <c>10m</c>.</summary>
    public static string Text(TimeSpan length) => GoDuration.Format(length);
}
