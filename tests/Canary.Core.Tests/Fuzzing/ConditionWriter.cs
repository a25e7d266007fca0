using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Answers;
using Canary.Fuzzing;

namespace Canary.Core.Tests.Fuzzing;

/// <summary>Writes conditions: grammatical ones, of values that mostly fit; conditions as people write them, changed a little; and rubbish.
/// And answers to evaluate them on. The same seed, the same text.</summary>
internal sealed class ConditionWriter(int seed)
{
    private static readonly string[] Real =
    [
        "result[0] >= 0.95", "result < 0.01", "len(result) > 0 and all(result, {# <= 0.01})", "isNaN(result) || result > 100",
        "isInf(result[0]) or result[0] < 1e9", "default(result, 0) < 5",
        "result == true", "result == \"ok\"", "result.code == 200 && result.body.rate >= 0.9", "any(result, {#.Values[-1] > 1})",
        "max(map(result, {sum(#.Values)})) < 10", "result[0].Labels.pod == 'a'",
        "asInt(result) % 2 == 0", "asFloat(result[0]) ** 2 <= 1", "result[0] in [0, 1, 2]", "count(result, {# > 0.5}) <= 1 ? true : false",
        "filter(result, {not isNaN(#)}) != []", "mean(result[0].Values) < result[0].Values[0] * 2",
        "result not in [nil]", "'503' in map(result, {.Labels.code ?? ''})", "abs(result[0] - result[1]) < 1e-3",
        "none(result, {.Labels['le'] == \"+Inf\"})", "len(result[0].Values) >= 5 && last(result[0].Values) <= 1",
    ];

    private static readonly string[] Shards =
    [
        "result", "result[0]", "[", "]", "(", ")", "{", "}", "#", ".", "?.", "??", "?", ":", ",", " and ", " or ", " not ", " in ", "&&",
        "||", "==", "!=", "<", ">=", "**", "^", "-", "+", "/", "%", "|", "&", "=", "nil", "true",
        "all(", "filter(", "len(", "asInt(", "max(", "'", "\"", "`", "\\", "\\u0041", "1e400", "0x1F", "1_000", "9223372036854775808", ".5",
        "1..3", "let x = 1; x", "\0", "\ud800", "é", "\u2028", "$env", "matches", "Values", "99999999999999999999999",
    ];

    private static readonly double[] Numbers =
        [0, -0.0, 1, -1, 0.5, 0.0099999, 100, 1e19, -1e19, 1e300, double.MaxValue, double.MinValue, double.Epsilon, double.NaN,
            double.PositiveInfinity, double.NegativeInfinity, 9007199254740993, int.MaxValue, int.MinValue];

    private static readonly string _long = new('x', 1 << 20);

    private readonly Random _chance = new(seed);
    private readonly Mutator _mutator = new(seed);

    /// <summary>A condition, or something like one.</summary>
    public string Next() => _chance.Next(10) switch
    {
        < 5 => Claim(_chance.Next(1, 5), isInClosure: false),
        < 7 => _mutator.Text(Pick(Real)),
        < 8 => Pick(Real),
        < 9 => string.Concat(Enumerable.Range(0, _chance.Next(1, 40)).Select(_ => Pick(Shards))),
        _ => Long(),
    };

    /// <summary>An answer of any kind, with any numbers, and sometimes with many of them.</summary>
    public MetricAnswer Answer() => _chance.Next(9) switch
    {
        0 => new MetricAnswer.Scalar(Number(), []),
        1 or 2 or 3 => new MetricAnswer.Vector([.. Enumerable.Range(0, Size()).Select(_ => new Sample([.. Labels()], Number()))], []),
        4 when _chance.Next(10) == 0 =>
            new MetricAnswer.Matrix([.. Enumerable.Range(0, 2_000).Select(_ => new Series([new Label("long", _long)], []))], []),
        4 or 5 or 6 =>
            new MetricAnswer.Matrix([.. Enumerable.Range(0, Math.Min(Size(), 50)).Select(_ => new Series([.. Labels()], [.. Points()]))],
                []),
        7 => new MetricAnswer.Text(Pick(["", "ok", "true", "1", "NaN", "\ud800", new string('x', 100_000)])),
        _ => new MetricAnswer.Faulted("it is away"),
    };

    private int Size() => _chance.Next(20) == 0 ? 5_000 : _chance.Next(4);

    private IEnumerable<Point> Points() =>
        Enumerable.Range(0, Size()).Select(at => new Point(DateTimeOffset.UnixEpoch.AddSeconds(at), Number()));

    private IEnumerable<Label> Labels() =>
        Enumerable.Range(0, _chance.Next(3)).Select(_ => new Label(Pick(["pod", "code", "", "\ud800"]), Pick(["a", "503", "", "\udc00"])));

    private double Number() => _chance.Next(2) == 0 ? Pick(Numbers) : _chance.NextDouble();

    private T Pick<T>(IReadOnlyList<T> from) => from[_chance.Next(from.Count)];

