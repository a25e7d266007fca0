using System;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Canary.Core.Patterns;

/// <summary>Character classes and escapes in a regular expression of Go.</summary>
internal sealed class GoClassTranslation(string pattern, int start)
{
    private const string Word = "0-9A-Za-z_";
    private const string Space = "\\t\\n\\f\\r\\u0020";

    /// <param name="end">Where the class ends.</param>
    /// <returns>The class as .NET writes it.</returns>
    public string Read(out int end)
    {
        var at = start + 1;
        var made = new StringBuilder("[");
        if (At(at) == '^')
        {
            made.Append('^');
            at++;
        }

        for (var isFirst = true; isFirst || At(at) != ']'; isFirst = false)
        {
            if (at >= pattern.Length)
                throw new FormatException($"missing closing ]: `{pattern[start..]}`");
            if (Posix(ref at) is { } named)
            {
                made.Append(named);
                continue;
            }

            if (At(at) == '\\' && Set(pattern, at, out var length) is { } set)
            {
                made.Append(set);
                at += length;
                continue;
            }

            var from = at;
            var low = One(ref at);
            var high = low;
            if (At(at) == '-' && At(at + 1) is not (']' or '\0'))
            {
                at++;
                high = One(ref at);
            }

            if (high < low)
                throw new FormatException($"invalid character class range: `{pattern[from..at]}`");
            if (low > char.MaxValue)
                continue;
            made.Append(CultureInfo.InvariantCulture, $"\\u{low:x4}");
            if (high > low)
                made.Append(CultureInfo.InvariantCulture, $"-\\u{Math.Min(high, char.MaxValue):x4}");
        }

        end = at + 1;
        return made.Append(']').ToString();
    }

    /// <summary>The members of a set such as <c>\d</c> or <c>\pL</c>, to stand inside brackets; null where the escape is none.</summary>
    public static string? Set(string pattern, int at, out int length)
    {
        length = 2;
        var c = at + 1 < pattern.Length ? pattern[at + 1] : '\0';
        switch (c)
        {
            case 'd':
                return "0-9";
            case 'D':
                return "\\u0000-/:-\\uffff";
            case 's':
                return Space;
            case 'S':
                return "\\u0000-\\u0008\\u000b\\u000e-\\u001f!-\\uffff";
            case 'w':
                return Word;
            case 'W':
                return "\\u0000-/:-@\\u005b-\\u005e`\\u007b-\\uffff";
            case 'p' or 'P':
                return Category(pattern, at, c == 'P', out length);
            default:
                return null;
        }
    }

    /// <summary>The character that an escape stands for.</summary>
    public static int Character(string pattern, int at, out int length)
    {
        length = 2;
        var c = at + 1 < pattern.Length ? pattern[at + 1] : '\0';
        switch (c)
        {
            case 'a':
                return 7;
            case 'f':
                return 12;
            case 't':
                return 9;
            case 'n':
                return 10;
            case 'r':
                return 13;
            case 'v':
                return 11;
            case 'x':
                return Hex(pattern, at, out length);
            case '0' or (>= '1' and <= '7') when c == '0' || (at + 2 < pattern.Length && pattern[at + 2] is >= '0' and <= '7'):
                var digits = string.Concat(pattern.Skip(at + 1).Take(3).TakeWhile(digit => digit is >= '0' and <= '7'));
                length = digits.Length + 1;
                return Convert.ToInt32(digits, 8);
        }

        if (c is '\0')
            throw new FormatException("trailing backslash at end of expression: ``");
        if (c < 0x80 && !char.IsAsciiLetterOrDigit(c))
            return c;
        throw new FormatException($"invalid escape sequence: `{pattern.Substring(at, 2)}`");
    }

    private char At(int index) => index < pattern.Length ? pattern[index] : '\0';

    private int One(ref int at)
    {
        if (at >= pattern.Length)
            throw new FormatException($"missing closing ]: `{pattern[start..]}`");
        if (pattern[at] == '\\')
        {
            var escaped = Character(pattern, at, out var length);
            at += length;
            return escaped;
        }

        var isPair = char.IsHighSurrogate(pattern[at]) && at + 1 < pattern.Length && char.IsLowSurrogate(pattern[at + 1]);
        var code = isPair ? char.ConvertToUtf32(pattern[at], pattern[at + 1]) : pattern[at];
        at += isPair ? 2 : 1;
        return code;
    }

    private string? Posix(ref int at)
    {
        if (At(at) != '[' || At(at + 1) != ':' || pattern.IndexOf(":]", at + 2, StringComparison.Ordinal) is not (>= 0 and var end))
            return null;
        var name = pattern[(at + 2)..end];
        var members = name switch
        {
            "alnum" => "0-9A-Za-z",
            "alpha" => "A-Za-z",
            "ascii" => "\\u0000-\\u007f",
            "blank" => "\\t\\u0020",
            "cntrl" => "\\u0000-\\u001f\\u007f",
            "digit" => "0-9",
            "graph" => "!-~",
            "lower" => "a-z",
            "print" => "\\u0020-~",
            "punct" => "!-/:-@\\u005b-`\\u007b-~",
            "space" => "\\t\\n\\u000b\\f\\r\\u0020",
            "upper" => "A-Z",
            "word" => Word,
            "xdigit" => "0-9A-Fa-f",
            _ => throw new FormatException($"invalid character class range: `{pattern[at..(end + 2)]}`"),
        };
        at = end + 2;
        return members;
    }

    private static string Category(string pattern, int at, bool isNegative, out int length)
    {
        var name = at + 2 < pattern.Length ? pattern[at + 2].ToString() : "";
        length = 3;
        if (name == "{")
        {
            var end = pattern.IndexOf('}', at);
            if (end < 0)
                throw new FormatException($"invalid character class range: `{pattern[at..]}`");
            name = pattern[(at + 3)..end];
            length = end + 1 - at;
        }

        if (name.StartsWith('^'))
            (name, isNegative) = (name[1..], !isNegative);
        string[] known = ["L", "Lu", "Ll", "Lt", "Lm", "Lo", "M", "Mn", "Mc", "Me", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Ps", "Pe",
            "Pi", "Pf", "Po", "S", "Sm", "Sc", "Sk", "So", "Z", "Zs", "Zl", "Zp", "C", "Cc", "Cf", "Cs", "Co"];
        name = name switch
        {
            "Greek" =>
            "IsGreek",
            "Cyrillic" =>
                "IsCyrillic",
            "Hebrew" => "IsHebrew",
            "Arabic" => "IsArabic",
            "Thai" => "IsThai",
            "Latin" => "L",
            _ => name
        };
        if (!known.Contains(name) && !name.StartsWith("Is", StringComparison.Ordinal))
            throw new FormatException($"invalid character class range: `{pattern.Substring(at, length)}`");
        return $"\\{(isNegative ? 'P' : 'p')}{{{name}}}";
    }

    private static int Hex(string pattern, int at, out int length)
    {
        var braced = at + 2 < pattern.Length && pattern[at + 2] == '{';
        var end = braced ? pattern.IndexOf('}', at) : at + 4;
        length = braced ? end + 1 - at : 4;
        var digits = end < 0 || end > pattern.Length ? "" : pattern[(at + (braced ? 3 : 2))..end];
        return digits.Length is > 0 and <= 6
            && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) && Rune.IsValid(code)
            ? code
            : throw new FormatException($"invalid escape sequence: `{pattern[at..Math.Min(pattern.Length, at + 2)]}`");
    }
}
