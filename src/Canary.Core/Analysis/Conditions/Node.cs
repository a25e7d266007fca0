using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis.Conditions;

/// <summary>A part of a condition, as a tree.</summary>
internal abstract record Node
{
    private Node(params IEnumerable<Node> parts) => Depth = 1 + parts.Select(part => part.Depth).DefaultIfEmpty().Max();

    /// <summary>Levels below and with this one: the evaluator's stack is as deep.</summary>
    public int Depth { get; }

    public sealed record Literal(Value Value) : Node;

    /// <summary><c>result</c>.</summary>
    public sealed record Result : Node;

    /// <summary><c>#</c>: the member that a closure is asked about.</summary>
    public sealed record Element : Node;

    public sealed record ListOf(IReadOnlyList<Node> Members) : Node(Members);

    public sealed record Field(Node Target, string Name, bool IsOptional) : Node(Target);

    public sealed record Index(Node Target, Node At) : Node(Target, At);

    public sealed record Not(Node Operand) : Node(Operand);

    public sealed record Negate(Node Operand) : Node(Operand);

    public sealed record Binary(BinaryOperator Operator, Node Left, Node Right) : Node(Left, Right);

    public sealed record Choice(Node Condition, Node WhenTrue, Node WhenFalse) : Node(Condition, WhenTrue, WhenFalse);

    public sealed record Call(Function Function, IReadOnlyList<Node> Arguments) : Node(Arguments);

    public sealed record Quantify(Quantifier Quantifier, Node Source, Node Closure) : Node(Source, Closure);
}
