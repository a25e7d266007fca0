using System;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Canary.Sandbox.Objects;

/// <summary>Regular expressions of Go, run in linear time as there: what is no syntax of Go is refused in Go's words.</summary>
internal static class GoRegex
{
    /// <summary>Patterns come from everybody who may write a definition: what is kept is bounded.</summary>
    private const int MostKept = 2000;

    private static readonly ConcurrentDictionary<string, (Regex?, string?)> Kept = new(StringComparer.Ordinal);

    /// <returns>The expression, or why there is none, as <c>error parsing regexp: …</c>.</returns>
    public static (Regex? Regex, string? Error) Compile(string pattern)
    {
        if (Kept.Count > MostKept)
            Kept.Clear();
        return Kept.GetOrAdd(pattern, Read);
    }

    private static (Regex?, string?) Read(string pattern)
    {
        var (ours, error) = GoRegexTranslation.Translate(pattern);
        if (error is not null)
            return (null, "error parsing regexp: " + error);
        try
        {
            return (new Regex(ours!, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking), null);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            return (null, $"error parsing regexp: {problem.Message}");
        }
    }
}
