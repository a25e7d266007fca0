using System;
using System.Linq;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>Equality and order of values.</summary>
internal static class Comparisons
{
    public static bool AreEqual(object? left, object? right)
    {
        switch (left, right)
        {
            case (null, null):
                return true;
            case (null, _) or (_, null):
                return false;
            case (string a, string b):
                return string.Equals(a, b, StringComparison.Ordinal);
            case (bool a, bool b):
                return a == b;
            case (byte[] a, byte[] b):
                return a.AsSpan().SequenceEqual(b);
            case (ListValue a, ListValue b):
                return AreEqual(a, b);
            case (MapValue a, MapValue b):
                var keys = a.Keys;
                return keys.Count == b.Keys.Count
                    && keys.All(key => a.TryGet(key, out var mine) && b.TryGet(key, out var other) && AreEqual(mine, other));
            case (OptionalValue a, OptionalValue b):
                return a.HasValue == b.HasValue && AreEqual(a.Value, b.Value);
        }

        return IsNumber(left) && IsNumber(right) ? Compare(left, right) == 0 : left.GetType() == right.GetType() && left.Equals(right);
    }

    /// <returns>Null where the values have no order, as with NaN.</returns>
    /// <exception cref="CelError">They cannot be compared at all.</exception>
    public static int? Compare(object? left, object? right) => (left, right) switch
    {
        (long a, long b) => a.CompareTo(b),
        (ulong a, ulong b) => a.CompareTo(b),
        (long a, ulong b) => a < 0 ? -1 : ((ulong)a).CompareTo(b),
        (ulong a, long b) => b < 0 ? 1 : a.CompareTo((ulong)b),
        (double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? null : a.CompareTo(b),
        (double a, long or ulong) => double.IsNaN(a) ? null : Mixed(a, right),
        (long or ulong, double b) => double.IsNaN(b) ? null : -Mixed(b, left),
        (string a, string b) => Ordinal(a, b),
        (bool a, bool b) => a.CompareTo(b),
        (byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b),
        (DateTimeOffset a, DateTimeOffset b) => a.CompareTo(b),
        (TimeSpan a, TimeSpan b) => a.CompareTo(b),
        _ => throw CelError.NoOverload,
    };

    private static bool IsNumber(object value) => value is long or ulong or double;

    private static int Mixed(double number, object? whole)
    {
        if (number >= 18446744073709551616.0)
            return 1;
        if (number < long.MinValue)
            return -1;
        var other = whole is long signed ? (decimal)signed : (decimal)(ulong)whole!;
        return ((decimal)number).CompareTo(other) is var order and not 0 ? order : (number % 1).CompareTo(0);
    }

    // By code points: surrogates are ordered differently in UTF-16.
    private static int Ordinal(string left, string right)
    {
        using var a = left.EnumerateRunes().GetEnumerator();
        using var b = right.EnumerateRunes().GetEnumerator();
        while (true)
        {
            var (hasLeft, hasRight) = (a.MoveNext(), b.MoveNext());
            if (!hasLeft || !hasRight)
                return hasLeft.CompareTo(hasRight);
            if (a.Current.CompareTo(b.Current) is var order and not 0)
                return order;
        }
    }

    private static bool AreEqual(ListValue left, ListValue right)
    {
        if (left.Items.Count != right.Items.Count)
            return false;
        if (!left.IsSet && !right.IsSet)
            return left.Items.Zip(right.Items).All(pair => AreEqual(pair.First, pair.Second));
        return left.Items.All(item => right.Items.Any(other => AreEqual(item, other)));
    }
}
