using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Functions;

/// <summary>One kind of value made of another.</summary>
internal static class ConversionFunctions
{
    public static readonly IReadOnlyList<Function> All =
    [
        new("type", "type(v)", "the name of its type: nil, bool, int, float, string, array, map, time.Time, time.Duration", 1, 1,
            static (_, given) => new Value.Text(Kind(given[0]))) { IsDefinedOnNothing = true },
        new("int", "int(v)", "a number without its fraction, or a text read as an integer", 1, 1,
            static (state, given) => AsInt(state, "int", given[0])),
        new("float", "float(v)", "a number, or a text read as one", 1, 1, static (_, given) => AsFloat("float", given[0])),
        new("string", "string(v)", "the value as a text", 1, 1,
            static (state, given) => Written(state, given[0], GoText.Format)) { IsDefinedOnNothing = true },
        new("toJSON", "toJSON(v)", "the value as JSON", 1, 1,
            static (state, given) => Written(state, given[0], GoJson.Write)) { IsDefinedOnNothing = true },
        new("fromJSON", "fromJSON(text)", "the value of a JSON text", 1, 1,
            static (state, given) => state.Checked(GoJson.Read(Counted(state, Arguments.Text("fromJSON", given[0]))))),
        new("toBase64", "toBase64(text)", "the text in Base64", 1, 1,
            static (state, given) =>
                Made(state, Convert.ToBase64String(Encoding.UTF8.GetBytes(Counted(state, Arguments.Text("toBase64", given[0])))))),
        new("fromBase64", "fromBase64(text)", "the text that is encoded in Base64", 1, 1,
            static (state, given) => FromBase64(Counted(state, Arguments.Text("fromBase64", given[0])))),
    ];

    public static Value AsInt(EvaluationState state, string name, Value value) => value switch
    {
        Value.Integer => value,
        Value.Number { Amount: var amount } when double.IsFinite(amount) && Math.Abs(amount) < 9.2e18 => new Value.Integer((long)amount),
        Value.Number { Amount: double.NaN } when !state.IsArgo => new Value.Unknown($"{name} of NaN"),
        Value.Number => new Value.Integer(long.MinValue),
        Value.Text text when long.TryParse(text.Content, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) =>
            new Value.Integer(whole),
        _ => throw new EvaluationException($"{name} cannot make a whole number of {value.Kind} ({value})"),
    };

    public static Value.Number AsFloat(string name, Value value) => value switch
    {
        Value.Integer whole => new(whole.Amount),
        Value.Number number => number,
        Value.Text text when Special(text.Content) is { } special => new(special),
        Value.Text text when double.TryParse(text.Content,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture,
            out var amount)
            && double.IsFinite(amount) => new(amount),
        _ => throw new EvaluationException($"{name} cannot make a number of {value.Kind} ({value})"),
    };

    private static double? Special(string text) => text.ToLowerInvariant() switch
    {
        "nan" => double.NaN,
        "inf" or "+inf" or "infinity" or "+infinity" => double.PositiveInfinity,
        "-inf" or "-infinity" => double.NegativeInfinity,
        _ => null,
    };

    private static string Kind(Value value) => value switch
    {
        Value.Nil => "nil",
        Value.Bool => "bool",
        Value.Integer => "int",
        Value.Number => "float",
        Value.Text => "string",
        Value.Time => "time.Time",
        Value.Duration => "time.Duration",
        Value.Zone => "time.Location",
        Value.Map { Items: null } => "map",
        _ => "array",
    };

    private static Value.Text Written(EvaluationState state, Value value, Func<Value, string> write)
    {
        state.Weigh(value);
        return Made(state, write(value));
    }

    private static Value.Text Made(EvaluationState state, string text)
    {
        state.Allocate(text.Length);
        return new(text);
    }

    private static string Counted(EvaluationState state, string text)
    {
        state.Allocate(text.Length);
        return text;
    }

    private static Value.Text FromBase64(string text)
    {
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var count)
            ? new(Encoding.UTF8.GetString(bytes, 0, count))
            : throw new EvaluationException("fromBase64 was given a text that is not Base64");
    }
}
