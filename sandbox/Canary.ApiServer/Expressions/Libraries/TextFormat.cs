using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using Canary.ApiServer.Expressions.Types;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary><c>'%s has %d'.format([name, n])</c> with the clauses s, d, f, e, b, x, X and o.</summary>
internal static class TextFormat
{
    public static string Write(string format, IReadOnlyList<object?> arguments)
    {
        var made = new StringBuilder();
        var next = 0;
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%')
            {
                made.Append(format[i]);
                continue;
            }

            if (++i >= format.Length)
                throw new CelError("could not parse formatting clause: unexpected end of string");
            if (format[i] == '%')
            {
                made.Append('%');
                continue;
            }

            var precision = 6;
            if (format[i] == '.')
            {
                var digits = string.Concat(format.Skip(i + 1).TakeWhile(char.IsAsciiDigit));
                if (digits.Length is 0 or > 3 || i + 1 + digits.Length >= format.Length)
                    throw new CelError("could not parse formatting clause: error while parsing precision");
                precision = int.Parse(digits, CultureInfo.InvariantCulture);
                i += digits.Length + 1;
            }

            if (next >= arguments.Count)
                throw new CelError($"index {next} out of range");
            made.Append(Clause(format[i], precision, arguments[next++]));
        }

        return made.ToString();
    }

    private static string Clause(char clause, int precision, object? value) => (clause, value) switch
    {
        ('s', _) => Shown(value),
        ('d', long or ulong) => ConversionLibrary.ToText(value),
        ('d', double number) when !double.IsFinite(number) => Shown(value),
        ('f', long or ulong or double) => Number(value).ToString("F" + precision, CultureInfo.InvariantCulture),
        ('e', long or ulong or double) => Number(value).ToString("0." + new string('0', precision) + "e+00", CultureInfo.InvariantCulture),
        ('b', bool flag) => flag ? "1" : "0",
        ('b', long whole) => (whole < 0 ? "-" : "") + Convert.ToString(Math.Abs(whole), 2),
        ('b', ulong whole) => whole.ToString("b", CultureInfo.InvariantCulture),
        ('o', long whole) => (whole < 0 ? "-" : "") + Convert.ToString(Math.Abs(whole), 8),
        ('x', long whole) => (whole < 0 ? "-" : "") + Math.Abs(whole).ToString("x", CultureInfo.InvariantCulture),
        ('X', long whole) => (whole < 0 ? "-" : "") + Math.Abs(whole).ToString("X", CultureInfo.InvariantCulture),
        ('x', string text) => Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)),
        ('X', string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text)),
        ('x', byte[] bytes) => Convert.ToHexStringLower(bytes),
        ('X', byte[] bytes) => Convert.ToHexString(bytes),
        ('s' or 'd' or 'f' or 'e' or 'b' or 'o' or 'x' or 'X', _) =>
            throw new CelError($"error during formatting: %{clause} cannot format a {ConversionLibrary.TypeOf(value).Shown}"),
        _ => throw new CelError($"could not parse formatting clause: unrecognized formatting clause \"{clause}\""),
    };

    private static double Number(object value) => value switch
    {
        long whole => whole,
        ulong unsigned => unsigned,
        _ => (double)value,
    };

    private static string Shown(object? value) => value switch
    {
        null => "null",
        ListValue list => "[" + string.Join(", ", list.Items.Select(Shown)) + "]",
        MapValue map =>
            "{" + string.Join(", ", map.Keys.Select(key => $"{Shown(key)}: {(map.TryGet(key, out var of) ? Shown(of) : "")}")
                .Order(StringComparer.Ordinal)) + "}",
        CelType type => type.Name,
        _ => ConversionLibrary.ToText(value),
    };
}
