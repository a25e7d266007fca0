using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Canary.ApiServer.Expressions.Types;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Functions that make one type out of another.</summary>
internal static class ConversionLibrary
{
    private static readonly Encoding Strict = new UTF8Encoding(false, throwOnInvalidBytes: true);

    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        add("int", "(int)int (uint)int (double)int (string)int (timestamp)int (duration)int", a => ToInt(a[0]));
        add("uint", "(uint)uint (int)uint (double)uint (string)uint", a => ToUint(a[0]));
        add("double", "(double)double (int)double (uint)double (string)double", a => ToDouble(a[0]));
        add("string",
            "(string)string (bool)string (int)string (uint)string (double)string (bytes)string (timestamp)string (duration)string",
            a => ToText(a[0]));
        add("bytes", "(bytes)bytes (string)bytes",
            a => a[0] switch { byte[] bytes => bytes, string text => Encoding.UTF8.GetBytes(text), _ => throw CelError.NoOverload });
        add("bool", "(bool)bool (string)bool", a => ToBool(a[0]));
        add("dyn", "(A)dyn", a => a[0]);
        add("type", "(A)type<A>", a => TypeOf(a[0]));
        add("timestamp", "(timestamp)timestamp (string)timestamp (int)timestamp", a => ToTimestamp(a[0]));
        add("duration", "(duration)duration (string)duration (int)duration", a => ToDuration(a[0]));
    }

    public static CelType TypeOf(object? value) => value switch
    {
        null => CelType.Null,
        bool => CelType.Bool,
        long => CelType.Int,
        ulong => CelType.Uint,
        double => CelType.Double,
        string => CelType.String,
        byte[] => CelType.Bytes,
        DateTimeOffset => CelType.Timestamp,
        TimeSpan => CelType.Duration,
        ListValue => CelType.List(CelType.Dyn),
        MapValue => CelType.Map(CelType.Dyn, CelType.Dyn),
        CelType => CelType.TypeOf(CelType.Dyn),
        OptionalValue => CelType.Optional(CelType.Dyn),
        _ => CelType.Opaque(value.GetType().Name),
    };

    public static string ToText(object? value) => value switch
    {
        string text => text,
        bool flag => flag ? "true" : "false",
        long whole => whole.ToString(CultureInfo.InvariantCulture),
        ulong unsigned => unsigned.ToString(CultureInfo.InvariantCulture),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        byte[] bytes => Utf8(bytes),
        DateTimeOffset time => Times.Write(time),
        TimeSpan duration => Times.Write(duration),
        AddressValue address => address.ToString(),
        RangeValue range => range.ToString(),
        _ => throw CelError.NoOverload,
    };

    private static string Utf8(byte[] bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw new CelError("invalid UTF-8 in bytes, cannot convert to string");
        }
    }

    private static object ToInt(object? value) => value switch
    {
        long whole => whole,
        ulong unsigned => unsigned <= long.MaxValue ? (long)unsigned : throw new CelError("integer overflow"),
        double number =>
            number is > -9223372036854775808.0 and < 9223372036854775808.0 ? (long)number : throw new CelError("integer overflow"),
        string text => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var read)
            ? read
            : throw Unreadable("int"),
        DateTimeOffset time => time.ToUnixTimeSeconds(),
        TimeSpan duration => duration.Ticks * 100,
        _ => throw CelError.NoOverload,
    };

    private static object ToUint(object? value) => value switch
    {
        ulong unsigned => unsigned,
        long whole => whole >= 0 ? (ulong)whole : throw new CelError("unsigned integer overflow"),
        double number => number is >= 0 and < 18446744073709551616.0 ? (ulong)number : throw new CelError("unsigned integer overflow"),
        string text => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var read)
            ? read
            : throw Unreadable("uint"),
        _ => throw CelError.NoOverload,
    };

    private static object ToDouble(object? value) => value switch
    {
        double number => number,
        long whole => (double)whole,
        ulong unsigned => (double)unsigned,
        string text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var read)
            ? read
            : throw Unreadable("double"),
        _ => throw CelError.NoOverload,
    };

    private static object ToBool(object? value) => value switch
    {
        bool flag => flag,
        "true" or "TRUE" or "True" or "t" or "T" or "1" => true,
        "false" or "FALSE" or "False" or "f" or "F" or "0" => false,
        string => throw Unreadable("bool"),
        _ => throw CelError.NoOverload,
    };

    private static object ToTimestamp(object? value) => value switch
    {
        DateTimeOffset time => time,
        string text => Times.ReadTimestamp(text) ?? throw Unreadable("google.protobuf.Timestamp"),
        long seconds =>
            seconds is >= -62135596800 and <= 253402300799 ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : throw new CelError("timestamp overflow"),
        _ => throw CelError.NoOverload,
    };

    private static object ToDuration(object? value) => value switch
    {
        TimeSpan duration => duration,
        string text => Times.ReadDuration(text) ?? throw Unreadable("google.protobuf.Duration"),
        long nanoseconds => TimeSpan.FromTicks(nanoseconds / 100),
        _ => throw CelError.NoOverload,
    };

    private static CelError Unreadable(string type) => new($"type conversion error from 'string' to '{type}'");
}
