namespace Canary.Core.Analysis.Secrets;

/// <summary>A value that is given, or one key of a Secret. The value of a Secret is never logged nor shown.</summary>
public abstract record SecretValue
{
    private SecretValue() { }

    /// <summary>Written in the object itself.</summary>
    public sealed record Plain(string Value) : SecretValue
    {
        /// <summary>It holds a <see cref="SecretPlaceholder"/>.</summary>
        public bool IsFilledLater => SecretPlaceholder.IsIn(Value);
    }

    /// <summary>Read when it is needed.</summary>
    public sealed record FromSecret(string Name, string Key) : SecretValue;
}
