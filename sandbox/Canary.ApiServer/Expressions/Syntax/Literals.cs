using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Canary.ApiServer.Expressions.Syntax;

/// <summary>Reads the literals of CEL: strings in all their quotes, byte strings, numbers.</summary>
internal static class Literals
{
    /// <returns>Null where an escape is none.</returns>
    public static string? ReadString(string token)
    {
        var (body, isRaw) = Body(token);
        return isRaw ? body : Unescape(body, isBytes: false) is { } units ? Encoding.UTF8.GetString(units) : null;
    }

    /// <returns>Null where an escape is none.</returns>
    public static byte[]? ReadBytes(string token)
    {
        var (body, isRaw) = Body(token[1..]);
        return isRaw ? Encoding.UTF8.GetBytes(body) : Unescape(body, isBytes: true);
    }

    /// <returns>Null where the number is out of range.</returns>
    public static long? ReadInt(string digits, bool isNegative)
    {
        var isHex = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        var isRead = isHex
            ? UInt128.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : UInt128.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        var most = isNegative ? (UInt128)long.MaxValue + 1 : (UInt128)long.MaxValue;
        if (!isRead || value > most)
            return null;
        return isNegative ? (long)-(Int128)value : (long)value;
    }

    public static ulong? ReadUint(string token)
    {
        var digits = token[..^1];
        var isRead = digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
            ? ulong.TryParse(digits.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
            : ulong.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
        return isRead ? value : null;
    }

    private static (string Body, bool IsRaw) Body(string token)
    {
        var isRaw = token[0] is 'r' or 'R';
        if (isRaw)
            token = token[1..];
        var quotes = token.Length >= 6
            && (token.StartsWith("\"\"\"", StringComparison.Ordinal) || token.StartsWith("'''", StringComparison.Ordinal)) ? 3 : 1;
        return (token[quotes..^quotes], isRaw);
    }

    private static byte[]? Unescape(string body, bool isBytes)
    {
        var bytes = new List<byte>(body.Length);
        for (var i = 0; i < body.Length; i++)
        {
            if (body[i] != '\\')
            {
                var length = char.IsHighSurrogate(body[i]) && i + 1 < body.Length ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(body.Substring(i, length)));
                i += length - 1;
                continue;
            }

            if (++i >= body.Length)
                return null;
            var (digits, style) = body[i] switch
            {
                'x' or 'X' => (2, 16),
                'u' when !isBytes => (4, 16),
                'U' when !isBytes => (8, 16),
                >= '0' and <= '3' => (3, 8),
                _ => (0, 0),
            };
            if (digits == 0)
            {
                if (Simple(body[i]) is not { } plain)
                    return null;
                bytes.Add((byte)plain);
                continue;
            }

            var start = style == 8 ? i : i + 1;
            if (start + digits > body.Length || Number(body.AsSpan(start, digits), style) is not { } code)
                return null;
            i = start + digits - 1;
            if (isBytes)
                bytes.Add((byte)code);
            else if (Rune.IsValid(code))
                bytes.AddRange(Encoding.UTF8.GetBytes(new Rune(code).ToString()));
            else
                return null;
        }

        return [.. bytes];
    }

    private static char? Simple(char c) => c switch
    {
        'a' => '\a',
        'b' => '\b',
        'f' => '\f',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'v' => '\v',
        '\\' or '\'' or '"' or '`' or '?' => c,
        _ => null,
    };

    private static int? Number(ReadOnlySpan<char> digits, int style)
    {
        long value = 0;
        foreach (var digit in digits)
        {
            var one = char.IsAsciiHexDigit(digit) ? Convert.ToInt32(digit.ToString(), 16) : 99;
            if (one >= style)
                return null;
            value = value * style + one;
        }

        return value > int.MaxValue ? null : (int)value;
    }
}
