using System.Collections.Generic;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>What Argo Rollouts adds to the language.</summary>
internal static class ArgoFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("asInt", "asInt(v)", "a number without its fraction, or a text read as an integer", 1, 1,
            static (state, given) => ConversionFunctions.AsInt(state, "asInt", given[0])),
        new("asFloat", "asFloat(v)", "a number, or a text read as one", 1, 1,
            static (_, given) => ConversionFunctions.AsFloat("asFloat", given[0])),
        new("isNaN", "isNaN(number)", "whether it is NaN", 1, 1,
            static (_, given) => new Value.Bool(double.IsNaN(Arguments.Number("isNaN", given[0])))),
        new("isInf", "isInf(number)", "whether it is infinite", 1, 1,
            static (state, given) => IsInfinite(state, Arguments.Number("isInf", given[0]))),
        new("isNil", "isNil(v)", "whether it is nil, or an empty answer", 1, 1,
            static (state, given) => new Value.Bool(IsNothing(state, given[0]))) { IsDefinedOnNothing = true },
        new("default", "default(v, other)", "v, or the other value if v is nil or an empty answer", 2, 2,
            static (state, given) => IsNothing(state, given[0]) ? given[1] : Kept(state, given[0]))
        {
            IsDefinedOnNothing = true,
        },
    ];

    // Argo Rollouts asks the measurement, whatever is given: an empty list is not nil there.
    private static bool IsNothing(EvaluationState state, Value value) => state.IsArgo
        ? state.Answer is Value.Nil
        : value is Value.Nil || (state.IsEmpty && ReferenceEquals(value, state.Answer));

    // 0/0 may be anything, and !isInf(result[0]) says nothing good of it.
    private static Value IsInfinite(EvaluationState state, double number) =>
        double.IsNaN(number) && !state.IsArgo ? new Value.Unknown("isInf of NaN") : new Value.Bool(double.IsInfinity(number));

    private static Value Kept(EvaluationState state, Value value) => state.IsArgo ? state.Answer : value;
}
