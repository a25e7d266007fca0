using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions.Functions;

namespace Canary.Core.Analysis.Conditions;

/// <summary>The language of conditions for its documentation: what expr-lang 1.17 has, what of it is supported, and why the rest is
/// refused.</summary>
public static class LanguageReference
{
    /// <summary>A function that may be called.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Signature">Its arguments.</param>
    /// <param name="Meaning">What it gives.</param>
    public sealed record FunctionEntry(string Name, string Signature, string Meaning);

    /// <summary>A form of the language.</summary>
    /// <param name="Name">What it is.</param>
    /// <param name="Example">A condition that has it, and holds where it is supported.</param>
    /// <param name="Refusal">Why it is refused; null: it is supported.</param>
    public sealed record Construct(string Name, string Example, string? Refusal = null);

    /// <summary>The functions, those with a closure first.</summary>
    public static IReadOnlyList<FunctionEntry> Functions { get; } =
    [
        new("all", "all(list, closure)", "true if the closure is true for every member"),
        new("any", "any(list, closure)", "true if the closure is true for at least one member"),
        new("none", "none(list, closure)", "true if the closure is true for no member"),
        new("one", "one(list, closure)", "true if the closure is true for exactly one member"),
        new("filter", "filter(list, closure)", "the members for which the closure is true"),
        new("map", "map(list, closure)", "the closure's result for each member; #index is its position"),
        new("count", "count(list[, closure])",
            "the number of members for which the closure is true; without a closure, of those that are true"),
        new("sum", "sum(list[, closure])", "the sum of the members, or of the closure's results"),
        new("find", "find(list, closure)", "the first member for which the closure is true; nil if there is none"),
        new("findIndex", "findIndex(list, closure)", "the index of the first member for which the closure is true; nil if there is none"),
        new("findLast", "findLast(list, closure)", "the last member for which the closure is true; nil if there is none"),
        new("findLastIndex", "findLastIndex(list, closure)",
            "the index of the last member for which the closure is true; nil if there is none"),
        new("groupBy", "groupBy(list, closure)", "a map of lists: the members, grouped by the closure's result"),
        new("sortBy", "sortBy(list, closure[, order])", "the members, sorted by the closure's result: \"asc\" or \"desc\""),
        new("reduce", "reduce(list, closure[, first])",
            "the closure's result for the last member; #acc is its result for the one before, #index the position"),
        .. FunctionTable.All.Select(function => new FunctionEntry(function.Name, function.Signature, function.Meaning)),
    ];

    /// <summary>The operators between two values.</summary>
    public static IReadOnlyList<string> Operators { get; } = [.. Syntax.Operators.Symbols];

    /// <summary>Forms that expr-lang has.</summary>
    public static IReadOnlyList<Construct> Constructs { get; } =
    [
        new("numbers", "1_000 + 0x2A + 0o17 + 0b101 + .5 + 1e3 > 0"),
        new("texts, with escapes", "\"a\\t\\u0041\" != 'a'"),
        new("texts in backticks", "`a``b` == 'a' + '`' + 'b'"),
        new("true, false, nil", "true != false and nil == nil"),
        new("lists, maps, a comma at the end", "[1, 2,][0] == {a: 1, 'b c': 2,}.a"),
        new("comments", "/* all */ true // of it"),
        new("arithmetic", "1 + 2 * 3 - 4 / 2 == 2 ** 2 + 7 % 6"),
        new("comparison, and in a chain", "0 < 0.5 <= 1 and 1 != 2"),
        new("logic", "true && !false || not true and false or true"),
        new("choice", "(true ? 1 : 2) == (nil ?? 1) and (true ?: false)"),
        new("if and else", "if 1 > 2 { false } else if 1 > 3 { false } else { true }"),
        new("membership", "1 in [1, 2] and 3 not in 1..2 and 'a' in {a: 1}"),
        new("texts compared", "'canary' startsWith 'can' and 'canary' endsWith 'ary' and 'canary' contains 'nar'"),
        new("regular expressions", "'v1.2' matches '^v[0-9]+' and 'x' not matches '^v'"),
        new("ranges", "1..3 == [1, 2, 3]"),
        new("members, from the end too", "[1, 2, 3][-1] == 3 and {a: {b: 1}}.a['b'] == 1"),
        new("slices", "[1, 2, 3, 4][1:-1] == [2, 3] and 'canary'[:3] == 'can'"),
        new("optional members", "nil?.a?.b == nil"),
        new("pipes", "[3, 1] | sort() | first() | string() | len() > 0"),
        new("variables", "let x = 2; let y = 3; x * y == 6"),
        new("sequences", "1; 2; true"),
        new("closures, with and without braces", "all([1, 2], {# > 0}) and any([{a: 1}], .a == 1)"),
        new("#index and #acc", "reduce([1, 2], #acc + # * #index, 0) == 2 and map([5], #index) == [0]"),
        new("functions by ::", "::len([1]) == 1"),
        new("times and durations", "now() - duration('1h') < now() and date('2026-01-02').Year() == 2026"),
        new("methods of times and durations", "duration('1h30m').Minutes() == 90"),
        new("$env", "$env['result'] == 1", "a condition sees its measurement, and nothing of where it runs"),
        new("zones other than UTC", "timezone('Europe/Zurich') != nil", "the rules of zones are not part of a condition"),
        new("methods of other values", "'a'.String() == 'a' and result.Name()", "measurements have no methods"),
        new("functions of one's own", "isGood(result)", "there is nobody to define one"),
        new("patterns with look-around or back references", "'ab' matches 'a(?=b)'",
            "they take more than linear time, and Go has none either"),
        new("a range or a repetition of more than a million", "1..1000000000 != []", "it would fill the memory"),
        new("bytes", "b'abc' != nil", "measurements are numbers and texts"),
    ];
}
