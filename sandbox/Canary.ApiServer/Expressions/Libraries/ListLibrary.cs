using System;
using System.Collections.Generic;
using System.Linq;
using Canary.ApiServer.Expressions.Values;

namespace Canary.ApiServer.Expressions.Libraries;

/// <summary>Kubernetes' functions on lists, and CEL's on sets.</summary>
internal static class ListLibrary
{
    private static readonly string[] Ordered = ["bool", "int", "uint", "double", "string", "bytes", "timestamp", "duration"];
    private static readonly string[] Summed = ["int", "uint", "double", "duration"];

    public static void AddTo(Action<string, string, Func<IReadOnlyList<object?>, object?>> add)
    {
        add("isSorted", string.Join(' ', Ordered.Select(type => $"list<{type}>.()bool")), IsSorted);
        add("min", string.Join(' ', Ordered.Select(type => $"list<{type}>.(){type}")), a => Extreme(a, "min", -1));
        add("max", string.Join(' ', Ordered.Select(type => $"list<{type}>.(){type}")), a => Extreme(a, "max", 1));
        add("sum", string.Join(' ', Summed.Select(type => $"list<{type}>.(){type}")), Sum);
        add("indexOf", "list<A>.(A)int", a => Position(a, isLast: false));
        add("lastIndexOf", "list<A>.(A)int", a => Position(a, isLast: true));
        add("sets.contains", "(list<A>,list<A>)bool", a => Contains(a, 0, 1));
        add("sets.equivalent", "(list<A>,list<A>)bool", a => Contains(a, 0, 1) && Contains(a, 1, 0));
        add("sets.intersects", "(list<A>,list<A>)bool", a => Items(a, 0)
            .Any(item => Items(a, 1).Any(other => Comparisons.AreEqual(item, other))));
    }

    /// <summary>Both lists one after the other; a set keeps what it has once, and a map takes the second's element of a key.</summary>
    public static ListValue Together(ListValue left, ListValue right)
    {
        if (!left.IsSet)
            return new ListValue([.. left.Items, .. right.Items]);
        var made = left.Items.ToList();
        foreach (var item in right.Items)
        {
            var at = made.FindIndex(other => left.Keys.Count == 0 ? Comparisons.AreEqual(other, item)
                : left.Keys.All(key => Comparisons.AreEqual(Key(other, key), Key(item, key))));
            if (at >= 0)
                made[at] = item;
            else
                made.Add(item);
        }

        return left with { Items = made };
    }

    private static object? Key(object? item, string key) => item is MapValue map && map.TryGet(key, out var value) ? value : null;

    private static IReadOnlyList<object?> Items(IReadOnlyList<object?> arguments, int index) => StringLibrary.Items(arguments, index);

    private static object IsSorted(IReadOnlyList<object?> arguments)
    {
        var items = Items(arguments, 0);
        return Enumerable.Range(1, Math.Max(0, items.Count - 1)).All(i => Comparisons.Compare(items[i - 1], items[i]) <= 0);
    }

    private static object? Extreme(IReadOnlyList<object?> arguments, string name, int sign)
    {
        var items = Items(arguments, 0);
        return items.Count == 0 ? throw new CelError($"{name} called on empty list")
            : items.Aggregate((best, item) => Comparisons.Compare(item, best) * sign > 0 ? item : best);
    }

    private static object? Sum(IReadOnlyList<object?> arguments)
    {
        var items = Items(arguments, 0);
        return items.Count == 0 ? 0L : items.Aggregate((sum, item) => Library.Find("_+_")!.Invoke([sum, item]));
    }

    private static object Position(IReadOnlyList<object?> arguments, bool isLast)
    {
        var items = Items(arguments, 0).ToList();
        return (long)(isLast ? items.FindLastIndex(Is) : items.FindIndex(Is));

        bool Is(object? item) => Comparisons.AreEqual(item, arguments[1]);
    }

    private static bool Contains(IReadOnlyList<object?> arguments, int all, int some) =>
        Items(arguments, some).All(item => Items(arguments, all).Any(other => Comparisons.AreEqual(item, other)));
}
