using System;
using System.Collections.Generic;

namespace Canary.Core.Analysis;

/// <summary>
/// A text of a template taken apart: what stands in it as it is, and the arguments <c>{{args.name}}</c> between it. A text that itself has
/// two braces is written as in templates of Go:
/// <c>{{ `{{` }}</c>.
/// </summary>
internal static class PlaceholderText
{
    private const string Open = "{{";
    private const string Close = "}}";
    private const string Prefix = "args.";

    /// <summary>A piece of a text.</summary>
    /// <param name="Written">As it was written.</param>
    /// <param name="Text">What it says; null: it is the value of <paramref name="Argument"/>.</param>
    /// <param name="Argument">Name of an argument; null: it is a text, or nothing that is known.</param>
    public readonly record struct Piece(string Written, string? Text, string? Argument);

    /// <summary>The pieces, in order. One with neither text nor argument is a placeholder that is not known.</summary>
    public static IReadOnlyList<Piece> Read(string text)
    {
        var pieces = new List<Piece>();
        for (var at = 0; at < text.Length;)
        {
            var open = text.IndexOf(Open, at, StringComparison.Ordinal);
            if (open < 0) open = text.Length;
            // The last two of several braces open the placeholder: a selector of PromQL may stand around it.
            while (open + Open.Length < text.Length && text[open + Open.Length] == '{') open++;
            if (open > at) pieces.Add(new Piece(text[at..open], text[at..open], null));
            if (open >= text.Length) break;
            pieces.Add(ReadPlaceholder(text, open, out at));
        }

        return pieces;
    }

    /// <summary>A text that reads as <paramref name="text"/>, whatever stands in it.</summary>
    public static string Quote(string text) =>
        text.Contains('{', StringComparison.Ordinal)
        ? $"{{{{ \"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\" }}}}" : text;

    private static Piece ReadPlaceholder(string text, int open, out int end)
    {
        var inner = open + Open.Length;
        while (inner < text.Length && char.IsWhiteSpace(text[inner])) inner++;
        if (inner < text.Length && text[inner] is '`' or '"' && ReadQuoted(text, inner, out var quoted) is var after and > 0)
        {
            while (after < text.Length && char.IsWhiteSpace(text[after])) after++;
            if (text.AsSpan(after).StartsWith(Close))
            {
                end = after + Close.Length;
                // A chart of Helm that was not rendered has its placeholders in quotes: they are no text.
                return new Piece(text[open..end], HoldsArgument(quoted) ? null : quoted, null);
            }
        }

        var close = text.IndexOf(Close, open + Open.Length, StringComparison.Ordinal);
        if (close < 0)
        {
            end = text.Length;
            return new Piece(text[open..], null, null);
        }

        end = close + Close.Length;
        var name = text[(open + Open.Length)..close].Trim();
        return new Piece(text[open..end], null, name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : null);
    }

    private static bool HoldsArgument(string text)
    {
        for (var at = text.IndexOf(Open, StringComparison.Ordinal); at >= 0; at = text.IndexOf(Open, at + 1, StringComparison.Ordinal))
        {
            if (text.AsSpan(at + Open.Length).TrimStart().StartsWith(Prefix)) return true;
        }

        return false;
    }

    /// <summary>A text in back quotes, in which nothing is escaped, or in quotation marks, in which a backslash takes the next letter as it
    /// is.</summary>
    /// <returns>The place behind it; 0: it does not end.</returns>
    private static int ReadQuoted(string text, int from, out string quoted)
    {
        var said = new System.Text.StringBuilder();
        for (var at = from + 1; at < text.Length; at++)
        {
            if (text[at] == text[from])
            {
                quoted = said.ToString();
                return at + 1;
            }

            if (text[at] == '\\' && text[from] == '"' && at + 1 < text.Length) at++;
            said.Append(text[at]);
        }

        quoted = "";
        return 0;
    }
}
