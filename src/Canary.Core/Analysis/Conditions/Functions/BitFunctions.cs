using System;
using System.Collections.Generic;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>Bits of whole numbers.</summary>
internal static class BitFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        Of("bitand", "bitwise and", static (one, other) => one & other),
        Of("bitor", "bitwise or", static (one, other) => one | other),
        Of("bitxor", "bitwise exclusive or", static (one, other) => one ^ other),
        Of("bitnand", "bitwise and not", static (one, other) => one & ~other),
        Shift("bitshl", "n shifted to the left", static (one, by) => by > 63 ? 0 : one << by),
        Shift("bitshr", "n shifted to the right, with its sign", static (one, by) => one >> Math.Min(by, 63)),
        Shift("bitushr", "n shifted to the right, filled with 0", static (one, by) => by > 63 ? 0 : (long)((ulong)one >> by)),
        new("bitnot", "bitnot(n)", "n with each bit inverted", 1, 1, static (_, given) => new Value.Integer(~Bits("bitnot", given[0]))),
    ];

    private static Function Of(string name, string meaning, Func<long, long, long> calculate) =>
        new(name, $"{name}(a, b)", meaning, 2, 2, (_, given) => new Value.Integer(calculate(Bits(name, given[0]), Bits(name, given[1]))));

    private static Function Shift(string name, string meaning, Func<long, int, long> calculate) =>
        new(name, $"{name}(n, by)", meaning, 2, 2, (_, given) => Bits(name, given[1]) switch
    {
        < 0 and var by => throw new EvaluationException($"{name} cannot shift by {by}"),
        var by => new Value.Integer(calculate(Bits(name, given[0]), (int)Math.Min(by, 64))),
    });

    private static long Bits(string name, Value value) =>
        value is Value.Integer whole ? whole.Amount
        : throw new EvaluationException($"{name} needs a whole number, and was given {value.Kind} ({value})");
}
