namespace Canary.Core.Analysis;

/// <summary>A named value: of a template (its default, null for none) or of a reference to one.</summary>
public sealed record Argument(string Name, string? Value)
{
    /// <summary><c>valueFrom</c>: where the value is taken from; null: it is <see cref="Value"/>.</summary>
    public ArgumentSource? From { get; init; }

    /// <summary>A value that stands for a text as it is: no placeholder is read in it.</summary>
    public static string Literal(string text) => PlaceholderText.Quote(text);
}
