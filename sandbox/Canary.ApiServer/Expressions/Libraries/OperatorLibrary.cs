using System;
using System.Collections.Generic;
using System.Linq;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>The operators of CEL. Those that may leave a side out (<c>&amp;&amp;</c>, <c>||</c>, <c>?:</c>) are evaluated where the tree is
/// walked.</summary>
internal static class OperatorLibrary
{
    private const string Order =
        "(bool,bool)bool (int,int)bool (uint,uint)bool (double,double)bool (string,string)bool (bytes,bytes)bool "
            + "(timestamp,timestamp)bool (duration,duration)bool "
        + "(int,uint)bool (int,double)bool (uint,int)bool (uint,double)bool (double,int)bool (double,uint)bool";

    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        add("_&&_", "(bool,bool)bool", _ => throw CelError.NoOverload);
        add("_||_", "(bool,bool)bool", _ => throw CelError.NoOverload);
        add("_?_:_", "(bool,A,A)A", _ => throw CelError.NoOverload);
        add("!_", "(bool)bool", a => a[0] is bool value ? !value : throw CelError.NoOverload);
        add("-_", "(int)int (double)double", a => Negate(a[0]));
        add("_==_", "(A,A)bool", a => Comparisons.AreEqual(a[0], a[1]));
        add("_!=_", "(A,A)bool", a => !Comparisons.AreEqual(a[0], a[1]));
        add("_<_", Order, a => Comparisons.Compare(a[0], a[1]) < 0);
        add("_<=_", Order, a => Comparisons.Compare(a[0], a[1]) <= 0);
        add("_>_", Order, a => Comparisons.Compare(a[0], a[1]) > 0);
        add("_>=_", Order, a => Comparisons.Compare(a[0], a[1]) >= 0);
        add(
            "_+_",
            "(int,int)int (uint,uint)uint (double,double)double (string,string)string (bytes,bytes)bytes (list<A>,list<A>)list<A> "
            + "(timestamp,duration)timestamp (duration,timestamp)timestamp (duration,duration)duration",
            a => Add(a[0], a[1]));
        add("_-_",
            "(int,int)int (uint,uint)uint (double,double)double (timestamp,timestamp)duration (timestamp,duration)timestamp "
                + "(duration,duration)duration", a => Subtract(a[0], a[1]));
        add("_*_", "(int,int)int (uint,uint)uint (double,double)double", a => Multiply(a[0], a[1]));
        add("_/_", "(int,int)int (uint,uint)uint (double,double)double", a => Divide(a[0], a[1]));
        add("_%_", "(int,int)int (uint,uint)uint", a => Modulo(a[0], a[1]));
        add("@in", "(A,list<A>)bool (A,map<A,B>)bool", a => IsIn(a[0], a[1]));
        add("_[_]", "(list<A>,int)A (map<A,B>,A)B (optional<list<A>>,int)optional<A> (optional<map<A,B>>,A)optional<B>",
            a => Index(a[0], a[1]));
        add("_[?_]",
            "(list<A>,int)optional<A> (map<A,B>,A)optional<B> (optional<list<A>>,int)optional<A> (optional<map<A,B>>,A)optional<B>",
            a => OptionalIndex(a[0], a[1]));
        add("size", "(string)int (bytes)int (list<A>)int (map<A,B>)int string.()int bytes.()int list<A>.()int map<A,B>.()int",
            a => Size(a[0]));
    }

    /// <summary>An element of a list, or the value of a key.</summary>
    public static object? Index(object? of, object? key) => of switch
    {
        OptionalValue optional => optional.HasValue ? OptionalIndex(optional.Value, key) : OptionalValue.None,
        ListValue list =>
            Position(key) is { } at && at >= 0 && at < list.Items.Count ? list.Items[(int)at]
            : throw new CelError($"index out of bounds: {key}"),
        MapValue map => map.TryGet(key, out var value) ? value : throw CelError.NoKey(key),
        _ => throw CelError.NoOverload,
    };

    public static OptionalValue OptionalIndex(object? of, object? key) => of switch
    {
        OptionalValue optional => optional.HasValue ? OptionalIndex(optional.Value, key) : OptionalValue.None,
        ListValue list =>
            Position(key) is { } at && at >= 0 && at < list.Items.Count ? OptionalValue.Of(list.Items[(int)at]) : OptionalValue.None,
        MapValue map => map.TryGet(key, out var value) ? OptionalValue.Of(value) : OptionalValue.None,
        _ => throw CelError.NoOverload,
    };

    public static long Size(object? value) => value switch
    {
        string text => text.EnumerateRunes().Count(),
        byte[] bytes => bytes.Length,
        ListValue list => list.Items.Count,
        MapValue map => map.Keys.Count,
        _ => throw CelError.NoOverload,
    };

    private static long? Position(object? key) => key switch
    {
        long whole => whole,
        ulong unsigned => unsigned > long.MaxValue ? null : (long)unsigned,
        double number => number == Math.Floor(number) ? (long)number : null,
        _ => throw CelError.NoOverload,
    };

    private static object Negate(object? value) => value switch
    {
        long.MinValue => throw new CelError("integer overflow"),
        long whole => (object)-whole,
        double number => -number,
        _ => throw CelError.NoOverload,
    };

    private static object Add(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => Checked(() => checked(a + b)),
        (ulong a, ulong b) => Checked(() => checked(a + b)),
        (double a, double b) => a + b,
        (string a, string b) => a + b,
        (byte[] a, byte[] b) => (byte[])[.. a, .. b],
        (ListValue a, ListValue b) => ListLibrary.Together(a, b),
        (DateTimeOffset a, TimeSpan b) => Checked(() => a + b),
        (TimeSpan a, DateTimeOffset b) => Checked(() => b + a),
        (TimeSpan a, TimeSpan b) => Checked(() => a + b),
        _ => throw CelError.NoOverload,
    };

    private static object Subtract(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => Checked(() => checked(a - b)),
        (ulong a, ulong b) => Checked(() => checked(a - b)),
        (double a, double b) => a - b,
        (DateTimeOffset a, DateTimeOffset b) => a - b,
        (DateTimeOffset a, TimeSpan b) => Checked(() => a - b),
        (TimeSpan a, TimeSpan b) => Checked(() => a - b),
        _ => throw CelError.NoOverload,
    };

    private static object Multiply(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => Checked(() => checked(a * b)),
        (ulong a, ulong b) => Checked(() => checked(a * b)),
        (double a, double b) => a * b,
        _ => throw CelError.NoOverload,
    };

    private static object Divide(object? left, object? right) => (left, right) switch
    {
        (long, 0L) or (ulong, 0UL) => throw new CelError("division by zero"),
        (long a, long b) => Checked(() => checked(a / b)),
        (ulong a, ulong b) => a / b,
        (double a, double b) => a / b,
        _ => throw CelError.NoOverload,
    };

    private static object Modulo(object? left, object? right) => (left, right) switch
    {
        (long, 0L) or (ulong, 0UL) => throw new CelError("modulus by zero"),
        (long, -1L) => 0L,
        (long a, long b) => a % b,
        (ulong a, ulong b) => a % b,
        _ => throw CelError.NoOverload,
    };

    private static object Checked<T>(Func<T> compute)
        where T : notnull
    {
        try
        {
            return compute();
        }
        catch (Exception error) when (error is OverflowException or ArgumentOutOfRangeException)
        {
            throw new CelError("integer overflow");
        }
    }

    private static bool IsIn(object? value, object? of) => of switch
    {
        ListValue list => list.Items.Any(item => Comparisons.AreEqual(item, value)),
        MapValue map => map.Has(value),
        _ => throw CelError.NoOverload,
    };
}
