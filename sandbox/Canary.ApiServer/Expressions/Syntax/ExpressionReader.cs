using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Runtime.CompilerServices;
using Antlr4.Runtime;
using Cel.Internal;

namespace Canary.ApiServer.Expressions.Syntax;

/// <summary>Reads a CEL expression with the grammar of the package Cel, and expands its macros.</summary>
/// <remarks>
/// The package evaluates what it reads without looking at types, and knows nothing of Kubernetes' libraries. An API server must refuse a
/// rule that cannot be right when the rule is made: the types, the costs and the values are therefore our own, over one and the same tree.
/// </remarks>
internal sealed class ExpressionReader
{
    /// <summary>As cel-go: deeper expressions are refused.</summary>
    private const int DeepestNesting = 250;

    /// <summary>As cel-go, in characters.</summary>
    private const int Longest = 100_000;

    /// <summary>Levels of the tree: what is read is gone through by recursion later.</summary>
    private const int DeepestTree = 1500;

    private readonly List<Problem> _problems = [];
    private int _depth;

    private ExpressionReader()
    {
    }

    /// <returns>The expression; null with its problems where it is none.</returns>
    public static (CelNode? Expression, IReadOnlyList<Problem> Problems) Read(string source)
    {
        if (source.Length > Longest)
            return (null, [new Problem(0, $"expression code point size exceeds limit: size: {source.Length}, limit {Longest}")]);
        if (Depth(source) > DeepestNesting)
            return (null, [new Problem(0, $"expression recursion limit exceeded: {DeepestNesting}")]);
        var reader = new ExpressionReader();
        var lexer = new CelLexer(CharStreams.fromString(source), TextWriter.Null, TextWriter.Null);
        var parser = new CelParser(new CommonTokenStream(lexer), TextWriter.Null, TextWriter.Null);
        lexer.RemoveErrorListeners();
        parser.RemoveErrorListeners();
        lexer.AddErrorListener(new SyntaxErrors(source, reader._problems));
        parser.AddErrorListener(new SyntaxErrors(source, reader._problems));
        var start = parser.start();
        if (reader._problems.Count > 0)
            return (null, reader._problems);
        try
        {
            var expression = reader.Expr(start.e);
            return reader._problems.Count == 0 ? (expression, []) : (null, reader._problems);
        }
        catch (InsufficientExecutionStackException)
        {
            return (null, [new Problem(0, "the expression is nested too deeply")]);
        }
    }

    // Quotes are not looked at: a bracket in a text counts, which only makes the limit stricter than it need be.
    private static int Depth(string source)
    {
        var (depth, deepest) = (0, 0);
        foreach (var c in source)
        {
            depth += c is '(' or '[' or '{' or '?' ? 1 : c is ')' or ']' or '}' ? -1 : 0;
            deepest = Math.Max(deepest, depth);
        }

        return deepest;
    }

    private T Deeper<T>(Func<T> read)
    {
        if (++_depth > DeepestTree)
            throw new InsufficientExecutionStackException();
        RuntimeHelpers.EnsureSufficientExecutionStack();
        var result = read();
        _depth--;
        return result;
    }

    private CelNode Expr(CelParser.ExprContext expr) => Deeper(() => ReadExpr(expr));

    private CelNode Relation(CelParser.RelationContext relation) => Deeper(() => ReadRelation(relation));

    private CelNode Calc(CelParser.CalcContext calc) => Deeper(() => ReadCalc(calc));

    private CelNode Member(CelParser.MemberContext member) => Deeper(() => ReadMember(member));

    private CelNode ReadExpr(CelParser.ExprContext expr)
    {
        var first = Or(expr.e);
        return expr.op is null ? first : Operator(expr.op, "_?_:_", first, Or(expr.e1), Expr(expr.e2));
    }

    private CelNode Or(CelParser.ConditionalOrContext or) =>
        Balanced("_||_", [.. or.conditionalAnd().Select(And)], [.. or.LOGICAL_OR().Select(token => token.Symbol.StartIndex)]);

