using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary>What <c>compare</c> holds for the judge mannWhitney alone, in Kayenta's words. Fields are text; null where the user wrote
/// nothing.</summary>
public sealed record SampleTemplate
{
    /// <summary><c>direction</c>: either, increase or decrease.</summary>
    public string? Direction { get; init; }

    /// <summary><c>nanStrategy</c>: remove or replace.</summary>
    public string? NanStrategy { get; init; }

    /// <summary><c>outliers</c>: keep or remove.</summary>
    public string? Outliers { get; init; }

    /// <summary><c>outlierFactor</c>: a number above 0.</summary>
    public string? OutlierFactor { get; init; }

    /// <summary><c>effectSize</c>: meanRatio or cles.</summary>
    public string? EffectSize { get; init; }

    /// <summary><c>allowedIncrease</c>.</summary>
    public string? AllowedIncrease { get; init; }

    /// <summary><c>allowedDecrease</c>.</summary>
    public string? AllowedDecrease { get; init; }

    /// <summary><c>criticalIncrease</c>.</summary>
    public string? CriticalIncrease { get; init; }

    /// <summary><c>criticalDecrease</c>.</summary>
    public string? CriticalDecrease { get; init; }

    /// <summary><c>critical</c>.</summary>
    public bool IsCritical { get; init; }

    /// <summary><c>mustHaveData</c>.</summary>
    public bool MustHaveValues { get; init; }

    /// <summary><c>muted</c>.</summary>
    public bool IsMuted { get; init; }

    /// <summary><c>groups</c>.</summary>
    public EquatableArray<string> Groups { get; init; }

    /// <summary><c>lookback</c>: a duration.</summary>
    public string? Lookback { get; init; }
}
