using Canary.Core.Analysis.Conditions.Values;

namespace Canary.Core.Analysis.Conditions.Syntax;

internal enum TokenKind
{
    Number,
    Text,
    Name,
    Symbol,
    End,
}

/// <summary>A word of a condition.</summary>
/// <param name="Kind">Which sort.</param>
/// <param name="Word">A name, a symbol or a number as written; the content of a text.</param>
/// <param name="Value">Of a number or a text; null: another sort.</param>
/// <param name="Position">Of its first character, from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Word, Value? Value, int Position)
{
    public bool Is(string symbol) => Kind == TokenKind.Symbol && Word == symbol;

    public bool IsName(string name) => Kind == TokenKind.Name && Word == name;

    /// <summary>The token in words, for a message.</summary>
    public string Shown => Kind switch
    {
        TokenKind.Number => $"the number {Word}",
        TokenKind.Text => $"the text \"{Word}\"",
        TokenKind.Name => $"\"{Word}\"",
        TokenKind.Symbol => $"\"{Word}\"",
        TokenKind.End => "the end",
    };
}
