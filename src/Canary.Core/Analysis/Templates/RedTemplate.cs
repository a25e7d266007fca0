using Canary.Core.Analysis.Red;
using Canary.Core.Units;

namespace Canary.Core.Analysis.Templates;

/// <summary><c>provider.red</c> of a template, before its arguments are known.</summary>
/// <param name="Preset"><c>preset</c>: a key of <see cref="RedPreset"/>.</param>
/// <param name="Signal"><c>signal</c>: requests, errors or duration.</param>
/// <param name="Quantile"><c>quantile</c>: above 0 and below 1.</param>
/// <param name="Window"><c>window</c>: range of the rate, a duration.</param>
/// <param name="Subject"><c>subject</c>: values of the preset's placeholders; one that is missing or empty is taken from the rollout's
/// canary side.</param>
/// <param name="Connection">Address, timeout and credentials.</param>
public sealed record RedTemplate(string Preset, string Signal, string? Quantile, string? Window, EquatableArray<Argument> Subject,
    PrometheusTemplate Connection)
{
    /// <summary><c>side</c>: canary or stable.</summary>
    public string? Side { get; init; }

    /// <summary><c>min</c>: a number in the unit of the signal.</summary>
    public string? Min { get; init; }

    /// <summary><c>max</c>: a number in the unit of the signal.</summary>
    public string? Max { get; init; }

    /// <summary><c>histogram</c>: auto, classic or native.</summary>
    public string? Histogram { get; init; }
}
