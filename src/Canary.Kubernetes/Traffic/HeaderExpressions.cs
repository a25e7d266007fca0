using System;
using System.Linq;
using System.Text;
using Canary.Core.Traffic;

namespace Canary.Kubernetes.Traffic;

/// <summary>Regular expressions (RE2) for a whole value of a header.</summary>
internal static class HeaderExpressions
{
    /// <summary>The expression; null: a whole value is compared letter by letter.</summary>
    public static string? Write(HeaderTest header) => header switch
    {
        { IsCookie: true } => Cookie(header),
        { Value.Kind: TextTestKind.Exact } => null,
        { Value: { Kind: TextTestKind.Prefix, Text: var text } } => Escape(text) + ".*",
        { Value.Text: var text } => text,
    };

    /// <summary>One cookie among those of the header.</summary>
    public static string Cookie(HeaderTest cookie)
    {
        var value = cookie.Value switch
        {
            { Kind: TextTestKind.Exact, Text: var text } => Escape(text),
            { Kind: TextTestKind.Prefix, Text: var text } => Escape(text) + "[^;]*",
            { Text: var text } => $"(?:{WithoutAnchors(text)})",
        };
        return $@"^(.*;\s*)?{Escape(cookie.Name)}={value}(;.*)?$";
    }

    /// <summary>The letters of a text, none of which means anything else.</summary>
    public static string Escape(string text) => text.Aggregate(new StringBuilder(),
        (escaped, letter) => (@"\.+*?()|[]{}^$".Contains(letter) ? escaped.Append('\\') : escaped).Append(letter)).ToString();

    // The expression is for the whole value anyway.
    private static string WithoutAnchors(string expression) =>
        (expression.StartsWith('^') ? expression[1..] : expression) is var rest
        && rest.EndsWith('$') && !rest.EndsWith(@"\$", StringComparison.Ordinal) ? rest[..^1] : rest;
}
