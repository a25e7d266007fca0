using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Canary.Core.Analysis.Conditions;

/// <summary>Cuts the text of a condition into tokens.</summary>
internal sealed class Lexer(string text)
{
    // Longer ones first: the first that fits is taken.
    private static readonly string[] _symbols =
    [
        "&&", "||", "==", "!=", "<=", ">=", "**", "??", "?.",
        "(", ")", "[", "]", "{", "}", ",", "?", ":", ".", "#", "<", ">", "!", "+", "-", "*", "/", "%", "^",
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
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        if (_at == text.Length) return new(TokenKind.End, "", 0, _at + 1);
        var first = text[_at];
        if (char.IsAsciiDigit(first) || (first == '.' && IsDigitAt(_at + 1))) return Number();
        if (first is '"' or '\'' or '`') return Text(first);
        if (char.IsLetter(first) || first is '_' or '$') return Name();
        return Symbol();
    }

    private bool IsDigitAt(int index) => index < text.Length && char.IsAsciiDigit(text[index]);

    private Token Number()
    {
        var start = _at;
        Digits();
        if (_at < text.Length && text[_at] == '.' && IsDigitAt(_at + 1))
        {
            _at++;
            Digits();
        }

        if (_at < text.Length && text[_at] is 'e' or 'E')
        {
            var sign = _at + 1 < text.Length && text[_at + 1] is '+' or '-' ? 1 : 0;
            if (!IsDigitAt(_at + 1 + sign)) throw new SyntaxException(start + 1, $"a number ends in an exponent without digits: \"{text[start..(_at + 1 + sign)]}\"");
            _at += 1 + sign;
            Digits();
        }

        if (_at < text.Length && (char.IsLetter(text[_at]) || text[_at] == '_'))
            throw new SyntaxException(_at + 1, $"a number cannot go on with \"{text[_at]}\"");
        var word = text[start.._at];
        return new(TokenKind.Number, word, double.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture), start + 1);
    }

    private void Digits()
    {
        while (IsDigitAt(_at)) _at++;
    }

    private Token Name()
    {
        var start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '$')) _at++;
        return new(TokenKind.Name, text[start.._at], 0, start + 1);
    }

    private Token Symbol()
    {
        foreach (var symbol in _symbols)
        {
            if (string.CompareOrdinal(text, _at, symbol, 0, symbol.Length) != 0) continue;
            // a ?.5 : 1 is a choice, not a field.
            if (symbol == "?." && IsDigitAt(_at + 2)) continue;
            _at += symbol.Length;
            return new(TokenKind.Symbol, symbol, 0, _at - symbol.Length + 1);
        }

        throw new SyntaxException(_at + 1, text[_at] switch
        {
            '=' => "a single \"=\" assigns nothing here: write == to compare",
            '&' => "a single \"&\" is no operator: write && or and",
            '|' => "a single \"|\" is no operator: write || or or",
            var other => $"the character \"{other}\" has no meaning here",
        });
    }

    private Token Text(char quote)
    {
        var start = _at++;
        var content = new StringBuilder();
        for (; _at < text.Length; _at++)
        {
            if (text[_at] == quote)
            {
                _at++;
                return new(TokenKind.Text, content.ToString(), 0, start + 1);
            }

            content.Append(text[_at] == '\\' && quote != '`' ? Escape() : text[_at]);
        }

        throw new SyntaxException(start + 1, $"a text is not closed: {quote} is missing at its end");
    }

    private char Escape()
    {
        _at++;
        return _at == text.Length ? throw new SyntaxException(_at, "a text is not closed") : text[_at] switch
        {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '\\' => '\\',
            '\'' => '\'',
            '"' => '"',
            var other => throw new SyntaxException(_at, $"\"\\{other}\" is no escape; there are \\n \\t \\r \\\\ \\' and \\\""),
        };
    }
}
