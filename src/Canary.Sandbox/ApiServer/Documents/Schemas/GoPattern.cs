using System;
using System.Collections.Concurrent;
using System.Text.RegularExpressions;

namespace Canary.Sandbox.ApiServer.Documents.Schemas;

/// <summary>Patterns of schemas. They are written for Go's engine, whose syntax is nearly a subset of ours.</summary>
internal static class GoPattern
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);
    private static readonly ConcurrentDictionary<string, Regex?> Compiled = new(StringComparer.Ordinal);

    /// <summary>True where the text matches; also where the pattern does not compile, as nothing can be said then.</summary>
    public static bool Matches(string pattern, string text)
    {
        var regex = Compiled.GetOrAdd(pattern, Compile);
        return regex is null || regex.IsMatch(text);
    }

    public static bool Compiles(string pattern) => Compiled.GetOrAdd(pattern, Compile) is not null;

    private static Regex? Compile(string pattern)
    {
        try
        {
            // Without multiline Go's $ means the very end; ours would also match before a last line feed.
            var ours = pattern.EndsWith('$') && !pattern.EndsWith("\\$", StringComparison.Ordinal)
                ? string.Concat(pattern.AsSpan(0, pattern.Length - 1), "\\z")
                : pattern;
            return new Regex(ours, RegexOptions.CultureInvariant, Patience);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
