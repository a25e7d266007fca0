using System.Collections.Generic;
using Canary.Core.Analysis.Conditions.Functions;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Reads what operators stand between: literals, names, calls, and what follows them as <c>.field</c>, <c>[index]</c> or
/// <c>[from:to]</c>.</summary>
internal sealed class PrimaryParser(Parser parser, TokenReader tokens, Scope scope, bool hasResult)
{
    private readonly CallParser _calls = new(parser, tokens, scope);

    public Node Read()
    {
        var token = tokens.Take();
        return token.Kind switch
        {
            TokenKind.Number => new Node.Literal(token.Value!),
            TokenKind.Text => Postfix(new Node.Literal(token.Value!)),
            TokenKind.Name => Postfix(Named(token)),
            TokenKind.Symbol when token.Word == "(" => Postfix(Parenthesis()),
            TokenKind.Symbol when token.Word == "[" => Postfix(new Node.ListOf(Several("]"))),
            TokenKind.Symbol when token.Word == "{" && tokens.Current.Is("{") =>
                throw new SyntaxException(token.Position,
                    "a value was expected, and \"{\" was found; a placeholder {{args.name}} is filled before the condition is read"),
            TokenKind.Symbol when token.Word == "{" => Postfix(Map()),
            TokenKind.Symbol when token.Word is "#" or "." => Postfix(Pointer(token)),
            TokenKind.Symbol when token.Word == "::" && tokens.Current.Kind == TokenKind.Name => Postfix(_calls.Call(tokens.Take(), null)),
            _ =>
                throw new SyntaxException(token.Position,
                    $"a value was expected (result, a number, a text, a function or a list), and {token.Shown} was found"),
        };
    }

    /// <summary>The call behind <c>|</c>: what stands before it is the first argument.</summary>
    public Node Piped(Node first)
    {
        if (tokens.Current.Kind != TokenKind.Name || !tokens.Following.Is("("))
            throw new SyntaxException(tokens.Current.Position,
                $"behind | a function is called, as result | len(), and {tokens.Current.Shown} was found; write || or or for \"or\"");
        return Postfix(_calls.Call(tokens.Take(), first));
    }

    /// <summary>What a name means already; null: nothing.</summary>
    public string? Meaning(string name) => name switch
    {
        "result" => "the measurement",
        "true" or "false" or "nil" => "a value",
        _ when ClosureKinds.Find(name) is not null || FunctionTable.Find(name) is not null => "a function",
        _ when scope.Find(name) is not null => "named already",
        _ => null,
    };

    private Node Named(Token name)
    {
        if (scope.Find(name.Word) is { } variable) return variable;
        if (tokens.Current.Is("(") && !Operators.IsWord(name.Word)) return _calls.Call(name, null);
        return name.Word switch
        {
            "result" when hasResult => new Node.Result(),
            "true" => new Node.Literal(new Value.Bool(true)),
            "false" => new Node.Literal(new Value.Bool(false)),
            "nil" => new Node.Literal(new Value.Nil()),
            "let" or "if" => throw new SyntaxException(name.Position, $"\"{name.Word}\" begins an expression; put it in parentheses"),
            "$env" =>
                throw new SyntaxException(name.Position,
                    "\"$env\" is not known: a condition sees its measurement, and nothing of where it runs"),
            var word when Operators.IsWord(word) => throw new SyntaxException(name.Position, $"a value was expected before \"{word}\""),
            var word when Meaning(word) == "a function" =>
                throw new SyntaxException(name.Position, $"{word} is a function: write {word}(...)"),
            _ =>
                throw new SyntaxException(name.Position, hasResult ? $"nothing is named \"{name.Word}\"; the measurement is named result"
                    : $"nothing is named \"{name.Word}\""),
        };
    }

    private Node Parenthesis()
    {
        var inner = parser.Sequence();
        tokens.Expect(")");
        return inner;
    }

    private Node Pointer(Token token)
    {
        if (!scope.IsInClosure)
            throw new SyntaxException(token.Position,
                $"\"{token.Word}\" stands for a member of a list and is known only inside a closure, as all(result, {{# < 1}})");
        if (token.Word == ".") return new Node.Field(scope.Pointer(token, ""), FieldName(), IsOptional: false);
        // "# in list" is no pointer by the name of in.
        var isNamed = tokens.Current.Kind == TokenKind.Name && tokens.Current.Position == token.Position + 1
            && !Operators.IsWord(tokens.Current.Word);
        return scope.Pointer(token, isNamed ? tokens.Take().Word : "");
    }

    private Node.MapOf Map()
    {
        var members = new List<(Node, Node)>();
        while (!tokens.Accept("}"))
        {
            if (members.Count > 0)
            {
                tokens.Expect(",");
                if (tokens.Accept("}")) break;
            }

            var key = tokens.Current.Is("(") ? parser.Expression(0) : new Node.Literal(new Value.Text(Key()));
            tokens.Expect(":");
            members.Add((key, parser.Expression(0)));
        }

        return new(members);
    }

    private string Key()
    {
        var token = tokens.Take();
        return token.Kind is TokenKind.Name or TokenKind.Text or TokenKind.Number
            ? token.Word
            : throw new SyntaxException(token.Position,
                $"a key was expected (a name, a text, a number, or an expression in parentheses), and {token.Shown} was found");
    }

    private Node Postfix(Node target)
    {
        while (true)
        {
            var position = tokens.Current.Position;
            if (tokens.Accept(".")) target = Member(target, isOptional: false);
            else if (tokens.Accept("?."))
                target = tokens.Accept("[") ? Bracket(target, isOptional: true) : Member(target, isOptional: true);
            else if (tokens.Accept("[")) target = Bracket(target, isOptional: false);
            else return target;
            if (target.Depth > 256) throw new SyntaxException(position, "it has more than 256 fields in a row");
        }
    }

    private Node Member(Node target, bool isOptional)
    {
        var position = tokens.Current.Position;
        var name = FieldName();
        if (!tokens.Accept("(")) return new Node.Field(target, name, isOptional);
        if (TimeMethods.Find(name) is not { } method)
            throw new SyntaxException(position,
                $"there is no method \"{name}\"; times and durations have {string.Join(", ", TimeMethods.Names)}");
        var arguments = Several(")");
        return arguments.Count == TimeMethods.ArgumentsOf(method)
            ? new Node.Method(target, method, arguments)
            : throw new SyntaxException(position,
                $"{name} takes {TimeMethods.ArgumentsOf(method)} arguments, and {arguments.Count} were given");
    }

    private Node Bracket(Node target, bool isOptional)
    {
        var from = tokens.Current.Is(":") ? null : parser.Expression(0);
        if (!tokens.Accept(":"))
        {
            tokens.Expect("]");
            return new Node.Index(target, from!, isOptional);
        }

        var to = tokens.Current.Is("]") ? null : parser.Expression(0);
        tokens.Expect("]");
        return new Node.Slice(target, from, to);
    }

    private string FieldName() =>
        tokens.Current.Kind == TokenKind.Name ? tokens.Take().Word
        : throw new SyntaxException(tokens.Current.Position, $"the name of a field was expected, and {tokens.Current.Shown} was found");

    private List<Node> Several(string end) => _calls.Several(end);
}
