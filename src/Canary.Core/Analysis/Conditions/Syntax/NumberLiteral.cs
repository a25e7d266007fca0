using System;
using System.Globalization;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Numbers: <c>42</c>, <c>1_000</c>, <c>0x2A</c>, <c>0o17</c>, <c>0b101</c>, <c>.5</c>, <c>1e3</c>.</summary>
internal static class NumberLiteral
{
    public static Value Read(string text, ref int at)
    {
        var start = at;
        var radix = text[at] == '0' && at + 1 < text.Length
            ? char.ToLowerInvariant(text[at + 1]) switch { 'x' => 16, 'o' => 8, 'b' => 2, _ => 10 } : 10;
        if (radix != 10) return WithPrefix(text, ref at, radix);
        Digits(text, ref at);
        var isWhole = true;
        // 1..3 is a range.
        if (At(text, at) == '.' && At(text, at + 1) != '.')
        {
            isWhole = false;
            at++;
            Digits(text, ref at);
        }

        if (At(text, at) is 'e' or 'E')
        {
            isWhole = false;
            var sign = At(text, at + 1) is '+' or '-' ? 1 : 0;
            if (!char.IsAsciiDigit(At(text, at + 1 + sign)))
                throw new SyntaxException(start + 1,
                    $"a number ends in an exponent without digits: \"{text[start..Math.Min(text.Length, at + 1 + sign)]}\"");
            at += 1 + sign;
            Digits(text, ref at);
        }

        CheckEnd(text, at);
        var word = text[start..at].Replace("_", "", StringComparison.Ordinal);
        if (isWhole)
            return long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) ? new Value.Integer(whole)
                : throw TooLarge(start, word);
        return double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? new Value.Number(number) : throw TooLarge(start, word);
    }

    private static Value.Integer WithPrefix(string text, ref int at, int radix)
    {
        var start = at;
        at += 2;
        var (value, digits) = (0L, 0);
        for (; at < text.Length; at++)
        {
            if (text[at] == '_') continue;
            var digit = char.IsAsciiHexDigit(text[at]) ? Convert.ToInt32(text[at].ToString(), 16) : radix;
            if (digit >= radix) break;
            if (value > (long.MaxValue - digit) / radix) throw TooLarge(start, text[start..(at + 1)]);
            value = (value * radix) + digit;
            digits++;
        }

        CheckEnd(text, at);
        return digits > 0 ? new(value)
            : throw new SyntaxException(start + 1, $"a number has no digits behind \"{text[start..Math.Min(text.Length, start + 2)]}\"");
    }

    private static void CheckEnd(string text, int at)
    {
        if (char.IsLetterOrDigit(At(text, at)) || At(text, at) is '_' or '$')
            throw new SyntaxException(at + 1, $"a number cannot go on with \"{text[at]}\"");
    }

    private static void Digits(string text, ref int at)
    {
        while (char.IsAsciiDigit(At(text, at)) || (At(text, at) == '_' && at > 0 && char.IsAsciiDigit(text[at - 1]))) at++;
    }

    private static char At(string text, int at) => at < text.Length ? text[at] : '\0';

    private static SyntaxException TooLarge(int start, string word) => new(start + 1, $"the number {word} is too large");
}
