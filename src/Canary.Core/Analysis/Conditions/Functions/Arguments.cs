using System.Collections.Generic;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>Reads the arguments of functions; what does not fit is an error that names the function.</summary>
internal static class Arguments
{
    public static double Number(string asker, Value value) => value is Value.Integer or Value.Number
        ? Equality.Amount(value)
        : throw new EvaluationException($"{asker} needs a number, and was given {value.Kind} ({value})");

    public static long Whole(string asker, Value value) => value switch
    {
        Value.Integer whole => whole.Amount,
        Value.Number { Amount: var amount } when amount == System.Math.Truncate(amount) && System.Math.Abs(amount) < 1e18 => (long)amount,
        _ => throw new EvaluationException($"{asker} needs a whole number, and was given {value.Kind} ({value})"),
    };

    public static string Text(string asker, Value value) =>
        value is Value.Text text ? text.Content
        : throw new EvaluationException($"{asker} needs a text, and was given {value.Kind} ({value})");

    public static Value.Map Map(string asker, Value value) =>
        value as Value.Map ?? throw new EvaluationException($"{asker} needs a map, and was given {value.Kind} ({value})");

    /// <summary>The numbers of all arguments; those of lists, and of lists in them, one by one.</summary>
    public static List<Value> Numbers(EvaluationState state, string asker, IReadOnlyList<Value> given)
    {
        var numbers = new List<Value>();
        Gather(given);
        return numbers;

        void Gather(IReadOnlyList<Value> values)
        {
            state.Spend(values.Count);
            foreach (var value in values)
            {
                if (value is Value.Integer or Value.Number) numbers.Add(value);
                else if (Lists.TryMembers(value) is { } members) Gather(members);
                else throw new EvaluationException($"{asker} needs numbers, and was given {value.Kind} ({value})");
            }
        }
    }

    /// <summary><c>asc</c> or <c>desc</c>.</summary>
    public static bool IsDescending(string asker, Value order) => Text(asker, order) switch
    {
        "asc" => false,
        "desc" => true,
        var other => throw new EvaluationException($"{asker} sorts \"asc\" or \"desc\", and was given \"{other}\""),
    };

}
