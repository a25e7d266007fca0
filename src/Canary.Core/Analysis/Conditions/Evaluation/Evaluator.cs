using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.Globalization;
using System.Linq;
using Canary.Core.Analysis.Conditions.Functions;
using Canary.Core.Analysis.Conditions.Syntax;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Evaluation;

/// <summary>Evaluates one condition on one measurement.</summary>
internal sealed class Evaluator
{
    private readonly EvaluationState _state;
    private readonly BinaryEvaluation _binary;
    private readonly ClosureEvaluation _closures;
    private readonly Stack<(Value Element, int Index, Value Accumulator)> _elements = new();
    private readonly List<Value> _variables = [];

    public Evaluator(EvaluationState state)
    {
        _state = state;
        _binary = new(state, this);
        _closures = new(state, this);
    }

    public Value Evaluate(Node node)
    {
        _state.Spend(1);
        return node switch
        {
            Node.Literal literal => literal.Value,
            Node.Result => _state.Answer,
            Node.Variable variable => _variables[variable.Slot],
            Node.Pointer pointer => Pointer(pointer.Kind),
            Node.ListOf list => ListOf(list),
            Node.MapOf map => MapOf(map),
            Node.Field or Node.Index => Member(node) ?? new Value.Nil(_state.IsEmpty),
            Node.Slice slice => Slice(slice),
            Node.Method method => Method(method),
            Node.Not not => new Value.Bool(!IsTrue("not", not.Operand)),
            Node.Sign sign => Signed(sign, Evaluate(sign.Operand)),
            Node.Choice choice => Evaluate(IsTrue("? :", choice.Condition) ? choice.WhenTrue : choice.WhenFalse),
            Node.Let let => Let(let),
            Node.Sequence sequence => sequence.Steps.Select(Evaluate).ToArray()[^1],
            Node.Call call => Call(call),
            Node.Closure closure => _closures.Evaluate(closure),
            Node.Binary binary => _binary.Evaluate(binary),
            _ => throw new UnreachableException(),
        };
    }

    public bool IsTrue(string asker, Node node) => IsTrue(asker, Evaluate(node));

    /// <summary>Asks a closure about a member.</summary>
    public Value Ask(Node body, Value element, int index, Value accumulator)
    {
        var variables = _variables.Count;
        _elements.Push((element, index, accumulator));
        try
        {
            return Evaluate(body);
        }
        finally
        {
            // A closure that was left in its middle is asked again with another assumption.
            _elements.Pop();
            _variables.RemoveRange(variables, _variables.Count - variables);
        }
    }

    public bool IsTrue(string asker, Value value) => value switch
    {
        Value.Bool bit => bit.IsTrue,
        Value.Unknown unknown => _state.Assume(unknown.Why),
        _ => throw new EvaluationException($"{asker} needs true or false, and was given {value.Kind} ({value})"),
    };

    /// <summary>Nothing came of an answer that has nothing: what is said of it says nothing of any series.</summary>
    public bool IsVacuous(Node source, Value value) =>
        _state.IsEmpty && (source.MentionsResult || ReferenceEquals(value, _state.Answer))
        && (value is Value.Map { Members.Count: 0 } || Lists.TryMembers(value) is { Count: 0 });

    private Value Pointer(PointerKind kind)
    {
        var (element, index, accumulator) = _elements.Peek();
        return kind switch
        {
            PointerKind.Element => element,
            PointerKind.Index => new Value.Integer(index),
            PointerKind.Accumulator => accumulator,
        };
    }

    private Value Let(Node.Let let)
    {
        var value = Evaluate(let.Value);
        while (_variables.Count > let.Slot) _variables.RemoveAt(_variables.Count - 1);
        _variables.Add(value);
        var result = Evaluate(let.Body);
        _variables.RemoveAt(let.Slot);
        return result;
    }

    private Value ListOf(Node.ListOf list)
    {
        Value[] members = [.. list.Members.Select(Evaluate)];
        return members.OfType<Value.Unknown>().FirstOrDefault() as Value ?? _state.List(members);
    }

    private Value MapOf(Node.MapOf map)
    {
        var members = new Dictionary<Value, Value>();
        foreach (var (key, node) in map.Members)
        {
            var name = Evaluate(key);
            if (name is not Value.Text) throw new EvaluationException($"a key of a map is a text, and was {name.Kind} ({name})");
            var value = Evaluate(node);
            if (value is Value.Unknown) return value;
            members[name] = value;
        }

        _state.Allocate(members.Count);
        return _state.Checked(new Value.Map(members));
    }