    private string Claim(int depth, bool isInClosure)
    {
        if (depth <= 0) return Pick(["true", "false", $"{Amount(0, isInClosure)} < {Amount(0, isInClosure)}"]);
        string Part() => Claim(depth - 1, isInClosure);
        string Value() => Amount(depth - 1, isInClosure);
        string Several() => List(depth - 1, isInClosure);
        return _chance.Next(16) switch
        {
            0 => $"({Part()})",
            1 => $"not {Part()}",
            2 => $"{Part()} && {Part()}",
            3 => $"{Part()} or {Part()}",
            4 => $"{Part()} ? {Part()} : {Part()}",
            5 or 6 => $"{Value()} {Pick(["==", "!=", "<", "<=", ">", ">="])} {Value()}",
            7 or 8 => $"{Pick(["all", "any", "none", "one"])}({Several()}, {{{Claim(depth - 1, isInClosure: true)}}})",
            9 => $"{Value()} {Pick(["in", "not in"])} {Several()}",
            10 => $"{Pick(["isNaN", "isInf", "isNil"])}({Value()})",
            11 => $"{Several()} {Pick(["==", "!="])} {Several()}",
            12 => $"{Text()} {Pick(["==", "!=", "contains", "startsWith", "endsWith", "<"])} {Text()}",
            13 => $"len({Several()}) > {_chance.Next(3)}",
            14 => $"(true ? {Part()} : {Value()})",
            _ => Value(),
        };
    }

    private string Amount(int depth, bool isInClosure)
    {
        string Value() => Amount(depth - 1, isInClosure);
        if (depth <= 0)
        {
            if (isInClosure && _chance.Next(2) == 0) return Pick(["#", "#.Values[0]", ".Values[-1]", "len(.Labels)"]);
            return Pick(["result[0]", "result", "result[-1]", "result[0].Values[0]", "0.01", "1", "1e300", "2", "0", "nil", "'a'", Number()
                .ToString("R", CultureInfo.InvariantCulture)]);
        }

        return _chance.Next(10) switch
        {
            0 => $"({Value()})",
            1 => $"-{Value()}",
            2 or 3 => $"{Value()} {Pick(["+", "-", "*", "/", "%", "**", "^"])} {Value()}",
            4 => $"{Pick(["abs", "floor", "ceil", "round", "asInt", "asFloat"])}({Value()})",
            5 => $"{Pick(["max", "min", "mean", "sum", "len", "first", "last"])}({List(depth - 1, isInClosure)})",
            6 => $"default({Value()}, {Value()})",
            7 => $"({Value()} ?? {Value()})",
            8 => $"{List(depth - 1, isInClosure)}[{Pick(["0", "-1", "1e19", "0.5", "result"])}]",
            _ => $"count({List(depth - 1, isInClosure)}, {{{Claim(depth - 1, isInClosure: true)}}})",
        };
    }

    private string List(int depth, bool isInClosure) =>
        depth <= 0 ? Pick(["result", "[1, 2]", "[]", "result[0].Values"]) : _chance.Next(5) switch
        {
            0 => $"filter({List(depth - 1, isInClosure)}, {{{Claim(depth - 1, isInClosure: true)}}})",
            1 => $"map({List(depth - 1, isInClosure)}, {{{Amount(depth - 1, isInClosure: true)}}})",
            2 => $"[{Amount(depth - 1, isInClosure)}, {Amount(depth - 1, isInClosure)}]",
            _ => Pick(["result", "result[0].Values", "[0, 1, nil, 'a']"]),
        };

    private string Text() => Pick(["'a'", "\"\"", "`\\`", "result[0].Labels.pod", "'a' + 'b'", "result"]);

    /// <summary>Long, deep or dear.</summary>
    private string Long()
    {
        var times = Pick([10, 60, 300, 2_000]);
        return _chance.Next(8) switch
        {
            0 => new string('(', times) + "result" + new string(')', times),
            1 => string.Concat(Enumerable.Repeat("not ", times)) + "true",
            2 => string.Join(Pick([" + ", " && ", " ** ", " ?? ", " ? "]), Enumerable.Repeat("result", times)),
            3 => string.Concat(Enumerable.Repeat("all(result, {", times)) + "true" + string.Concat(Enumerable.Repeat("})", times)),
            4 => Doubled(Pick([3, 15, 30])) + Pick(["", " == result", " == 1", "[0] < 1"]),
            5 =>
                $"all({Pick(["map(result, {result})", "result"])}, "
                    + $"{{result[0].Labels.long {Pick(["contains 'z'", "== (result[1].Labels.long + '')", "<= result[1].Labels.long"])}}})",
            6 =>
                string.Concat(Enumerable.Repeat("map(result, {filter(result, {", 3)) + "#" + string.Concat(
                    Enumerable.Repeat("})})", 3)) + " == result",
            _ => string.Concat(Enumerable.Repeat("[result, ", times)) + "1" + new string(']', times) + " == result",
        };
    }

    /// <summary>A list that holds a list twice, which holds a list twice: as many members as two to the power of
    /// <paramref name="times"/>.</summary>
    private static string Doubled(int times) =>
        string.Concat(Enumerable.Repeat("map(", times)) + "[result]" + string.Concat(Enumerable.Repeat(", {[#, #]})", times));
}
