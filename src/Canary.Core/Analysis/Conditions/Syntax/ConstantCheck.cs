using System;
using System.Linq;
using Canary.Core.Analysis.Conditions.Functions;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Tries what has only constants when it is read, so that a mistake in them is found by lint and not by a measurement.</summary>
internal static class ConstantCheck
{
    public static void Call(Node.Call call, int position)
    {
        if (!call.Function.IsConstant || call.Arguments.Any(argument => argument is not Node.Literal)) return;
        Try(position, () => call.Function.Apply(State(), [.. call.Arguments.Select(argument => ((Node.Literal)argument).Value)]));
    }

    public static void Order(string name, Node order, int position)
    {
        if (order is Node.Literal literal) Try(position, () => Arguments.IsDescending(name, literal.Value));
    }

    public static void Binary(BinaryOperator symbol, Node left, Node right, int position)
    {
        if (symbol == BinaryOperator.Matches && right is Node.Literal { Value: Value.Text pattern })
            Try(position, () => TextPattern.Read(pattern.Content));
        if (symbol == BinaryOperator.Range && left is Node.Literal { Value: Value.Integer from }
            && right is Node.Literal { Value: Value.Integer to } && to.Amount - (decimal)from.Amount >= EvaluationState.MaxSize)
            throw new SyntaxException(position, $"a range has at most {EvaluationState.MaxSize} members");
    }

    private static EvaluationState State() => new(new Value.Nil(), DateTimeOffset.UnixEpoch, isArgo: false);

    private static void Try<T>(int position, Func<T> attempt)
    {
        try
        {
            attempt();
        }
        catch (EvaluationException wrong)
        {
            throw new SyntaxException(position, wrong.Message);
        }
    }
}
