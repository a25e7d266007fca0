using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace Canary.Core.Analysis.Conditions;

/// <summary>A function of plain values.</summary>
internal sealed record Function(string Name, int MinArguments, int MaxArguments, Func<IReadOnlyList<Value>, Value> Apply)
{
    private const int Any = int.MaxValue;

    private static readonly Dictionary<string, Function> _all = new Function[]
    {
        new("len", 1, 1, static given => new Value.Number(Length(given[0]))),
        new("isNaN", 1, 1, static given => new Value.Bool(double.IsNaN(Number("isNaN", given[0])))),
        new("isInf", 1, 1, static given => new Value.Bool(double.IsInfinity(Number("isInf", given[0])))),
        new("isNil", 1, 1, static given => new Value.Bool(given[0] is Value.Nil)),
        new("default", 2, 2, static given => given[0] is Value.Nil ? given[1] : given[0]),
        new("asInt", 1, 1, static given => new Value.Number(AsInt(given[0]))),
        new("asFloat", 1, 1, static given => new Value.Number(AsFloat(given[0]))),
        new("abs", 1, 1, static given => new Value.Number(Math.Abs(Number("abs", given[0])))),
        new("floor", 1, 1, static given => new Value.Number(Math.Floor(Number("floor", given[0])))),
        new("ceil", 1, 1, static given => new Value.Number(Math.Ceiling(Number("ceil", given[0])))),
        new("round", 1, 1, static given => new Value.Number(Math.Round(Number("round", given[0]), MidpointRounding.AwayFromZero))),
        new("min", 1, Any, static given => new Value.Number(Some("min", given).Aggregate(Math.Min))),
        new("max", 1, Any, static given => new Value.Number(Some("max", given).Aggregate(Math.Max))),
        new("mean", 1, Any, static given => new Value.Number(Some("mean", given).Average())),
        new("sum", 1, Any, static given => new Value.Number(Numbers("sum", given).Sum())),
        new("first", 1, 1, static given => Members("first", given[0]) is { Count: > 0 } members ? members[0] : new Value.Nil()),
        new("last", 1, 1, static given => Members("last", given[0]) is { Count: > 0 } members ? members[^1] : new Value.Nil()),
    }.ToDictionary(function => function.Name);

    public static IEnumerable<string> Names => _all.Keys;

    public string ArgumentsShown => (MinArguments, MaxArguments) switch
    {
        (1, 1) => "one argument",
        (_, Any) => "one argument or more",
        var (some, _) => string.Create(CultureInfo.InvariantCulture, $"{some} arguments"),
    };

    public static Function? Find(string name) => _all.GetValueOrDefault(name);

    /// <summary>The members of a list, or of a series.</summary>
    public static IReadOnlyList<Value> Members(string asker, Value value) => value switch
    {
        Value.List list => list.Members,
        Value.Fields { Items: { } items } => items.Members,
        _ => throw new EvaluationException($"{asker} needs a list, and was given {value.Kind} ({value})"),
    };

    private static int Length(Value value) => value switch
    {
        Value.Text text => text.Content.Length,
        Value.Fields { Items: null } fields => fields.Members.Count,
        _ => Members("len", value).Count,
    };

    private static double Number(string asker, Value value) =>
        value is Value.Number number ? number.Amount : throw new EvaluationException($"{asker} needs a number, and was given {value.Kind} ({value})");

    private static List<double> Numbers(string asker, IReadOnlyList<Value> given) =>
        [.. (given is [Value.List or Value.Fields] ? Members(asker, given[0]) : given).Select(value => Number(asker, value))];

    private static List<double> Some(string asker, IReadOnlyList<Value> given) =>
        Numbers(asker, given) is { Count: > 0 } numbers ? numbers : throw new EvaluationException($"{asker} of an empty list has no value");

    private static double AsInt(Value value) => value switch
    {
        Value.Number number when double.IsFinite(number.Amount) => Math.Truncate(number.Amount),
        Value.Text text when long.TryParse(text.Content, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ => throw new EvaluationException($"asInt cannot make a whole number of {value.Kind} ({value})"),
    };

    private static double AsFloat(Value value) => value switch
    {
        Value.Number number => number.Amount,
        Value.Text text when double.TryParse(text.Content, NumberStyles.Float, CultureInfo.InvariantCulture, out var amount) => amount,
        _ => throw new EvaluationException($"asFloat cannot make a number of {value.Kind} ({value})"),
    };
}
