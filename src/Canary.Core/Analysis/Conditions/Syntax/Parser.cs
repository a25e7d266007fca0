using System.Collections.Generic;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Reads tokens into a tree. Grammar and binding powers are those of expr-lang 1.17, which Argo Rollouts' conditions are written
/// in.</summary>
internal sealed class Parser
{
    private const int MaxNesting = 64;
    private const int MaxDepth = 256;

    private readonly TokenReader _tokens;
    private readonly Scope _scope;
    private readonly PrimaryParser _primary;
    private readonly bool _hasResult;
    private int _nesting;

    private Parser(List<Token> tokens, bool hasResult)
    {
        _tokens = new(tokens);
        _scope = new();
        _hasResult = hasResult;
        _primary = new PrimaryParser(this, _tokens, _scope, hasResult);
    }

    /// <param name="text">The text.</param>
    /// <param name="hasResult">There is a measurement; false for times, which are known before there is one.</param>
    public static Node Parse(string text, bool hasResult = true)
    {
        var parser = new Parser(Lexer.Read(text), hasResult);
        if (parser._tokens.Current.Kind == TokenKind.End) throw new SyntaxException(1, parser.EmptyText);
        var root = parser.Sequence();
        return parser._tokens.Current.Kind == TokenKind.End ? root : throw parser.Unread();
    }

    private string EmptyText =>
        _hasResult ? "the condition is empty; it says what is true of result, as result[0] < 0.01" : "the expression is empty";

    /// <summary>Expressions with ; between them: the last one is the value.</summary>
    public Node Sequence()
    {
        var steps = new List<Node> { Expression(0) };
        while (_tokens.Accept(";"))
        {
            if (_tokens.Current.Kind == TokenKind.End) break;
            steps.Add(Expression(0));
        }

        return steps.Count == 1 ? steps[0] : new Node.Sequence(steps);
    }

    public Node Expression(int power)
    {
        if (++_nesting > MaxNesting)
            throw new SyntaxException(_tokens.Current.Position, $"it is nested more than {MaxNesting} levels deep");
        var node = power == 0 && _tokens.Current.IsName("let") ? Let()
            : power == 0 && _tokens.Current.IsName("if") ? If()
            : Operations(power);
        _nesting--;
        return node;
    }

    /// <summary>Keeps the stack of the evaluator within bounds.</summary>
    public Node Checked(Node node, int position) =>
        node.Depth <= MaxDepth ? node : throw new SyntaxException(position, $"it has more than {MaxDepth} operators in a row");

    private Node Operations(int power)
    {
        var left = Prefix();
        while (true)
        {
            var position = _tokens.Current.Position;
            if (power == Operators.PipePower && _tokens.Accept("|"))
            {
                left = Checked(_primary.Piped(left), position);
                continue;
            }

            var isNegated = _tokens.Current.IsName("not") && Operators.MayBeNegated(_tokens.Following);
            if (Operators.Find(isNegated ? _tokens.Following : _tokens.Current) is not { } ahead || ahead.Power < power) break;
            if (isNegated) _tokens.Take();
            _tokens.Take();
            left = Checked(Operation(left, ahead, isNegated, position), position);
        }

        return power == 0 ? Choice(left) : left;
    }

    private Node Operation(Node left, (BinaryOperator Operator, int Power) ahead, bool isNegated, int position)
    {
        if (Operators.IsComparison(ahead.Operator)) return Comparison(left, ahead);
        // A power of a power groups to the right, everything else to the left.
        var right = Expression(ahead.Operator == BinaryOperator.Power ? ahead.Power : ahead.Power + 1);
        ConstantCheck.Binary(ahead.Operator, left, right, position);
        var node = new Node.Binary(ahead.Operator, left, right);
        return isNegated ? new Node.Not(node) : node;
    }

    // 0 < x < 1 is 0 < x and x < 1.
    private Node Comparison(Node left, (BinaryOperator Operator, int Power) ahead)
    {
        Node? all = null;
        for (var next = ahead; ;)
        {
            var right = Expression(next.Power + 1);
            var one = new Node.Binary(next.Operator, left, right);
            all = all is null ? one : new Node.Binary(BinaryOperator.And, all, one);
            if (Operators.Find(_tokens.Current) is not { } further || !Operators.IsComparison(further.Operator)) return all;
            (left, next) = (right, further);
            Checked(all, _tokens.Take().Position);
        }
    }

    private Node Choice(Node node)
    {
        while (_tokens.Accept("?"))
        {
            // a ?: b is a ? a : b.
            var whenTrue = _tokens.Current.Is(":") ? node : Expression(0);
            _tokens.Expect(":");
            node = new Node.Choice(node, whenTrue, Expression(0));
        }

        return node;
    }

    private Node.Let Let()
    {
        _tokens.ExpectName("let");
        var name = _tokens.Take();
        if (name.Kind != TokenKind.Name || Operators.IsWord(name.Word))
            throw new SyntaxException(name.Position, $"a name was expected behind let, and {name.Shown} was found");
        if (_primary.Meaning(name.Word) is { } taken)
            throw new SyntaxException(name.Position, $"\"{name.Word}\" is {taken}; let needs another name");
        _tokens.Expect("=");
        var value = Expression(0);
        _tokens.Expect(";");
        var slot = _scope.Declare(name.Word, value);
        var body = Sequence();
        _scope.Forget();
        return new(slot, value, body);
    }

    private Node.Choice If()
    {
        _tokens.ExpectName("if");
        var condition = Expression(0);
        var whenTrue = Block();
        _tokens.ExpectName("else");
        return new(condition, whenTrue, _tokens.Current.IsName("if") ? Expression(0) : Block());
    }

    private Node Block()
    {
        _tokens.Expect("{");
        var body = Sequence();
        _tokens.Expect("}");
        return body;
    }

    private Node Prefix()
    {
        if (_tokens.Accept("!") || _tokens.AcceptName("not")) return new Node.Not(Expression(Operators.NotPower));
        if (_tokens.Accept("-")) return Signed(isNegative: true);
        return _tokens.Accept("+") ? Signed(isNegative: false) : _primary.Read();
    }

    // A number with its sign is one: -1 is no calculation.
    private Node Signed(bool isNegative) => Expression(Operators.SignPower) switch
    {
        Node.Literal { Value: Value.Integer whole } =>
            new Node.Literal(new Value.Integer(isNegative ? unchecked(-whole.Amount) : whole.Amount)),
        Node.Literal { Value: Value.Number number } => new Node.Literal(new Value.Number(isNegative ? -number.Amount : number.Amount)),
        var operand => new Node.Sign(operand, isNegative),
    };

    private SyntaxException Unread() => _tokens.Current switch
    {
        { Word: "=", Kind: TokenKind.Symbol, Position: var position } =>
            new(position, "a single \"=\" assigns nothing here: write == to compare"),
        var current => new(current.Position, $"an operator was expected, and {current.Shown} was found"),
    };
}
