using System.Collections.Generic;

namespace Canary.Core.Analysis.Conditions.Values;

/// <summary>Lists, and what is one as well: a series of a range answer.</summary>
internal static class Lists
{
    public static IReadOnlyList<Value> Members(string asker, Value value) => TryMembers(value)
        ?? throw new EvaluationException($"{asker} needs a list, and was given {value.Kind} ({value})");

    public static IReadOnlyList<Value>? TryMembers(Value value) => value switch
    {
        Value.List list => list.Members,
        Value.Map { Items: { } items } => items.Members,
        _ => null,
    };
}
