using System.Collections.Generic;

namespace Canary.ApiServer.Expressions.Values;

/// <summary>A list. What a schema calls a set or a map is compared without regard to order.</summary>
/// <param name="Items">The elements.</param>
/// <param name="IsSet">A set, or a map by <paramref name="Keys"/>.</param>
/// <param name="Keys">The fields that tell the elements of a map apart; empty for others.</param>
internal sealed record ListValue(IReadOnlyList<object?> Items, bool IsSet, IReadOnlyList<string> Keys)
{
    public ListValue(IReadOnlyList<object?> items)
        : this(items, false, [])
    {
    }
}
