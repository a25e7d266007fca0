using System;
using System.Text.RegularExpressions;
using Canary.ApiServer.Documents.Texts;

namespace Canary.ApiServer.Documents.Schemas;

/// <summary>Reading of times. A MicroTime wants exactly six digits of fraction, a Time takes any.</summary>
internal static partial class GoTimes
{
    private const string MicroLayout = "2006-01-02T15:04:05.000000Z07:00";
    private const string Layout = "2006-01-02T15:04:05Z07:00";

    /// <summary>Why the text is no MicroTime; null where it is one.</summary>
    public static string? MicroTimeError(string text)
    {
        if (Seconds().Match(text) is not { Success: true } seconds)
            return Unreadable(text, MicroLayout);
        var rest = text[seconds.Length..];
        return Micro().IsMatch(rest)
            ? null
            : $"parsing time {GoFormat.Quoted(text)} as {GoFormat.Quoted(MicroLayout)}: cannot parse {GoFormat.Quoted(rest)} as "
                + "\".000000\"";
    }

    /// <summary>Why the text is no Time; null where it is one.</summary>
    public static string? TimeError(string text)
    {
        if (SchemaFormats.IsDateTime(text))
            return null;
        return Seconds().Match(text) is { Success: true } seconds
            ? $"parsing time {GoFormat.Quoted(text)} as {GoFormat.Quoted(Layout)}: cannot "
                + $"parse {GoFormat.Quoted(text[seconds.Length..])} as \"Z07:00\""
            : Unreadable(text, Layout);
    }

    private static string Unreadable(string text, string layout)
    {
        string[] parts = ["2006", "-", "01", "-", "02", "T", "15", ":", "04", ":", "05"];
        var at = 0;
        foreach (var part in parts)
        {
            var fits = at + part.Length <= text.Length;
            for (var i = 0; fits && i < part.Length; i++)
                fits = char.IsAsciiDigit(part[i]) ? char.IsAsciiDigit(text[at + i]) : part[i] == text[at + i];
            if (!fits)
                return $"parsing time {GoFormat.Quoted(text)} as {GoFormat.Quoted(layout)}: "
                    + $"cannot parse {GoFormat.Quoted(text[Math.Min(at, text.Length)..])} as {GoFormat.Quoted(part)}";
            at += part.Length;
        }

        return $"parsing time {GoFormat.Quoted(text)}: out of range";
    }

    [GeneratedRegex(@"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}")]
    private static partial Regex Seconds();

    [GeneratedRegex(@"^\.\d{6}(Z|[+-]\d{2}:\d{2})$")]
    private static partial Regex Micro();
}
