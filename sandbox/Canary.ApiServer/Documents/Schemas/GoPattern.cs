using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>Patterns of schemas, which are regular expressions of Go.</summary>
internal static class GoPattern
{
    /// <summary>True where the text matches; also where the pattern does not compile, which no definition that is stored has.</summary>
    public static bool Matches(string pattern, string text) => GoRegex.Compile(pattern).Regex?.IsMatch(text) ?? true;

    /// <summary>Why the pattern is none; null where it is one.</summary>
    public static string? Error(string pattern) => GoRegex.Compile(pattern).Error;
}
