using System;
using Spectre.Console;

namespace Canary.Terminal;

/// <summary>Text in parts, each in its own style. Not markup: that breaks a row within a word at every bracket of a condition.</summary>
public static class StyledText
{
    /// <param name="parts">A text, and its style as markup names it; empty: the terminal's own.</param>
    public static Paragraph Create(params ReadOnlySpan<(string Text, string Style)> parts)
    {
        var paragraph = new Paragraph();
        foreach (var (text, style) in parts) paragraph.Append(text, style.Length == 0 ? Style.Plain : Style.Parse(style));
        return paragraph;
    }
}
