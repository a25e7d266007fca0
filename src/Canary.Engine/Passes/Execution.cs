using System;
using Canary.Engine.Ports;

namespace Canary.Engine.Passes;

/// <summary>What came of the effects of one pass.</summary>
/// <param name="HasChanged">Something was written: the next pass has something new to see.</param>
/// <param name="IsOvertaken">An object changed since it was read: the pass ends here.</param>
/// <param name="IsDeposed">A later leader has claimed a routed object: this process stops.</param>
/// <param name="RetryAt">When a refused write is worth another try; null: none was refused.</param>
internal sealed record Execution(bool HasChanged, bool IsOvertaken, bool IsDeposed, DateTimeOffset? RetryAt)
{
    /// <summary>A claim of a term that no leader ever had kept a write from being sent; null: none did.</summary>
    public WriteResult.Lost? Forged { get; init; }

    public static readonly Execution Nothing = new(false, false, false, null);

    public bool MayGoOn => !IsOvertaken && !IsDeposed;

    public Execution After(Execution earlier) => new(
        HasChanged || earlier.HasChanged,
        IsOvertaken || earlier.IsOvertaken,
        IsDeposed || earlier.IsDeposed,
        (RetryAt, earlier.RetryAt) switch
        {
            ({ } mine, { } other) => mine < other ? mine : other,
            (var mine, var other) => mine ?? other,
        });
}
