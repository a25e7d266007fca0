using System;
using System.Linq;

namespace Canary.Core.Analysis.Red;

/// <summary>Text as PromQL writes it.</summary>
public static class PromQlText
{
    /// <summary>The text can stand before the sign of a matcher: letters of ASCII, digits and underscores, and no digit first.</summary>
    public static bool IsLabelName(string text) =>
        text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    /// <summary>The text as a string literal.</summary>
    public static string Quote(string text) =>
        '"'
        + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal)
        + '"';

    /// <summary>A regular expression that matches exactly this text.</summary>
    public static string EscapePattern(string text) =>
        string.Concat(
            text.Select(letter => @"\.+*?()|[]{}^$".Contains(letter, StringComparison.Ordinal) ? $@"\{letter}" : letter.ToString()));
}
