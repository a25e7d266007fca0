using System;
using System.Globalization;
using System.Text;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Texts in quotes, with escapes, and in backticks, where nothing is escaped but two backticks for one.</summary>
internal static class TextLiteral
{
    private const string Escapes =
        "there are \\n \\t \\r \\a \\b \\f \\v \\\\ \\' \\\" \\` \\? \\xFF \\uFFFF \\u{1F600} \\UFFFFFFFF and \\377";

    public static string Read(string text, ref int at)
    {
        var start = at;
        var quote = text[at++];
        var content = new StringBuilder();
        while (at < text.Length)
        {
            if (text[at] != quote)
            {
                if (text[at] == '\\' && quote != '`') Escape(text, ref at, content);
                else content.Append(text[at++]);
                continue;
            }

            at++;
            if (quote != '`' || at == text.Length || text[at] != '`') return content.ToString();
            content.Append('`');
            at++;
        }

        throw new SyntaxException(start + 1, $"a text is not closed: {quote} is missing at its end");
    }

    private static void Escape(string text, ref int at, StringBuilder content)
    {
        var start = at++;
        if (at == text.Length) throw new SyntaxException(start + 1, "a text is not closed");
        var letter = text[at++];
        var plain = letter switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'a' => '\a',
            'b' => '\b',
            'f' => '\f',
            'v' => '\v',
            '\\' or '\'' or '"' or '`' or '?' => letter,
            _ => '\0',
        };
        if (plain != '\0') content.Append(plain);
        else content.Append(Coded(text, ref at, letter, start));
    }

    private static string Coded(string text, ref int at, char letter, int start)
    {
        var digits = letter switch
        {
            'x' or 'X' => Take(text, ref at, 2),
            'u' when at < text.Length && text[at] == '{' => Braced(text, ref at),
            'u' => Take(text, ref at, 4),
            'U' => Take(text, ref at, 8),
            >= '0' and <= '3' => letter + Take(text, ref at, 2),
            _ => "",
        };
        var isOctal = char.IsAsciiDigit(letter);
        var code = digits.Length == 0 ? -1 : isOctal ? Octal(digits)
            : int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var hex) ? hex : -1;
        return Rune.IsValid(code) ? new Rune(code).ToString()
            : throw new SyntaxException(start + 1, $"\"\\{letter}\" is no escape; {Escapes}");
    }

    private static int Octal(string digits)
    {
        var code = 0;
        foreach (var digit in digits)
        {
            if (digit is < '0' or > '7') return -1;
            code = (code * 8) + digit - '0';
        }

        return digits.Length == 3 ? code : -1;
    }

    private static string Take(string text, ref int at, int length)
    {
        var taken = text.Substring(at, Math.Min(length, text.Length - at));
        at += taken.Length;
        return taken.Length == length ? taken : "";
    }

    private static string Braced(string text, ref int at)
    {
        var end = text.IndexOf('}', at);
        if (end < 0 || end - at is < 2 or > 7) return "";
        var digits = text[(at + 1)..end];
        at = end + 1;
        return digits;
    }
}
