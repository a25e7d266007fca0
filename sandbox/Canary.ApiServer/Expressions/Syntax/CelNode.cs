using System.Collections.Generic;

namespace Canary.ApiServer.Expressions.Syntax;

/// <summary>One node of a CEL expression.</summary>
/// <param name="Position">Where it stands in the source, in code points from 0: that of its operator, dot or opening parenthesis.</param>
internal abstract record CelNode(int Position)
{
    /// <summary>null, bool, long, ulong, double, string or byte[].</summary>
    public sealed record Literal(int Position, object? Value) : CelNode(Position);

    public sealed record Identifier(int Position, string Name) : CelNode(Position);

    /// <param name="IsTest">Inside <c>has()</c>: asks whether the field is there.</param>
    /// <param name="IsOptional">Written with <c>.?</c>.</param>
    public sealed record Select(int Position, CelNode Operand, string Field, bool IsTest, bool IsOptional) : CelNode(Position);

    /// <summary>A function or operator; operators are named as in the CEL specification (<c>_+_</c>, <c>@in</c>).</summary>
    public sealed record Call(int Position, string Function, CelNode? Target, IReadOnlyList<CelNode> Arguments) : CelNode(Position);

    public sealed record ListOf(int Position, IReadOnlyList<CelNode> Items, IReadOnlyList<bool> AreOptional) : CelNode(Position);

    public sealed record MapOf(int Position, IReadOnlyList<(CelNode Key, CelNode Value, bool IsOptional)> Entries) : CelNode(Position);

    /// <summary>A macro over the elements of a list or map.</summary>
    /// <param name="Second">Second variable of a macro with two; null for one.</param>
    /// <param name="Filter">Condition of <c>map</c> with three arguments and its like; null for none.</param>
    public sealed record Loop(int Position, LoopKind Kind, CelNode Range, string Variable, string? Second, CelNode? Filter, CelNode Body)
        : CelNode(Position);
}