    private Value Call(Node.Call node)
    {
        Value[] arguments = [.. node.Arguments.Select(Evaluate)];
        foreach (var argument in arguments)
        {
            _state.Spend(Lists.TryMembers(argument)?.Count ?? 1);
            if (argument is Value.Text text) _state.Walk(text.Content);
        }

        if (arguments.OfType<Value.Unknown>().FirstOrDefault() is { } unknown) return unknown;
        // Its own length is known, also where it has none; what was picked from it has none because nobody was there.
        var isKnown = node.Function.IsDefinedOnNothing && (node.Function.Name != "len" || ReferenceEquals(arguments[0], _state.Answer));
        return !isKnown && node.Arguments.Zip(arguments).Any(pair => IsVacuous(pair.First, pair.Second))
            ? new Value.Unknown($"{node.Function.Name} of no series")
            : node.Function.Apply(_state, arguments);
    }

    // Null: an optional member on the way was nil, and so is all that follows it.
    private Value? Member(Node node)
    {
        switch (node)
        {
            case Node.Field field:
                return Member(field.Target) is not { } holder ? null : Field(holder, field);
            case Node.Index index:
                return Member(index.Target) is not { } list || (index.IsOptional && list is Value.Nil) ? null
                    : Index(list, Evaluate(index.At));
            default:
                return Evaluate(node);
        }
    }

    private static Value? Field(Value target, Node.Field field) => target switch
    {
        Value.Map map => map.Members.GetValueOrDefault(new Value.Text(field.Name), new Value.Nil()),
        Value.Unknown => target,
        Value.Nil when field.IsOptional => null,
        _ => throw new EvaluationException($"{target.Kind} ({target}) has no field \"{field.Name}\""),
    };

    private Value Index(Value target, Value at)
    {
        if (target is Value.Unknown) return target;
        if (at is Value.Unknown) return at;
        if (MapFunctions.IsUnknownKey(_state, target, at)) return new Value.Unknown(Equality.OfNaN);
        if (target is Value.Map { Members: var named } map && (map.Items is null || at is Value.Text))
            return named.GetValueOrDefault(at, new Value.Nil());
        var members = Lists.Members("[ ]", target);
        var wanted = Whole("an index", at);
        var index = wanted < 0 ? members.Count + wanted : wanted;
        return index >= 0 && index < members.Count
            ? members[(int)index]
            : throw new EvaluationException(
                string.Create(CultureInfo.InvariantCulture, $"index {wanted} is out of range: the list has {members.Count} members"));
    }

    private Value Slice(Node.Slice node)
    {
        var target = Evaluate(node.Target);
        if (target is Value.Unknown) return target;
        if (IsVacuous(node.Target, target)) return new Value.Unknown("a part of no series");
        var runes = target is Value.Text text ? text.Content.EnumerateRunes().ToArray() : null;
        var members = runes is null ? Lists.Members("[ : ]", target) : [];
        var length = runes?.Length ?? members.Count;
        _state.Spend(length / 16);
        var (start, end) = (node.From is null ? new Value.Integer(0) : Evaluate(node.From), node.To is null ? new Value.Integer(length)
            : Evaluate(node.To));
        if (start is Value.Unknown) return start;
        if (end is Value.Unknown) return end;
        var (from, to) = (Bound(Whole("a bound", start), length), Bound(Whole("a bound", end), length));
        if (from > to) from = to;
        return runes is null ? _state.List([.. members.Skip(from).Take(to - from)]) : new Value.Text(string.Concat(runes[from..to]));
    }

    private static int Bound(long wanted, int length) => (int)Math.Clamp(wanted < 0 ? length + wanted : wanted, 0, length);

    private static long Whole(string what, Value value) => value switch
    {
        Value.Integer whole => whole.Amount,
        Value.Number { Amount: var amount } when amount == Math.Truncate(amount) && Math.Abs(amount) < long.MaxValue => (long)amount,
        _ => throw new EvaluationException($"{what} is a whole number, and was {value.Kind} ({value})"),
    };

    private Value Method(Node.Method node)
    {
        var target = Evaluate(node.Target);
        Value[] arguments = [.. node.Arguments.Select(Evaluate)];
        return new[] { target }.Concat(arguments).OfType<Value.Unknown>().FirstOrDefault() as Value
            ?? TimeCalculation.Call(target, node.Called, arguments);
    }

    private static Value Signed(Node.Sign sign, Value value) => value switch
    {
        Value.Unknown => value,
        _ when !sign.IsNegative && value is Value.Integer or Value.Number => value,
        Value.Integer whole => new Value.Integer(unchecked(-whole.Amount)),
        Value.Number number => new Value.Number(-number.Amount),
        Value.Duration duration => new Value.Duration(duration.Length.Negate()),
        _ => throw new EvaluationException($"{(sign.IsNegative ? "-" : "+")} needs a number, and was given {value.Kind} ({value})"),
    };
}
