using System;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Canary.ApiServer.Objects;

/// <summary>Reads a length of time as Go and the mesh's documents write it: <c>1.5s</c>, <c>2m30s</c>, <c>80ms</c>, <c>0</c>.</summary>
internal static partial class GoDuration
{
    public static bool TryParse(string? text, out TimeSpan length)
    {
        length = TimeSpan.Zero;
        if (text is null) return false;
        if (text == "0") return true;
        if (!Whole().IsMatch(text)) return false;
        foreach (Match part in Part().Matches(text))
        {
            var number = double.Parse(part.Groups[1].ValueSpan, CultureInfo.InvariantCulture);
            length += number * One(part.Groups[2].Value);
        }

        return true;
    }

    /// <exception cref="FormatException">The text is not a length of time.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var length) ? length : throw new FormatException($"found \"{text}\", wanted a length of time such as 80ms, 1.5s or 2m30s");

    private static TimeSpan One(string unit) => unit switch
    {
        "h" => TimeSpan.FromHours(1),
        "m" => TimeSpan.FromMinutes(1),
        "s" => TimeSpan.FromSeconds(1),
        "ms" => TimeSpan.FromMilliseconds(1),
        "us" or "µs" => TimeSpan.FromMicroseconds(1),
        _ => TimeSpan.FromMicroseconds(0.001),
    };

    [GeneratedRegex(@"^(?:\d+(?:\.\d*)?(?:h|ms|m|s|us|µs|ns))+$")]
    private static partial Regex Whole();

    [GeneratedRegex(@"(\d+(?:\.\d*)?)(h|ms|m|s|us|µs|ns)")]
    private static partial Regex Part();
}
