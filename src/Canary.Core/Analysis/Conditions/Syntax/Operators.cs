using System.Collections.Generic;

namespace Canary.Core.Analysis.Conditions.Syntax;

internal enum BinaryOperator
{
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Matches,
    Contains,
    StartsWith,
    EndsWith,
    Range,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
    OrDefault,
}

/// <summary>The operators between two values, and how tightly they bind: the numbers of expr-lang.</summary>
internal static class Operators
{
    public const int PipePower = 0;
    public const int NotPower = 50;
    public const int SignPower = 90;

    private static readonly Dictionary<string, (BinaryOperator Operator, int Power)> Binary = new()
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
        ["matches"] = (BinaryOperator.Matches, 20),
        ["contains"] = (BinaryOperator.Contains, 20),
        ["startsWith"] = (BinaryOperator.StartsWith, 20),
        ["endsWith"] = (BinaryOperator.EndsWith, 20),
        [".."] = (BinaryOperator.Range, 25),
        ["+"] = (BinaryOperator.Add, 30),
        ["-"] = (BinaryOperator.Subtract, 30),
        ["*"] = (BinaryOperator.Multiply, 60),
        ["/"] = (BinaryOperator.Divide, 60),
        ["%"] = (BinaryOperator.Remainder, 60),
        ["**"] = (BinaryOperator.Power, 100),
        ["^"] = (BinaryOperator.Power, 100),
        ["??"] = (BinaryOperator.OrDefault, 500),
    };

    public static IEnumerable<string> Symbols => Binary.Keys;

    public static (BinaryOperator Operator, int Power)? Find(Token token) =>
        token.Kind is TokenKind.Symbol or TokenKind.Name && Binary.TryGetValue(token.Word, out var found) ? found : null;

    public static bool IsWord(string name) => Binary.ContainsKey(name) || name is "not" or "let" or "if" or "else";

    /// <summary>Those that <c>not</c> may stand before: <c>x not in list</c>.</summary>
    public static bool MayBeNegated(Token token) =>
        token is { Kind: TokenKind.Name, Word: "in" or "matches" or "contains" or "startsWith" or "endsWith" };

    /// <summary>Those that may be chained: <c>0 &lt; x &lt; 1</c>.</summary>
    public static bool IsComparison(BinaryOperator one) =>
        one is BinaryOperator.Less or BinaryOperator.LessOrEqual or BinaryOperator.Greater or BinaryOperator.GreaterOrEqual;
}
