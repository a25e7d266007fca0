using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>Lists.</summary>
internal static class ListFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("len", "len(v)", "members of a list, entries of a map, characters of a text", 1, 1,
            static (_, given) => Length(given[0])) { IsDefinedOnNothing = true },
        new("first", "first(list)", "the first member; nil if there is none", 1, 1,
            static (state, given) => At(state, Lists.Members("first", given[0]), 0)) { IsDefinedOnNothing = true },
        new("last", "last(list)", "the last member; nil if there is none", 1, 1,
            static (state, given) => At(state, Lists.Members("last", given[0]), -1)) { IsDefinedOnNothing = true },
        new("get", "get(v, key)", "the member of a list or map; nil if there is none", 2, 2,
            static (state, given) => Get(state, given[0], given[1])) { IsDefinedOnNothing = true },
        new("take", "take(list, n)", "its first n members", 2, 2,
            static (state, given) => Take(state, Lists.Members("take", given[0]), Arguments.Whole("take", given[1]))),
        new("reverse", "reverse(list)", "its members in reverse order", 1, 1,
            static (state, given) => state.List([.. Lists.Members("reverse", given[0]).Reverse()])),
        new("concat", "concat(list, ...)", "the members of all lists, in one list", 1, Function.Any,
            static (state, given) => Concat(state, given)) { IsDefinedOnNothing = true },
        new("flatten", "flatten(list)", "the members of its lists, in one list", 1, 1,
            static (state, given) => state.List([.. Flat(state, Lists.Members("flatten", given[0]))])),
        new("uniq", "uniq(list)", "each member once", 1, 1, static (state, given) => Unique(state, Lists.Members("uniq", given[0]))),
        new("sort", "sort(list[, order])", "the members in order: \"asc\" or \"desc\"", 1, 2, static (state, given) => Sort(state, given)),
        new("join", "join(texts[, separator])", "the texts, joined to one", 1, 2, static (state, given) => Join(state, given)),
    ];

    /// <summary>The members with their keys in order. One that is NaN has no place among the others, so that no place is known.</summary>
    public static Value Sorted(EvaluationState state, string name, IReadOnlyList<(Value Key, Value Member)> pairs, bool isDescending)
    {
        state.Spend(pairs.Count * 2);
        if (!state.IsArgo && pairs.Any(pair => Equality.IsNaN(pair.Key))) return new Value.Unknown($"{name} of a list with NaN");
        if (pairs.Skip(1).Select(pair => pair.Key).FirstOrDefault(key => Equality.Order(pairs[0].Key, key) is null) is { } other)
            throw new EvaluationException($"{name} cannot compare {pairs[0].Key.Kind} ({pairs[0].Key}) with {other.Kind} ({other})");
        var ordered = pairs.OrderBy(pair => pair.Key,
            Comparer<Value>.Create((one, two) => (Equality.Order(one, two) ?? 0) * (isDescending ? -1 : 1)));
        return state.List([.. ordered.Select(pair => pair.Member)]);
    }

    private static Value.Integer Length(Value value) => new(value switch
    {
        Value.Text text => text.Content.EnumerateRunes().Count(),
        Value.Map { Items: null } map => map.Members.Count,
        _ => Lists.Members("len", value).Count,
    });

    private static Value At(EvaluationState state, IReadOnlyList<Value> members, long index)
    {
        var at = index < 0 ? members.Count + index : index;
        return at >= 0 && at < members.Count ? members[(int)at] : new Value.Nil(state.IsEmpty);
    }

    private static Value Get(EvaluationState state, Value value, Value key) => value switch
    {
        Value.Nil => value,
        _ when MapFunctions.IsUnknownKey(state, value, key) => new Value.Unknown(Equality.OfNaN),
        Value.Map map when map.Items is null || key is Value.Text => map.Members.GetValueOrDefault(key, new Value.Nil()),
        _ => At(state, Lists.Members("get", value), Arguments.Whole("get", key)),
    };

    private static Value.List Take(EvaluationState state, IReadOnlyList<Value> members, long most) => most < 0
        ? throw new EvaluationException($"take cannot take {most} members")
        : state.List([.. members.Take((int)Math.Min(most, members.Count))]);

    private static Value.List Concat(EvaluationState state, IReadOnlyList<Value> given) =>
        state.List([.. given.SelectMany(list => Lists.Members("concat", list))]);

    private static IEnumerable<Value> Flat(EvaluationState state, IReadOnlyList<Value> members)
    {
        state.Spend(members.Count);
        return members.SelectMany(member => Lists.TryMembers(member) is { } inner ? Flat(state, inner) : [member]);
    }

    private static Value.List Unique(EvaluationState state, IReadOnlyList<Value> members)
    {
        var equality = new Equality(state);
        var unique = new List<Value>();
        foreach (var member in members)
        {
            state.Spend(unique.Count);
            if (!unique.Any(known => equality.AreAlike(known, member))) unique.Add(member);
        }

        return state.List(unique);
    }

    private static Value Sort(EvaluationState state, IReadOnlyList<Value> given) =>
        Sorted(state, "sort", [.. Lists.Members("sort", given[0]).Select(member => (member, member))], given.Count == 2
            && Arguments.IsDescending("sort", given[1]));

    private static Value.Text Join(EvaluationState state, IReadOnlyList<Value> given)
    {
        state.Weigh(given[0]);
        var joined = string.Join(given.Count == 2 ? Arguments.Text("join", given[1])
            : "", Lists.Members("join", given[0]).Select(member => Arguments.Text("join", member)));
        state.Allocate(joined.Length);
        return new(joined);
    }
}