    private CelNode And(CelParser.ConditionalAndContext and) =>
        Balanced("_&&_", [.. and.relation().Select(Relation)], [.. and.LOGICAL_AND().Select(token => token.Symbol.StartIndex)]);

    // A long chain becomes a flat tree: it is gone through by recursion.
    private static CelNode Balanced(string function, ReadOnlySpan<CelNode> terms, ReadOnlySpan<int> operators)
    {
        if (terms.Length == 1)
            return terms[0];
        var middle = (terms.Length + 1) / 2;
        return new CelNode.Call(
            operators[middle - 1],
            function,
            null,
            [Balanced(function, terms[..middle], operators[..(middle - 1)]), Balanced(function, terms[middle..], operators[middle..])]);
    }

    private CelNode ReadRelation(CelParser.RelationContext relation) =>
        relation.op is null
            ? Calc(relation.calc())
            : Operator(relation.op, relation.op.Text == "in" ? "@in"
                : $"_{relation.op.Text}_", Relation(relation.relation(0)), Relation(relation.relation(1)));

    private CelNode ReadCalc(CelParser.CalcContext calc) =>
        calc.op is null ? Unary(calc.unary()) : Operator(calc.op, $"_{calc.op.Text}_", Calc(calc.calc(0)), Calc(calc.calc(1)));

    private CelNode Unary(CelParser.UnaryContext unary)
    {
        switch (unary)
        {
            case CelParser.LogicalNotContext not:
                var negated = Member(not.member());
                return not.EXCLAM().Length % 2 == 0 ? negated : Operator(not.EXCLAM(0).Symbol, "!_", negated);
            case CelParser.NegateContext minus:
                var operand = Member(minus.member());
                return minus.MINUS().Length % 2 == 0 ? operand : Operator(minus.MINUS(0).Symbol, "-_", operand);
            default:
                return Member(((CelParser.MemberExprContext)unary).member());
        }
    }

    private CelNode ReadMember(CelParser.MemberContext member)
    {
        switch (member)
        {
            case CelParser.SelectContext select:
                return new CelNode.Select(select.op.StartIndex, Member(select.member()), select.id.Text, IsTest: false,
                    select.opt is not null);
            case CelParser.IndexContext index:
                return Operator(index.op, index.opt is null ? "_[_]" : "_[?_]", Member(index.member()), Expr(index.index));
            case CelParser.MemberCallContext call:
                var arguments = Arguments(call.args);
                var target = Member(call.member());
                return Macro(call.open.StartIndex, call.id.Text, target, arguments)
                    ?? new CelNode.Call(call.open.StartIndex, call.id.Text, target, arguments);
            default:
                return Primary(((CelParser.PrimaryExprContext)member).primary());
        }
    }

    private CelNode Primary(CelParser.PrimaryContext primary)
    {
        switch (primary)
        {
            case CelParser.IdentOrGlobalCallContext { op: null } identifier:
                return new CelNode.Identifier(identifier.id.StartIndex, identifier.id.Text);
            case CelParser.IdentOrGlobalCallContext call:
                return Global(call.op.StartIndex, call.id.Text, Arguments(call.args));
            case CelParser.NestedContext nested:
                return Expr(nested.e);
            case CelParser.CreateListContext list:
                var items = list.elems?.optExpr() ?? [];
                return new CelNode.ListOf(list.op.StartIndex, [.. items.Select(item => Expr(item.e))],
                    [.. items.Select(item => item.opt is not null)]);
            case CelParser.CreateStructContext map:
                var keys = map.entries?.optExpr() ?? [];
                var values = map.entries?.expr() ?? [];
                return new CelNode.MapOf(map.op.StartIndex,
                    [.. keys.Select((key, i) => (Expr(key.e), Expr(values[i]), key.opt is not null))]);
            case CelParser.CreateMessageContext message:
                return Wrong(message.op.StartIndex,
                    $"undeclared reference to '{string.Join('.', message.IDENTIFIER().Select(name => name.GetText()))}' (in container '')");
            default:
                return Literal(((CelParser.ConstantLiteralContext)primary).literal());
        }
    }

