using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions.Functions;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Syntax;

internal enum PointerKind
{
    Element,
    Index,
    Accumulator,
}

/// <summary>A part of a condition, as a tree.</summary>
internal abstract record Node
{
    // One part is given as a list, too: a record made of another record is its copy.
    private Node(params IEnumerable<Node?> parts)
    {
        Parts = [.. parts.OfType<Node>()];
        Depth = 1 + Parts.Select(part => part.Depth).DefaultIfEmpty().Max();
        MentionsResult = Parts.Any(part => part.MentionsResult);
    }

    /// <summary>The nodes it is made of.</summary>
    public IReadOnlyList<Node> Parts { get; }

    /// <summary>Levels below and with this one: the evaluator's stack is as deep.</summary>
    public int Depth { get; }

    /// <summary>Its value comes from the measurement, by whatever name.</summary>
    public bool MentionsResult { get; init; }

    public sealed record Literal(Value Value) : Node;

    /// <summary><c>result</c>.</summary>
    public sealed record Result : Node
    {
        public Result() => MentionsResult = true;
    }

    /// <summary>What <c>let</c> has named.</summary>
    public sealed record Variable(int Slot, Node Bound) : Node;

    /// <summary><c>#</c>, <c>#index</c> or <c>#acc</c>: what a closure is asked about.</summary>
    public sealed record Pointer(PointerKind Kind) : Node;

    public sealed record ListOf(IReadOnlyList<Node> Members) : Node(Members);

    public sealed record MapOf(IReadOnlyList<(Node Key, Node Value)> Members)
        : Node(Members.SelectMany(member => new[] { member.Key, member.Value }));

    public sealed record Field(Node Target, string Name, bool IsOptional) : Node([Target]);

    public sealed record Index(Node Target, Node At, bool IsOptional) : Node(Target, At);

    public sealed record Slice(Node Target, Node? From, Node? To) : Node(Target, From, To);

    /// <summary><c>now().Hour()</c>.</summary>
    public sealed record Method(Node Target, TimeMethod Called, IReadOnlyList<Node> Arguments) : Node([Target, .. Arguments]);

    public sealed record Not(Node Operand) : Node([Operand]);

    public sealed record Sign(Node Operand, bool IsNegative) : Node([Operand]);

    public sealed record Binary(BinaryOperator Operator, Node Left, Node Right) : Node(Left, Right);

    public sealed record Choice(Node Condition, Node WhenTrue, Node WhenFalse) : Node(Condition, WhenTrue, WhenFalse);

    public sealed record Let(int Slot, Node Value, Node Body) : Node(Value, Body);

    public sealed record Sequence(IReadOnlyList<Node> Steps) : Node(Steps);

    public sealed record Call(Function Function, IReadOnlyList<Node> Arguments) : Node(Arguments);

    public sealed record Closure(ClosureKind Kind, Node Source, Node? Body, Node? Extra) : Node(Source, Body, Extra);
}
