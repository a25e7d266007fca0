using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis.Conditions.Values;

/// <summary>Whether two values are equal, and which is less.</summary>
internal sealed class Equality(EvaluationState state)
{
    public const string OfNaN = "a comparison with NaN";
    public const string OfNothing = "a comparison with what no series has";

    /// <summary>Values of different kinds are an error rather than different: <c>result == "true"</c> on a number is a mistake of the
    /// condition, not a measurement that fails.</summary>
    public bool AreEqual(string symbol, Value left, Value right)
    {
        if (Tell(left, right) is { } isEqual) return isEqual;
        throw new EvaluationException($"{symbol} cannot compare {left.Kind} ({left}) with {right.Kind} ({right})");
    }

    /// <summary>Values of different kinds are different.</summary>
    public bool AreAlike(Value left, Value right) => Tell(left, right) ?? false;

    /// <summary>One of them is the value sought. Those that are known are looked at first.</summary>
    public bool IsAmong(Value sought, IReadOnlyList<Value> members)
    {
        state.Spend(members.Count);
        var (isDoubtful, index) = (false, 0);
        // Made once, since a list may be long.
        var asks = () => AreAlike(members[index], sought);
        for (; index < members.Count; index++)
        {
            if (state.Settle(asks) is not { } isEqual) isDoubtful = true;
            else if (isEqual) return true;
        }

        return isDoubtful && state.Assume(OfNaN);
    }

    /// <summary>The left value is less; null: the kinds have no order.</summary>
    public static int? Order(Value left, Value right) => (left, right) switch
    {
        (Value.Integer one, Value.Integer other) => one.Amount.CompareTo(other.Amount),
        (Value.Integer or Value.Number, Value.Integer or Value.Number) => Amount(left).CompareTo(Amount(right)),
        (Value.Text one, Value.Text other) => string.CompareOrdinal(one.Content, other.Content),
        (Value.Time one, Value.Time other) => one.At.CompareTo(other.At),
        (Value.Duration one, Value.Duration other) => one.Length.CompareTo(other.Length),
        _ => null,
    };

    public static bool IsNaN(Value value) => value is Value.Number { Amount: double.NaN };

    public static double Amount(Value value) => value switch
    {
        Value.Integer whole => whole.Amount,
        Value.Number number => number.Amount,
        _ => throw new EvaluationException($"a number was expected, and {value.Kind} ({value}) was given"),
    };

    private bool? Tell(Value left, Value right)
    {
        switch (left, right)
        {
            case (Value.Unknown, _) or (_, Value.Unknown):
                return state.Assume(OfNothing);
            case (Value.Integer one, Value.Integer other):
                return one.Amount == other.Amount;
            case (Value.Integer or Value.Number, Value.Integer or Value.Number):
                return IsNaN(left) || IsNaN(right) ? state.Assume(OfNaN) : Amount(left) == Amount(right);
            case (Value.Nil, Value.Nil):
                return true;
            case (Value.Nil nil, _):
                return state.IsEmpty && ReferenceEquals(right, state.Answer) ? true : nil.IsMissing && state.Assume(OfNothing);
            case (_, Value.Nil):
                return Tell(right, left);
            case (Value.Text one, Value.Text other):
                return state.Walk(one.Content) == other.Content;
            case (Value.Bool or Value.Time or Value.Duration or Value.Zone, _) when left.GetType() == right.GetType():
                return left == right;
            case (Value.List or Value.Map { Items: not null }, Value.List or Value.Map { Items: not null }):
                return AreListsEqual(Lists.Members("==", left), Lists.Members("==", right), left, right);
            case (Value.Map one, Value.Map other):
                return AreMapsEqual(one.Members, other.Members);
            default:
                return null;
        }
    }

    private bool AreListsEqual(IReadOnlyList<Value> one, IReadOnlyList<Value> other, Value left, Value right)
    {
        if (one.Count != other.Count)
            return state.IsEmpty && (ReferenceEquals(left, state.Answer) || ReferenceEquals(right, state.Answer))
                && state.Assume(OfNothing);
        state.Spend(one.Count);
        var (isDoubtful, index) = (false, 0);
        var asks = () => AreAlike(one[index], other[index]);
        for (; index < one.Count; index++)
        {
            if (state.Settle(asks) is not { } isEqual) isDoubtful = true;
            else if (!isEqual) return false;
        }

        return !isDoubtful || state.Assume(OfNaN);
    }

    private bool AreMapsEqual(IReadOnlyDictionary<Value, Value> one, IReadOnlyDictionary<Value, Value> other)
    {
        state.Spend(one.Count);
        return one.Count == other.Count && one.All(member => other.TryGetValue(member.Key, out var value) && AreAlike(member.Value, value));
    }
}
