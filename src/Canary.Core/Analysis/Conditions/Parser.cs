using System.Collections.Generic;
using System.Linq;

namespace Canary.Core.Analysis.Conditions;

/// <summary>Reads tokens into a tree. Binding powers are those of expr-lang, which Argo Rollouts' conditions are written in.</summary>
internal sealed class Parser
{
    private const int MaxNesting = 64;
    private const int MaxDepth = 256;
    private const int NotPower = 50;
    private const int SignPower = 90;

    private static readonly Dictionary<string, (BinaryOperator Operator, int Power)> _binary = new()
    {
        ["||"] = (BinaryOperator.Or, 10),
        ["or"] = (BinaryOperator.Or, 10),
        ["&&"] = (BinaryOperator.And, 15),
        ["and"] = (BinaryOperator.And, 15),
        ["=="] = (BinaryOperator.Equal, 20),
        ["!="] = (BinaryOperator.NotEqual, 20),
        ["<"] = (BinaryOperator.Less, 20),
        ["<="] = (BinaryOperator.LessOrEqual, 20),
        [">"] = (BinaryOperator.Greater, 20),
        [">="] = (BinaryOperator.GreaterOrEqual, 20),
        ["in"] = (BinaryOperator.In, 20),
        ["contains"] = (BinaryOperator.Contains, 20),
        ["startsWith"] = (BinaryOperator.StartsWith, 20),
        ["endsWith"] = (BinaryOperator.EndsWith, 20),
        ["+"] = (BinaryOperator.Add, 30),
        ["-"] = (BinaryOperator.Subtract, 30),
        ["*"] = (BinaryOperator.Multiply, 60),
        ["/"] = (BinaryOperator.Divide, 60),
        ["%"] = (BinaryOperator.Remainder, 60),
        ["**"] = (BinaryOperator.Power, 100),
        ["^"] = (BinaryOperator.Power, 100),
        ["??"] = (BinaryOperator.OrDefault, 500),
    };

    private static readonly Dictionary<string, Quantifier> _quantifiers = new()
    {
        ["all"] = Quantifier.All,
        ["any"] = Quantifier.Any,
        ["none"] = Quantifier.None,
        ["one"] = Quantifier.One,
        ["filter"] = Quantifier.Filter,
        ["map"] = Quantifier.Map,
        ["count"] = Quantifier.Count,
    };

    private readonly List<Token> _tokens;
    private int _at;
    private int _nesting;
    private int _closures;

    private Parser(List<Token> tokens) => _tokens = tokens;

    private Token Current => _tokens[_at];

    public static Node Parse(string text)
    {
        var parser = new Parser(Lexer.Read(text));
        if (parser.Current.Kind == TokenKind.End) throw new SyntaxException(1, "the condition is empty; it says what is true of result, as result[0] < 0.01");
        var root = parser.Expression(0);
        return parser.Current.Kind == TokenKind.End
            ? root
            : throw new SyntaxException(parser.Current.Position, $"an operator was expected, and {parser.Current.Shown} was found");
    }

    private Node Expression(int power)
    {
        if (++_nesting > MaxNesting) throw new SyntaxException(Current.Position, $"it is nested more than {MaxNesting} levels deep");
        var left = Prefix();
        while (BinaryAhead(out var isNegated) is { } ahead && ahead.Power >= power)
        {
            var position = Current.Position;
            _at += isNegated ? 2 : 1;
            // A power of a power groups to the right, everything else to the left.
            var right = Expression(ahead.Operator == BinaryOperator.Power ? ahead.Power : ahead.Power + 1);
            left = new Node.Binary(ahead.Operator, left, right);
            if (isNegated) left = new Node.Not(left);
            if (left.Depth > MaxDepth) throw new SyntaxException(position, $"it has more than {MaxDepth} operators in a row");
        }

        if (power == 0 && Accept("?"))
        {
            var whenTrue = Expression(0);
            Expect(":");
            left = new Node.Choice(left, whenTrue, Expression(0));
        }

        _nesting--;
        return left;
    }

    private (BinaryOperator Operator, int Power)? BinaryAhead(out bool isNegated)
    {
        isNegated = Current.IsName("not") && _tokens[_at + 1] is { Kind: TokenKind.Name, Word: "in" or "contains" or "startsWith" or "endsWith" };
        var token = isNegated ? _tokens[_at + 1] : Current;
        return token.Kind is TokenKind.Symbol or TokenKind.Name && _binary.TryGetValue(token.Word, out var found) ? found : null;
    }

