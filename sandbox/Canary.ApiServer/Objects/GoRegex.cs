using System;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Canary.Core.Patterns;

namespace Canary.ApiServer.Objects;

/// <summary>Regular expressions of Go, compiled once: what is no syntax of Go is refused in Go's words.</summary>
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
        var (regex, problem) = GoExpression.Compile(pattern);
        return (regex, problem is null ? null : "error parsing regexp: " + problem);
    }
}
