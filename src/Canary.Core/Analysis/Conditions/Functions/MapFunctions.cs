using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>Maps.</summary>
internal static class MapFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("keys", "keys(map)", "its keys", 1, 1, static (state, given) => state.List([.. Arguments.Map("keys", given[0]).Members.Keys])),
        new("values", "values(map)", "its values", 1, 1,
            static (state, given) => state.List([.. Arguments.Map("values", given[0]).Members.Values])),
        new("toPairs", "toPairs(map)", "a list of [key, value]", 1, 1,
            static (state, given) => ToPairs(state, Arguments.Map("toPairs", given[0]))),
        new("fromPairs", "fromPairs(list)", "the map of a list of [key, value]", 1, 1,
            static (state, given) => FromPairs(state, Lists.Members("fromPairs", given[0]))),
    ];

    private static Value.List ToPairs(EvaluationState state, Value.Map map)
    {
        state.Allocate(map.Members.Count * 2);
        return state.List([.. map.Members.Select(member => new Value.List([member.Key, member.Value]))]);
    }

    private static Value FromPairs(EvaluationState state, IReadOnlyList<Value> pairs)
    {
        state.Allocate(pairs.Count);
        var members = new Dictionary<Value, Value>();
        foreach (var pair in pairs)
        {
            if (Lists.TryMembers(pair) is not [var key, var value])
                throw new EvaluationException($"fromPairs needs lists of a key and a value, and was given {pair.Kind} ({pair})");
            if (Equality.IsNaN(key) && !state.IsArgo) return new Value.Unknown("a key that is NaN");
            members[AsKey("fromPairs", key)] = value;
        }

        return state.Checked(new Value.Map(members));
    }

    /// <summary>Nobody knows which member of the map it names: a key that is NaN, unless as in Argo Rollouts.</summary>
    public static bool IsUnknownKey(EvaluationState state, Value target, Value key) =>
        !state.IsArgo && target is Value.Map { Items: null } && Equality.IsNaN(key);

    /// <summary>A value that a map can have as a key: no list, no map.</summary>
    public static Value AsKey(string asker, Value value) => value is Value.List or Value.Map
        ? throw new EvaluationException($"{asker} cannot have {value.Kind} ({value}) as a key")
        : value;
}
