using System.Text;

namespace Canary.Core.Units;

/// <summary>What a server said, fit to be repeated in a status, an Event, a log or a terminal.</summary>
public static class ServerText
{
    /// <summary>Longest text that is repeated where nothing else is said, in UTF-16 code units.</summary>
    public const int Longest = 300;

    /// <summary>The first line that is not blank: without control and formatting characters and lone surrogates, with single spaces, at
    /// most <paramref name="longest"/> code units and then an ellipsis.</summary>
    /// <param name="text">As it came.</param>
    /// <param name="longest">At least 1.</param>
    public static string FirstLine(string? text, int longest = Longest) => Read(text, longest, isJoined: false);

    /// <summary>As <see cref="FirstLine"/>, with all lines joined by spaces: for text whose end matters, such as the refusal of an API
    /// server.</summary>
    public static string OneLine(string? text, int longest) => Read(text, longest, isJoined: true);

    private static string Read(string? text, int longest, bool isJoined)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var line = new StringBuilder();
        var isSpaced = false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!isJoined && IsLineEnd(rune))
            {
                if (line.Length > 0) return line.ToString();
                isSpaced = false;
            }
            else if (Rune.IsWhiteSpace(rune))
            {
                isSpaced = line.Length > 0;
            }
            else if (IsShown(rune))
            {
                if (line.Length + rune.Utf16SequenceLength + (isSpaced ? 1 : 0) > longest) return line.Append('…').ToString();
                if (isSpaced) line.Append(' ');
                line.Append(rune.ToString());
                isSpaced = false;
            }
        }

        return line.ToString();
    }

    private static bool IsLineEnd(Rune rune) => rune.Value is '\n' or '\r' or '\f' or '\v' or 0x85 or 0x2028 or 0x2029;

    // U+FFFD stands for what was no text; the formatting characters hide or turn around what stands beside them.
    private static bool IsShown(Rune rune) => Rune.GetUnicodeCategory(rune)
        is not (System.Globalization.UnicodeCategory.Control or System.Globalization.UnicodeCategory.Format
            or System.Globalization.UnicodeCategory.OtherNotAssigned or System.Globalization.UnicodeCategory.PrivateUse)
        && rune != Rune.ReplacementChar;
}
