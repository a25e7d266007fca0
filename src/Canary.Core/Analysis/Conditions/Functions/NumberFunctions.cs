using System;
using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>Numbers, and what is made of many.</summary>
internal static class NumberFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("abs", "abs(n)", "the absolute value", 1, 1, static (_, given) => Absolute(given[0])),
        new("ceil", "ceil(n)", "n rounded up to an integer", 1, 1,
            static (_, given) => new Value.Number(Math.Ceiling(Arguments.Number("ceil", given[0])))),
        new("floor", "floor(n)", "n rounded down to an integer", 1, 1,
            static (_, given) => new Value.Number(Math.Floor(Arguments.Number("floor", given[0])))),
        new("round", "round(n)", "n rounded to the nearest integer; halves away from zero", 1, 1,
            static (_, given) => new Value.Number(Math.Round(Arguments.Number("round", given[0]), MidpointRounding.AwayFromZero))),
        new("max", "max(v, ...)", "the largest of numbers and lists of numbers", 1, Function.Any,
            static (state, given) => Extreme(state, "max", given, 1)),
        new("min", "min(v, ...)", "the smallest of numbers and lists of numbers", 1, Function.Any,
            static (state, given) => Extreme(state, "min", given, -1)),
        new("mean", "mean(v, ...)", "the mean of numbers and lists of numbers", 1, Function.Any,
            static (state, given) => Mean([.. Amounts(state, "mean", given)])),
        new("median", "median(v, ...)", "the median of numbers and lists of numbers", 1, Function.Any,
            static (state, given) => Median(state, [.. Amounts(state, "median", given)])),
    ];

    private static IEnumerable<double> Amounts(EvaluationState state, string name, IReadOnlyList<Value> given) =>
        Arguments.Numbers(state, name, given).Select(Equality.Amount);

    private static Value Absolute(Value value) =>
        value is Value.Integer whole ? new Value.Integer(whole.Amount < 0 ? unchecked(-whole.Amount) : whole.Amount)
        : new Value.Number(Math.Abs(Arguments.Number("abs", value)));

    // NaN among the numbers: which of them is the greatest is not known. Argo Rollouts passes it over, unless it comes first.
    private static Value Extreme(EvaluationState state, string name, IReadOnlyList<Value> given, int sign)
    {
        var numbers = Arguments.Numbers(state, name, given);
        if (numbers.Count == 0) return new Value.Nil();
        if (!state.IsArgo && numbers.Find(Equality.IsNaN) is { } none) return none;
        return numbers.Aggregate((best, next) => !Equality.IsNaN(best) && !Equality.IsNaN(next) && Equality.Order(next, best) * sign > 0
            ? next : best);
    }

    private static Value.Number Mean(double[] numbers) => new(numbers.Length == 0 ? 0 : numbers.Sum() / numbers.Length);

    private static Value.Number Median(EvaluationState state, double[] numbers)
    {
        if (numbers.Length == 0) return new(0);
        if (!state.IsArgo && numbers.Any(double.IsNaN)) return new(double.NaN);
        Array.Sort(numbers);
        var middle = numbers.Length / 2;
        return new(numbers.Length % 2 == 1 ? numbers[middle] : (numbers[middle - 1] + numbers[middle]) / 2);
    }
}
