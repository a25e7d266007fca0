using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;

namespace Canary.Core.Analysis.Conditions;

/// <summary>Evaluates one condition on one measurement, once.</summary>
internal sealed class Evaluator(Value result)
{
    private const int MaxSteps = 200_000;
    private const int CharactersAStep = 256;

    private readonly Stack<Value> _elements = new();
    private int _steps;

    /// <summary>A NaN took part in a comparison.</summary>
    public bool HasComparedNaN { get; private set; }

    public Value Evaluate(Node node)
    {
        Spend(1);
        return node switch
        {
            Node.Literal literal => literal.Value,
            Node.Result => result,
            Node.Element => _elements.Peek(),
            Node.ListOf list => new Value.List([.. list.Members.Select(Evaluate)]),
            Node.Field field => Field(Evaluate(field.Target), field),
            Node.Index index => Index(Evaluate(index.Target), Evaluate(index.At)),
            Node.Not not => new Value.Bool(!IsTrue("not", not.Operand)),
            Node.Negate negate => new Value.Number(-Amount("-", Evaluate(negate.Operand))),
            Node.Choice choice => Evaluate(IsTrue("? :", choice.Condition) ? choice.WhenTrue : choice.WhenFalse),
            Node.Call call => Call(call),
            Node.Quantify quantify => Quantify(quantify),
            Node.Binary binary => Binary(binary),
            _ => throw new UnreachableException(),
        };
    }

    // A list costs its length: what walks one is no cheaper than a closure over it.
    private void Spend(int steps)
    {
        _steps += steps;
        if (_steps > MaxSteps) throw new EvaluationException($"it takes more than {MaxSteps} steps on this answer");
    }

    // What walks a text costs its length too, of which a label may have millions.
    private string Walked(string text)
    {
        Spend(text.Length / CharactersAStep);
        return text;
    }

    private Value Call(Node.Call node)
    {
        Value[] arguments = [.. node.Arguments.Select(Evaluate)];
        foreach (var argument in arguments) Spend(argument is Value.List list ? list.Members.Count : 1);
        return node.Function.Apply(arguments);
    }

    private Value Binary(Node.Binary node) => node.Operator switch
    {
        BinaryOperator.Or => new Value.Bool(IsTrue("||", node.Left) || IsTrue("||", node.Right)),
        BinaryOperator.And => new Value.Bool(IsTrue("&&", node.Left) && IsTrue("&&", node.Right)),
        BinaryOperator.OrDefault => Evaluate(node.Left) is var left and not Value.Nil ? left : Evaluate(node.Right),
        BinaryOperator.Equal => new Value.Bool(AreEqual(Evaluate(node.Left), Evaluate(node.Right), isStrict: true)),
        BinaryOperator.NotEqual => new Value.Bool(!AreEqual(Evaluate(node.Left), Evaluate(node.Right), isStrict: true)),
        BinaryOperator.Less => Compare("<", node, static order => order < 0),
        BinaryOperator.LessOrEqual => Compare("<=", node, static order => order <= 0),
        BinaryOperator.Greater => Compare(">", node, static order => order > 0),
        BinaryOperator.GreaterOrEqual => Compare(">=", node, static order => order >= 0),
        BinaryOperator.In => new Value.Bool(IsIn(Evaluate(node.Left), Evaluate(node.Right))),
        BinaryOperator.Contains => new Value.Bool(Content("contains", node.Left).Contains(Content("contains", node.Right), StringComparison.Ordinal)),
        BinaryOperator.StartsWith => new Value.Bool(Content("startsWith", node.Left).StartsWith(Content("startsWith", node.Right), StringComparison.Ordinal)),
        BinaryOperator.EndsWith => new Value.Bool(Content("endsWith", node.Left).EndsWith(Content("endsWith", node.Right), StringComparison.Ordinal)),
        BinaryOperator.Add => Add(Evaluate(node.Left), Evaluate(node.Right)),
        BinaryOperator.Subtract => Calculate("-", node, static (left, right) => left - right),
        BinaryOperator.Multiply => Calculate("*", node, static (left, right) => left * right),
        BinaryOperator.Divide => Calculate("/", node, static (left, right) => left / right),
        BinaryOperator.Remainder => Calculate("%", node, static (left, right) => left % right),
        BinaryOperator.Power => Calculate("**", node, Math.Pow),
    };

    private Value.Number Calculate(string symbol, Node.Binary node, Func<double, double, double> calculation) =>
        new(calculation(Amount(symbol, Evaluate(node.Left)), Amount(symbol, Evaluate(node.Right))));

    private static Value Add(Value left, Value right) => (left, right) switch
    {
        (Value.Number one, Value.Number other) => new Value.Number(one.Amount + other.Amount),
        (Value.Text one, Value.Text other) when one.Content.Length + other.Content.Length <= MetricCondition.MaxLength => new Value.Text(one.Content + other.Content),
        _ => throw new EvaluationException($"+ cannot add {left.Kind} ({left}) and {right.Kind} ({right})"),
    };

