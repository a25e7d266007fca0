using System;
using System.Collections.Generic;
using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Syntax;

/// <summary>Cuts the text of a condition into tokens.</summary>
internal sealed class Lexer(string text)
{
    // Longer ones first: the first that fits is taken.
    private static readonly string[] Symbols =
    [
        "&&", "||", "==", "!=", "<=", ">=", "**", "??", "?.", "..", "::",
        "(", ")", "[", "]", "{", "}", ",", "?", ":", ".", "#", "<", ">", "!", "+", "-", "*", "/", "%", "^", "|", ";", "=",
    ];

    private int _at;

    public static List<Token> Read(string text)
    {
        var lexer = new Lexer(text);
        var tokens = new List<Token>();
        do tokens.Add(lexer.Next()); while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        while (SkipSpace() || SkipComment()) { }
        if (_at == text.Length) return new(TokenKind.End, "", null, _at + 1);
        var (first, position) = (text[_at], _at + 1);
        if (char.IsAsciiDigit(first) || (first == '.' && IsDigitAt(_at + 1)))
        {
            var number = NumberLiteral.Read(text, ref _at);
            return new(TokenKind.Number, text[(position - 1).._at], number, position);
        }

        if (first is '"' or '\'' or '`')
        {
            var content = TextLiteral.Read(text, ref _at);
            return new(TokenKind.Text, content, new Value.Text(content), position);
        }

        return char.IsLetter(first) || first is '_' or '$' ? Name() : Symbol();
    }

    private bool SkipSpace()
    {
        var before = _at;
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        return _at > before;
    }

    private bool SkipComment()
    {
        if (string.CompareOrdinal(text, _at, "//", 0, 2) == 0)
        {
            while (_at < text.Length && text[_at] != '\n') _at++;
            return true;
        }

        if (string.CompareOrdinal(text, _at, "/*", 0, 2) != 0) return false;
        var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
        if (end < 0) throw new SyntaxException(_at + 1, "a comment is not closed: */ is missing at its end");
        _at = end + 2;
        return true;
    }

    private bool IsDigitAt(int index) => index < text.Length && char.IsAsciiDigit(text[index]);

    private Token Name()
    {
        var start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '$')) _at++;
        return new(TokenKind.Name, text[start.._at], null, start + 1);
    }

    private Token Symbol()
    {
        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) != 0) continue;
            // a ?.5 : 1 is a choice, not a field.
            if (symbol == "?." && IsDigitAt(_at + 2)) continue;
            _at += symbol.Length;
            return new(TokenKind.Symbol, symbol, null, _at - symbol.Length + 1);
        }

        throw new SyntaxException(_at + 1, text[_at] switch
        {
            '&' => "a single \"&\" is no operator: write && or and",
            var other => $"the character \"{other}\" has no meaning here",
        });
    }
}