    private Node Prefix()
    {
        if (Accept("!") || AcceptName("not")) return new Node.Not(Expression(NotPower));
        if (Accept("-")) return new Node.Negate(Expression(SignPower));
        if (Accept("+")) return Expression(SignPower);
        return Postfix(Primary());
    }

    private Node Primary()
    {
        var token = Current;
        _at++;
        switch (token.Kind)
        {
            case TokenKind.Number:
                return new Node.Literal(new Value.Number(token.Number));
            case TokenKind.Text:
                return new Node.Literal(new Value.Text(token.Word));
            case TokenKind.Name:
                return Named(token);
            case TokenKind.Symbol when token.Word == "(":
                var inner = Expression(0);
                Expect(")");
                return inner;
            case TokenKind.Symbol when token.Word == "[":
                return new Node.ListOf(Several("]"));
            case TokenKind.Symbol when token.Word is "#" or ".":
                if (_closures == 0) throw new SyntaxException(token.Position, $"\"{token.Word}\" stands for a member of a list and is known only inside a closure, as all(result, {{# < 1}})");
                return token.Word == "#" ? new Node.Element() : new Node.Field(new Node.Element(), FieldName(), false);
            case TokenKind.Symbol or TokenKind.End:
            default:
                throw new SyntaxException(token.Position, $"a value was expected (result, a number, a text, a function or a list), and {token.Shown} was found");
        }
    }

    private Node Named(Token name)
    {
        if (Current.Is("(")) return Call(name);
        return name.Word switch
        {
            "result" => new Node.Result(),
            "true" => new Node.Literal(new Value.Bool(true)),
            "false" => new Node.Literal(new Value.Bool(false)),
            "nil" => new Node.Literal(new Value.Nil()),
            var word when _binary.ContainsKey(word) => throw new SyntaxException(name.Position, $"a value was expected before \"{word}\""),
            var word when _quantifiers.ContainsKey(word) || Function.Find(word) is not null => throw new SyntaxException(name.Position, $"{word} is a function: write {word}(...)"),
            _ => throw new SyntaxException(name.Position, $"nothing is named \"{name.Word}\"; the measurement is named result"),
        };
    }

    private Node Call(Token name)
    {
        _at++;
        if (_quantifiers.TryGetValue(name.Word, out var quantifier))
        {
            var source = Expression(0);
            if (!Accept(",")) throw new SyntaxException(Current.Position, $"{name.Word} takes a list and a closure, as {name.Word}(result, {{# < 1}})");
            var closure = Closure();
            Expect(")");
            return new Node.Quantify(quantifier, source, closure);
        }

        if (Function.Find(name.Word) is not { } function)
            throw new SyntaxException(name.Position, $"there is no function \"{name.Word}\"; there are {string.Join(", ", _quantifiers.Keys.Concat(Function.Names).Order())}");
        var arguments = Several(")");
        return arguments.Count >= function.MinArguments && arguments.Count <= function.MaxArguments
            ? new Node.Call(function, arguments)
            : throw new SyntaxException(name.Position, $"{name.Word} takes {function.ArgumentsShown}, and {arguments.Count} were given");
    }

    private Node Closure()
    {
        _closures++;
        var hasBraces = Accept("{");
        var body = Expression(0);
        if (hasBraces) Expect("}");
        _closures--;
        return body;
    }

    private Node Postfix(Node target)
    {
        for (var isMore = true; isMore;)
        {
            if (Accept(".")) target = new Node.Field(target, FieldName(), false);
            else if (Accept("?.")) target = new Node.Field(target, FieldName(), true);
            else if (Accept("["))
            {
                target = new Node.Index(target, Expression(0));
                Expect("]");
            }
            else isMore = false;
            if (target.Depth > MaxDepth) throw new SyntaxException(Current.Position, $"it has more than {MaxDepth} fields in a row");
        }

        return target;
    }

    private string FieldName()
    {
        var token = Current;
        if (token.Kind != TokenKind.Name) throw new SyntaxException(token.Position, $"the name of a field was expected, and {token.Shown} was found");
        _at++;
        return token.Word;
    }

    private List<Node> Several(string end)
    {
        var members = new List<Node>();
        if (Accept(end)) return members;
        do members.Add(Expression(0)); while (Accept(","));
        Expect(end);
        return members;
    }

    private bool Accept(string symbol)
    {
        if (!Current.Is(symbol)) return false;
        _at++;
        return true;
    }

    private bool AcceptName(string name)
    {
        if (!Current.IsName(name)) return false;
        _at++;
        return true;
    }

    private void Expect(string symbol)
    {
        if (!Accept(symbol)) throw new SyntaxException(Current.Position, $"\"{symbol}\" was expected, and {Current.Shown} was found");
    }
}