    private Value.Bool Compare(string symbol, Node.Binary node, Func<int, bool> holds)
    {
        var (left, right) = (Evaluate(node.Left), Evaluate(node.Right));
        if (left is Value.Text one && right is Value.Text other) return new(holds(string.CompareOrdinal(Walked(one.Content), other.Content)));
        if (left is not Value.Number { Amount: var first } || right is not Value.Number { Amount: var second })
            throw new EvaluationException($"{symbol} cannot compare {left.Kind} ({left}) with {right.Kind} ({right})");
        if (!double.IsNaN(first) && !double.IsNaN(second)) return new(holds(first.CompareTo(second)));
        HasComparedNaN = true;
        return new(false);
    }

    /// <param name="isStrict">Values of different kinds are an error rather than different: <c>result == "true"</c> on a number is a mistake of the condition, not a measurement that fails.</param>
    private bool AreEqual(Value left, Value right, bool isStrict)
    {
        switch (left, right)
        {
            case (Value.Number one, Value.Number other):
                HasComparedNaN |= double.IsNaN(one.Amount) || double.IsNaN(other.Amount);
                return one.Amount == other.Amount;
            case (Value.Text one, Value.Text other):
                return Walked(one.Content) == other.Content;
            case (Value.Bool or Value.Nil, _) when left.GetType() == right.GetType():
                return left == right;
            case (Value.Nil, _) or (_, Value.Nil):
                return false;
            case (Value.List or Value.Fields { Items: not null }, Value.List or Value.Fields { Items: not null }):
                var (first, second) = (Function.Members("==", left), Function.Members("==", right));
                Spend(first.Count);
                return first.Count == second.Count && first.Zip(second).All(pair => AreEqual(pair.First, pair.Second, isStrict: false));
            default:
                return isStrict ? throw new EvaluationException($"== cannot compare {left.Kind} ({left}) with {right.Kind} ({right})") : false;
        }
    }

    private bool IsIn(Value sought, Value container)
    {
        if (container is Value.Fields { Items: null } fields) return sought is Value.Text name && fields.Members.ContainsKey(name.Content);
        var members = Function.Members("in", container);
        Spend(members.Count);
        return members.Any(member => AreEqual(sought, member, isStrict: false));
    }

    private Value Quantify(Node.Quantify node)
    {
        var name = node.Quantifier.ToString().ToLowerInvariant();
        var members = Function.Members(name, Evaluate(node.Source));
        return node.Quantifier switch
        {
            Quantifier.All => new Value.Bool(members.All(member => Holds(name, node, member))),
            Quantifier.Any => new Value.Bool(members.Any(member => Holds(name, node, member))),
            Quantifier.None => new Value.Bool(!members.Any(member => Holds(name, node, member))),
            Quantifier.One => new Value.Bool(members.Count(member => Holds(name, node, member)) == 1),
            Quantifier.Filter => new Value.List([.. members.Where(member => Holds(name, node, member))]),
            Quantifier.Map => new Value.List([.. members.Select(member => Ask(node, member))]),
            Quantifier.Count => new Value.Number(members.Count(member => Holds(name, node, member))),
        };
    }

    private bool Holds(string asker, Node.Quantify node, Value member) => Ask(node, member) is var said && said is Value.Bool bit
        ? bit.IsTrue
        : throw new EvaluationException($"the closure of {asker} must be true or false, and is {said.Kind} ({said})");

    private Value Ask(Node.Quantify node, Value member)
    {
        _elements.Push(member);
        var said = Evaluate(node.Closure);
        _elements.Pop();
        return said;
    }

    private static Value Field(Value target, Node.Field field) => target switch
    {
        Value.Fields fields => fields.Members.TryGetValue(field.Name, out var value) ? value : new Value.Nil(),
        Value.Nil when field.IsOptional => target,
        _ => throw new EvaluationException($"{target.Kind} ({target}) has no field \"{field.Name}\""),
    };

    private static Value Index(Value target, Value at)
    {
        if (target is Value.Fields { Members: var named } && at is Value.Text name) return named.GetValueOrDefault(name.Content, new Value.Nil());
        var members = Function.Members("[ ]", target);
        if (at is not Value.Number { Amount: var wanted } || wanted != Math.Truncate(wanted))
            throw new EvaluationException($"an index is a whole number, and was {at.Kind} ({at})");
        var index = wanted < 0 ? members.Count + wanted : wanted;
        return index >= 0 && index < members.Count
            ? members[(int)index]
            : throw new EvaluationException(string.Create(CultureInfo.InvariantCulture, $"index {wanted} is out of range: the list has {members.Count} members"));
    }

    private bool IsTrue(string asker, Node node) => Evaluate(node) is var value && value is Value.Bool bit
        ? bit.IsTrue
        : throw new EvaluationException($"{asker} needs true or false, and was given {value.Kind} ({value})");

    private static double Amount(string asker, Value value) =>
        value is Value.Number number ? number.Amount : throw new EvaluationException($"{asker} needs a number, and was given {value.Kind} ({value})");

    private string Content(string asker, Node node) => Evaluate(node) is var value && value is Value.Text text
        ? Walked(text.Content)
        : throw new EvaluationException($"{asker} needs a text, and was given {value.Kind} ({value})");
}
