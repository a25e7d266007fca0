using System;
using System.Linq;
using Canary.Core.Analysis.Conditions.Syntax;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Evaluation;

/// <summary>Operators between two values.</summary>
internal sealed class BinaryEvaluation(EvaluationState state, Evaluator evaluator)
{
    private readonly Equality _equality = new(state);

    public Value Evaluate(Node.Binary node) => node.Operator switch
    {
        BinaryOperator.Or => new Value.Bool(evaluator.IsTrue("||", node.Left) || evaluator.IsTrue("||", node.Right)),
        BinaryOperator.And => new Value.Bool(evaluator.IsTrue("&&", node.Left) && evaluator.IsTrue("&&", node.Right)),
        BinaryOperator.OrDefault => OrDefault(node, evaluator.Evaluate(node.Left)),
        _ => Between(node, evaluator.Evaluate(node.Left), evaluator.Evaluate(node.Right)),
    };

    // An empty answer is no value: a condition that gives one instead has named the case.
    private Value OrDefault(Node.Binary node, Value left) => left switch
    {
        Value.Nil => evaluator.Evaluate(node.Right),
        _ when state.IsEmpty && ReferenceEquals(left, state.Answer) => evaluator.Evaluate(node.Right),
        _ => left,
    };

    private Value Between(Node.Binary node, Value left, Value right) => node.Operator switch
    {
        BinaryOperator.Equal => new Value.Bool(_equality.AreEqual("==", left, right)),
        BinaryOperator.NotEqual => new Value.Bool(!_equality.AreEqual("!=", left, right)),
        BinaryOperator.Less => Compare("<", left, right, static order => order < 0),
        BinaryOperator.LessOrEqual => Compare("<=", left, right, static order => order <= 0),
        BinaryOperator.Greater => Compare(">", left, right, static order => order > 0),
        BinaryOperator.GreaterOrEqual => Compare(">=", left, right, static order => order >= 0),
        BinaryOperator.In => new Value.Bool(IsIn(node.Right, left, right)),
        BinaryOperator.Matches => InText("matches", left, right, static (text, pattern) => TextPattern.Read(pattern).IsMatch(text)),
        BinaryOperator.Contains => InText("contains", left, right, static (text, part) => text.Contains(part, StringComparison.Ordinal)),
        BinaryOperator.StartsWith =>
            InText("startsWith", left, right, static (text, part) => text.StartsWith(part, StringComparison.Ordinal)),
        BinaryOperator.EndsWith => InText("endsWith", left, right, static (text, part) => text.EndsWith(part, StringComparison.Ordinal)),
        _ => (left, right) switch
        {
            (Value.Unknown, _) => left,
            (_, Value.Unknown) => right,
            _ => Calculate(node.Operator, left, right),
        },
    };

    private Value.Bool Compare(string symbol, Value left, Value right, Func<int, bool> holds)
    {
        if (left is Value.Unknown || right is Value.Unknown) return new(state.Assume(Equality.OfNothing));
        if (left is Value.Text text) state.Walk(text.Content);
        if (Equality.Order(left, right) is not { } order)
            throw new EvaluationException($"{symbol} cannot compare {left.Kind} ({left}) with {right.Kind} ({right})");
        return new(Equality.IsNaN(left) || Equality.IsNaN(right) ? state.Assume(Equality.OfNaN) : holds(order));
    }

    private bool IsIn(Node source, Value sought, Value container)
    {
        if (sought is Value.Unknown || container is Value.Unknown) return state.Assume(Equality.OfNothing);
        if (container is Value.Nil nil) return nil.IsMissing && state.Assume(Equality.OfNothing);
        if (container is Value.Map { Items: null } map)
            return Equality.IsNaN(sought) ? state.Assume(Equality.OfNaN) : map.Members.ContainsKey(sought);
        var members = Lists.Members("in", container);
        return evaluator.IsVacuous(source, container) ? state.Assume(Equality.OfNothing) : _equality.IsAmong(sought, members);
    }

