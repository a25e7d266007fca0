using System.Collections.Generic;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>The tokens of a condition, one after the other.</summary>
internal sealed class TokenReader(List<Token> tokens)
{
    private int _at;

    public Token Current => tokens[_at];

    public Token Following => tokens[_at + 1 < tokens.Count ? _at + 1 : _at];

    public Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.End) _at++;
        return token;
    }

    public bool Accept(string symbol)
    {
        if (!Current.Is(symbol)) return false;
        _at++;
        return true;
    }

    public bool AcceptName(string name)
    {
        if (!Current.IsName(name)) return false;
        _at++;
        return true;
    }

    public void Expect(string symbol)
    {
        if (!Accept(symbol)) throw Unexpected($"\"{symbol}\"");
    }

    public void ExpectName(string name)
    {
        if (!AcceptName(name)) throw Unexpected($"\"{name}\"");
    }

    public SyntaxException Unexpected(string expected) => new(Current.Position, $"{expected} was expected, and {Current.Shown} was found");
}
