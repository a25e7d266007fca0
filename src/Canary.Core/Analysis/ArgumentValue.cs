using Canary.Core.Analysis.Secrets;

namespace Canary.Core.Analysis;

/// <summary>What an argument stands for.</summary>
/// <param name="Text">The value, with a <see cref="SecretPlaceholder"/> for each Secret; null: there is none.</param>
internal sealed record ArgumentValue(string? Text)
{
    /// <summary>It is declared, and nobody gives it a value.</summary>
    public static readonly ArgumentValue Missing = new((string?)null) { IsMissing = true };

    /// <summary>Its value cannot be made, which was said.</summary>
    public static readonly ArgumentValue Wrong = new((string?)null);

    /// <summary>It is yet to be given; else a value without a text could not be made.</summary>
    public bool IsMissing { get; private init; }

    /// <summary>A Secret whose value is a part of it; null: none.</summary>
    public ArgumentSource.FromSecret? Secret { get; init; }

    /// <summary>Placeholders of Secrets in the text.</summary>
    public int Secrets { get; init; }
}
