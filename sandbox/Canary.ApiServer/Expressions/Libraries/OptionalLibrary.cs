using System;
using System.Collections.Generic;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Values that may be missing.</summary>
internal static class OptionalLibrary
{
    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        add("optional.of", "(A)optional<A>", a => OptionalValue.Of(a[0]));
        add("optional.none", "()optional<A>", _ => OptionalValue.None);
        add("optional.ofNonZeroValue", "(A)optional<A>", a => IsZero(a[0]) ? OptionalValue.None : OptionalValue.Of(a[0]));
        add("hasValue", "optional<A>.()bool", a => Of(a[0]).HasValue);
        add("value", "optional<A>.()A", a => Of(a[0]).HasValue ? Of(a[0]).Value : throw new CelError("optional.none() dereference"));
        // Which side is taken is known only with the first: both are computed, as neither has an effect.
        add("or", "optional<A>.(optional<A>)optional<A>", a => Of(a[0]).HasValue ? a[0] : a[1]);
        add("orValue", "optional<A>.(A)A", a => Of(a[0]).HasValue ? Of(a[0]).Value : a[1]);
    }

    private static OptionalValue Of(object? value) => value as OptionalValue ?? throw CelError.NoOverload;

    private static bool IsZero(object? value) => value switch
    {
        null or false or 0L or 0UL or 0.0 or "" => true,
        byte[] bytes => bytes.Length == 0,
        ListValue list => list.Items.Count == 0,
        MapValue map => map.Keys.Count == 0,
        TimeSpan duration => duration == TimeSpan.Zero,
        _ => false,
    };
}
