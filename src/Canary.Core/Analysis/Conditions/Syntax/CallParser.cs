using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis.Conditions.Functions;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Reads calls of functions, with and without a closure.</summary>
internal sealed class CallParser(Parser parser, TokenReader tokens, Scope scope)
{
    /// <param name="name">The function; what follows is its arguments.</param>
    /// <param name="piped">The first argument, where it stands before |; null: it does not.</param>
    public Node Call(Token name, Node? piped)
    {
        tokens.Expect("(");
        if (ClosureKinds.Find(name.Word) is { } kind) return Closure(name, kind, piped);
        if (FunctionTable.Find(name.Word) is not { } function)
            throw new SyntaxException(name.Position,
                $"there is no function \"{name.Word}\"; there "
                    + $"are {string.Join(", ", ClosureKinds.Names.Concat(FunctionTable.All.Select(one => one.Name)).Order())}");
        List<Node> arguments = [.. piped is null ? [] : new[] { piped }, .. Several(")")];
        if (arguments.Count < function.MinArguments || arguments.Count > function.MaxArguments)
            throw new SyntaxException(name.Position, $"{name.Word} takes {function.ArgumentsShown}, and {arguments.Count} were given");
        var call = new Node.Call(function, arguments);
        ConstantCheck.Call(call, name.Position);
        return call;
    }

    /// <summary>Expressions up to <paramref name="end"/>; a comma may stand behind the last.</summary>
    public List<Node> Several(string end)
    {
        var members = new List<Node>();
        while (!tokens.Accept(end))
        {
            if (members.Count > 0)
            {
                if (!tokens.Accept(",")) throw tokens.Unexpected($"\"{end}\"");
                if (tokens.Accept(end)) break;
            }

            members.Add(parser.Expression(0));
        }

        return members;
    }

    private Node.Closure Closure(Token name, ClosureKind kind, Node? piped)
    {
        var source = piped ?? parser.Expression(0);
        var hasBody = piped is null ? tokens.Accept(",") && !tokens.Current.Is(")") : !tokens.Current.Is(")");
        if (!hasBody && !ClosureKinds.MayLackClosure(kind))
            throw new SyntaxException(tokens.Current.Position,
                $"{name.Word} takes a list and a closure, as {name.Word}(result, {{# < 1}})");
        var body = hasBody ? Body(kind, source) : null;
        var extra = ClosureKinds.TakesExtra(kind) && tokens.Accept(",") && !tokens.Current.Is(")") ? parser.Expression(0) : null;
        tokens.Accept(",");
        tokens.Expect(")");
        if (kind == ClosureKind.SortBy && extra is not null) ConstantCheck.Order(name.Word, extra, name.Position);
        return new(kind, source, body, extra);
    }

    private Node Body(ClosureKind kind, Node source)
    {
        scope.Enter(kind, source);
        var hasBraces = tokens.Accept("{");
        var body = hasBraces ? parser.Sequence() : parser.Expression(0);
        if (hasBraces) tokens.Expect("}");
        scope.Leave();
        return tokens.Current.Is(";") ? throw new SyntaxException(tokens.Current.Position, "a closure with ; needs braces: { ...; ... }")
            : body;
    }
}