    private CelNode Literal(CelParser.LiteralContext literal)
    {
        var at = literal.Start.StartIndex;
        switch (literal)
        {
            case CelParser.IntContext number:
                return Literals.ReadInt(number.tok.Text, number.sign is not null) is { } whole ? new CelNode.Literal(at, whole)
                    : Wrong(at, "invalid int literal");
            case CelParser.UintContext number:
                return Literals.ReadUint(number.tok.Text) is { } unsigned ? new CelNode.Literal(at, unsigned)
                    : Wrong(at, "invalid uint literal");
            case CelParser.DoubleContext number:
                var value = double.Parse(number.tok.Text, NumberStyles.Float, CultureInfo.InvariantCulture);
                return double.IsFinite(value) ? new CelNode.Literal(at, number.sign is null ? value : -value)
                    : Wrong(at, "invalid double literal");
            case CelParser.StringContext text:
                return Literals.ReadString(text.tok.Text) is { } read ? new CelNode.Literal(at, read)
                    : Wrong(at, "invalid string literal: an escape is not one of CEL");
            case CelParser.BytesContext text:
                return Literals.ReadBytes(text.tok.Text) is { } bytes ? new CelNode.Literal(at, bytes)
                    : Wrong(at, "invalid bytes literal: an escape is not one of CEL");
            case CelParser.BoolTrueContext:
                return new CelNode.Literal(at, true);
            case CelParser.BoolFalseContext:
                return new CelNode.Literal(at, false);
            default:
                return new CelNode.Literal(at, null);
        }
    }

    private CelNode[] Arguments(CelParser.ExprListContext? list) => [.. (list?.expr() ?? []).Select(Expr)];

    private CelNode Global(int at, string function, CelNode[] arguments)
    {
        if (function != "has" || arguments.Length != 1)
            return new CelNode.Call(at, function, null, arguments);
        return arguments[0] is CelNode.Select { IsTest: false } select ? select with { IsTest = true }
            : Wrong(at, "invalid argument to has() macro");
    }

    private CelNode? Macro(int at, string name, CelNode target, CelNode[] arguments)
    {
        LoopKind? kind = (name, arguments.Length) switch
        {
            ("all", 2 or 3) => LoopKind.All,
            ("exists", 2 or 3) => LoopKind.Exists,
            ("exists_one", 2) or ("existsOne", 2 or 3) => LoopKind.ExistsOne,
            ("map", 2 or 3) => LoopKind.Map,
            ("filter", 2) => LoopKind.Filter,
            ("transformList", 3 or 4) => LoopKind.TransformList,
            ("transformMap", 3 or 4) => LoopKind.TransformMap,
            ("optMap", 2) => LoopKind.OptionalMap,
            ("optFlatMap", 2) => LoopKind.OptionalFlatMap,
            _ => null,
        };
        if (kind is null)
            return null;
        var hasTwo = kind is LoopKind.TransformList or LoopKind.TransformMap || (arguments.Length == 3 && kind is not LoopKind.Map);
        if (arguments[0] is not CelNode.Identifier variable || (hasTwo && arguments[1] is not CelNode.Identifier))
            return Wrong(arguments[0].Position, "argument must be a simple name");
        var second = hasTwo ? ((CelNode.Identifier)arguments[1]).Name : null;
        if (second == variable.Name)
            return Wrong(arguments[1].Position, $"duplicate iteration variable name: {second}");
        var rest = arguments.Length - (hasTwo ? 2 : 1);
        return new CelNode.Loop(at, kind.Value, target, variable.Name, second, rest == 2 ? arguments[^2] : null, arguments[^1]);
    }

    private static CelNode.Call Operator(IToken at, string function, params CelNode[] arguments) =>
        new(at.StartIndex, function, null, arguments);

    private CelNode.Literal Wrong(int at, string message)
    {
        _problems.Add(new Problem(at, message));
        return new CelNode.Literal(at, null);
    }
}
