using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text.RegularExpressions;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary>Finds how far back a PromQL query looks: its range selectors <c>[5m]</c> and subqueries <c>[1h:1m]</c>.</summary>
public static class PromQlRanges
{
    private const RegexOptions Options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant;

    // A bracket inside a text or a comment is no range.
    private static readonly Regex Ignored = new("""("(\\.|[^"\\])*"|'(\\.|[^'\\])*'|`[^`]*`|#[^\n]*)""", Options);
    private static readonly Regex Range = new(@"\[\s*((?:[0-9]+(?:ms|s|m|h|d|w|y))+|[0-9]+)\s*[\]:]", Options);
    private static readonly Regex Part = new("([0-9]+)(ms|s|m|h|d|w|y)?", Options);

    private static readonly Dictionary<string, TimeSpan> Units = new()
    {
        ["ms"] = TimeSpan.FromMilliseconds(1),
        ["s"] = TimeSpan.FromSeconds(1),
        [""] = TimeSpan.FromSeconds(1),
        ["m"] = TimeSpan.FromMinutes(1),
        ["h"] = TimeSpan.FromHours(1),
        ["d"] = TimeSpan.FromDays(1),
        ["w"] = TimeSpan.FromDays(7),
        ["y"] = TimeSpan.FromDays(365),
    };

    /// <summary>The longest range; zero where there is none. An offset is not counted: who writes one wants to look at another
    /// time.</summary>
    public static TimeSpan Longest(string query)
    {
        var longest = TimeSpan.Zero;
        foreach (Match range in Range.Matches(Ignored.Replace(query, "")))
        {
            var length = TimeSpan.Zero;
            foreach (Match part in Part.Matches(range.Groups[1].Value))
            {
                // More than a century is no window that anybody waits for; the server says what it thinks of it.
                if (!int.TryParse(part.Groups[1].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var amount) || amount > 36_500)
                    continue;
                var unit = Units[part.Groups[2].Value];
                length = amount * unit.TotalDays > GoDuration.Longest.TotalDays ? GoDuration.Longest : length + (unit * amount);
                if (length > GoDuration.Longest) length = GoDuration.Longest;
            }

            if (length > longest) longest = length;
        }

        return longest;
    }
}
