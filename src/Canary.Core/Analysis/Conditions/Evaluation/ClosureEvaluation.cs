using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions.Functions;
using Canary.Core.Analysis.Conditions.Syntax;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Evaluation;

/// <summary>Functions that ask a closure about each member of a list.</summary>
internal sealed class ClosureEvaluation(EvaluationState state, Evaluator evaluator)
{
    public Value Evaluate(Node.Closure node)
    {
        var name = ClosureKinds.NameOf(node.Kind);
        var source = evaluator.Evaluate(node.Source);
        if (source is Value.Unknown) return source;
        var members = Lists.Members(name, source);
        if (evaluator.IsVacuous(node.Source, source) && !KeepsNothing(node.Kind))
            return node.Kind is ClosureKind.All or ClosureKind.Any or ClosureKind.None or ClosureKind.One
                ? new Value.Bool(state.Assume($"{name} of no series")) : new Value.Unknown($"{name} of no series");
        return node.Kind switch
        {
            ClosureKind.All => new Value.Bool(!Exists(name, node, members, isTrue: false)),
            ClosureKind.Any => new Value.Bool(Exists(name, node, members, isTrue: true)),
            ClosureKind.None => new Value.Bool(!Exists(name, node, members, isTrue: true)),
            ClosureKind.One => new Value.Bool(Where(name, node, members).Count() == 1),
            ClosureKind.Filter => state.List([.. Where(name, node, members).Select(index => members[index])]),
            ClosureKind.Map => members.Count == 0 ? source : Mapped(node.Body!, members),
            ClosureKind.Count => new Value.Integer(Where(name, node, members).Count()),
            ClosureKind.Sum => Sum(node, members),
            ClosureKind.Find => Pick(members, First(name, node, members, isFromEnd: false)),
            ClosureKind.FindLast => Pick(members, First(name, node, members, isFromEnd: true)),
            ClosureKind.FindIndex => Place(First(name, node, members, isFromEnd: false)),
            ClosureKind.FindLastIndex => Place(First(name, node, members, isFromEnd: true)),
            ClosureKind.GroupBy => GroupBy(node.Body!, members),
            ClosureKind.SortBy => members.Count == 0 ? source : SortBy(node, members),
            ClosureKind.Reduce => Reduce(node, members),
        };
    }

    // What keeps the number of members keeps an empty answer as it is.
    private static bool KeepsNothing(ClosureKind kind) => kind is ClosureKind.Map or ClosureKind.SortBy;

    /// <summary>For one member at least the closure is so. Members about which it is known go before those about which it is not.</summary>
    private bool Exists(string name, Node.Closure node, IReadOnlyList<Value> members, bool isTrue)
    {
        var (isDoubtful, index) = (false, 0);
        // Made once, since a list may be long.
        var asks = () => Holds(name, node, members, index);
        for (; index < members.Count; index++)
        {
            bool? holds;
            try
            {
                holds = state.Settle(asks);
            }
            catch (EvaluationException) when (isDoubtful && state.Assume(Equality.OfNaN))
            {
                return true;
            }

            if (holds is null) isDoubtful = true;
            else if (holds == isTrue) return true;
        }

        return isDoubtful && state.Assume(Equality.OfNaN);
    }

    private IEnumerable<int> Where(string name, Node.Closure node, IReadOnlyList<Value> members) =>
        Enumerable.Range(0, members.Count).Where(index => Holds(name, node, members, index));

    private int? First(string name, Node.Closure node, IReadOnlyList<Value> members, bool isFromEnd)
    {
        for (var step = 0; step < members.Count; step++)
        {
            var index = isFromEnd ? members.Count - 1 - step : step;
            if (Holds(name, node, members, index)) return index;
        }

        return null;
    }

    private bool Holds(string name, Node.Closure node, IReadOnlyList<Value> members, int index)
    {
        var said = node.Body is null ? members[index] : Ask(node.Body, members, index);
        return said is Value.Bool bit ? bit.IsTrue : evaluator.IsTrue($"the closure of {name}", said);
    }

    private Value Ask(Node body, IReadOnlyList<Value> members, int index) => evaluator.Ask(body, members[index], index, new Value.Nil());

    private static Value Pick(IReadOnlyList<Value> members, int? index) => index is { } at ? members[at] : new Value.Nil();

    private static Value Place(int? index) => index is { } at ? new Value.Integer(at) : new Value.Nil();

    private Value Mapped(Node body, IReadOnlyList<Value> members)
    {
        Value[] made = [.. members.Select((_, index) => Ask(body, members, index))];
        return made.OfType<Value.Unknown>().FirstOrDefault() as Value ?? state.List(made);
    }

    private Value Sum(Node.Closure node, IReadOnlyList<Value> members)
    {
        Value total = new Value.Integer(0);
        for (var index = 0; index < members.Count; index++)
        {
            var value = node.Body is null ? members[index] : Ask(node.Body, members, index);
            if (value is Value.Unknown) return value;
            total = (total, value) switch
            {
                (Value.Integer one, Value.Integer other) => new Value.Integer(unchecked(one.Amount + other.Amount)),
                (_, Value.Integer or Value.Number) => new Value.Number(Equality.Amount(total) + Equality.Amount(value)),
                _ => throw new EvaluationException($"sum needs numbers, and was given {value.Kind} ({value})"),
            };
        }

        return total;
    }

    private Value GroupBy(Node body, IReadOnlyList<Value> members)
    {
        var groups = new Dictionary<Value, List<Value>>();
        for (var index = 0; index < members.Count; index++)
        {
            var key = Ask(body, members, index);
            if (key is Value.Unknown || (Equality.IsNaN(key) && !state.IsArgo)) return new Value.Unknown("a group by NaN");
            key = MapFunctions.AsKey("groupBy", key);
            if (!groups.TryGetValue(key, out var group)) groups[key] = group = [];
            group.Add(members[index]);
        }

        state.Allocate(members.Count + groups.Count);
        return state.Checked(new Value.Map(groups.ToDictionary(group => group.Key, group => (Value)new Value.List(group.Value))));
    }

    private Value SortBy(Node.Closure node, IReadOnlyList<Value> members)
    {
        var isDescending = node.Extra is { } order && Arguments.IsDescending("sortBy", evaluator.Evaluate(order));
        (Value Key, Value Member)[] pairs = [.. members.Select((member, index) => (Ask(node.Body!, members, index), member))];
        return pairs.Select(pair => pair.Key).OfType<Value.Unknown>().FirstOrDefault() as Value
            ?? ListFunctions.Sorted(state, "sortBy", pairs, isDescending);
    }

    private Value Reduce(Node.Closure node, IReadOnlyList<Value> members)
    {
        if (node.Extra is null && members.Count == 0)
            throw new EvaluationException("reduce of an empty list has no value without a first one");
        var accumulator = node.Extra is { } initial ? evaluator.Evaluate(initial) : members[0];
        for (var index = node.Extra is null ? 1 : 0; index < members.Count; index++)
            accumulator = evaluator.Ask(node.Body!, members[index], index, accumulator);
        return accumulator;
    }
}
