namespace Canary.Core.Analysis.Conditions;

/// <summary>A word of a condition.</summary>
/// <param name="Kind">Which sort.</param>
/// <param name="Word">A name or a symbol as written; the content of a text.</param>
/// <param name="Number">The value of a number.</param>
/// <param name="Position">Of its first character, from 1.</param>
internal readonly record struct Token(TokenKind Kind, string Word, double Number, int Position)
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