    private Value.Bool InText(string symbol, Value left, Value right, Func<string, string, bool> holds)
    {
        if (left is Value.Unknown || right is Value.Unknown) return new(state.Assume(Equality.OfNothing));
        if (left is Value.Nil { IsMissing: true } || right is Value.Nil { IsMissing: true }) return new(state.Assume(Equality.OfNothing));
        if (left is Value.Nil || right is Value.Nil) return new(false);
        var wrong = left is Value.Text ? right : left;
        if (left is not Value.Text text || right is not Value.Text part)
            throw new EvaluationException($"{symbol} needs a text, and was given {wrong.Kind} ({wrong})");
        return new(holds(state.Walk(text.Content), state.Walk(part.Content)));
    }

    private Value Calculate(BinaryOperator symbol, Value left, Value right) => symbol switch
    {
        BinaryOperator.Range => Range(left, right),
        BinaryOperator.Add when left is Value.Text one && right is Value.Text other => Joined(one.Content, other.Content),
        _ when TimeCalculation.Calculate(symbol, left, right) is { } time => time,
        BinaryOperator.Add => Numbers("+", left, right, static (one, other) => unchecked(one + other), static (one, other) => one + other),
        BinaryOperator.Subtract =>
            Numbers("-", left, right, static (one, other) => unchecked(one - other), static (one, other) => one - other),
        BinaryOperator.Multiply =>
            Numbers("*", left, right, static (one, other) => unchecked(one * other), static (one, other) => one * other),
        BinaryOperator.Divide => Numbers("/", left, right, null, static (one, other) => one / other),
        BinaryOperator.Power => Numbers("**", left, right, null, Math.Pow),
        BinaryOperator.Remainder => Remainder(left, right),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // Whole numbers stay whole, but for a quotient and a power, which never are.
    private static Value Numbers(string symbol, Value left, Value right, Func<long, long, long>? whole, Func<double, double, double> other)
    {
        if (left is not (Value.Integer or Value.Number) || right is not (Value.Integer or Value.Number))
        {
            throw new EvaluationException(symbol == "+"
                ? $"+ cannot add {left.Kind} ({left}) and {right.Kind} ({right})"
                : $"{symbol} needs numbers, and was given {left.Kind} ({left}) and {right.Kind} ({right})");
        }

        return whole is not null && left is Value.Integer first && right is Value.Integer second
            ? new Value.Integer(whole(first.Amount, second.Amount))
            : new Value.Number(other(Equality.Amount(left), Equality.Amount(right)));
    }

    private static Value.Integer Remainder(Value left, Value right) => (left, right) switch
    {
        (Value.Integer, Value.Integer { Amount: 0 }) => throw new EvaluationException("% by 0 has no value"),
        (Value.Integer, Value.Integer { Amount: -1 }) => new(0),
        (Value.Integer one, Value.Integer other) => new(one.Amount % other.Amount),
        _ =>
            throw new EvaluationException(
                $"% needs whole numbers, as int(x) % 2, and was given {left.Kind} ({left}) and {right.Kind} ({right})"),
    };

    private Value.List Range(Value left, Value right)
    {
        if (left is not Value.Integer from || right is not Value.Integer to)
            throw new EvaluationException($".. needs whole numbers, and was given {left.Kind} ({left}) and {right.Kind} ({right})");
        var count = (decimal)to.Amount - from.Amount + 1;
        if (count > EvaluationState.MaxSize) throw new EvaluationException($"a range has at most {EvaluationState.MaxSize} members");
        state.Spend((int)Math.Max(count, 0) / 16);
        return state.List([.. Enumerable.Range(0, (int)Math.Max(count, 0)).Select(step => new Value.Integer(from.Amount + step))]);
    }

    private Value.Text Joined(string one, string other)
    {
        state.Allocate(one.Length + other.Length);
        return new(one + other);
    }
}
