using System;
using System.Text.RegularExpressions;

namespace Canary.Core.Analysis.Conditions.Values;

/// <summary>The regular expression of <c>matches</c>: it is found anywhere in the text, in a time that is linear in it.</summary>
internal static class TextPattern
{
    private const int LongestPattern = 1024;

    /// <exception cref="EvaluationException">It is none, or uses what RE2 does not have: look-around, back references.</exception>
    public static Regex Read(string pattern)
    {
        if (pattern.Length > LongestPattern)
            throw new EvaluationException($"a regular expression has at most {LongestPattern} characters, this one has {pattern.Length}");
        try
        {
            // (?P<name> is RE2's way of writing (?<name>.
            return new Regex(pattern.Replace("(?P<", "(?<", StringComparison.Ordinal),
                RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);
        }
        catch (ArgumentException)
        {
            throw new EvaluationException($"matches was given \"{pattern}\", which is no regular expression");
        }
        catch (NotSupportedException)
        {
            throw new EvaluationException(
                $"matches was given \"{pattern}\", which uses what takes more than linear time (look-around, back references) or is too "
                    + "large");
        }
    }
}
