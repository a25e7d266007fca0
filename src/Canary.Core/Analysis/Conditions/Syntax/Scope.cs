using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>What names and pointers mean where the parser stands.</summary>
internal sealed class Scope
{
    private readonly List<(string Name, Node Bound)> _variables = [];
    private readonly Stack<(ClosureKind Kind, bool MentionsResult)> _closures = new();

    public bool IsInClosure => _closures.Count > 0;

    public Node.Variable? Find(string name)
    {
        var slot = _variables.FindLastIndex(variable => variable.Name == name);
        return slot < 0 ? null : new Node.Variable(slot, _variables[slot].Bound) { MentionsResult = _variables[slot].Bound.MentionsResult };
    }

    /// <returns>The slot that holds its value.</returns>
    public int Declare(string name, Node bound)
    {
        _variables.Add((name, bound));
        return _variables.Count - 1;
    }

    public void Forget() => _variables.RemoveAt(_variables.Count - 1);

    public void Enter(ClosureKind kind, Node source) => _closures.Push((kind, source.MentionsResult));

    public void Leave() => _closures.Pop();

    public Node.Pointer Pointer(Token token, string name)
    {
        var (kind, mentions) = _closures.Peek();
        PointerKind? pointer = name switch
        {
            "" => PointerKind.Element,
            "index" when ClosureKinds.KnowsIndex(kind) => PointerKind.Index,
            "acc" when kind == ClosureKind.Reduce => PointerKind.Accumulator,
            _ => null,
        };
        var known = string.Join(", ", new[] { "#" }.Concat(ClosureKinds.KnowsIndex(kind) ? ["#index"] : [])
            .Concat(kind == ClosureKind.Reduce ? ["#acc"] : []));
        return new Node.Pointer(pointer
            ?? throw new SyntaxException(token.Position,
                $"\"#{name}\" is not known in the closure of {ClosureKinds.NameOf(kind)}; known are {known}"))
        {
            MentionsResult =
                    mentions
        };
    }
}
