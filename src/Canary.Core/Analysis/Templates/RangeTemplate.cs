namespace Canary.Core.Analysis.Templates;

/// <summary><c>rangeQuery</c> of a template: how far back from the evaluation time, and the step between two points. Durations as
/// text.</summary>
public sealed record RangeTemplate(string? Length, string? Step)
{
    /// <summary><c>start</c>, as Argo Rollouts writes it instead of a length, <c>now() - duration("1h")</c>, or a time by itself.</summary>
    public string? Start { get; init; }

    /// <summary><c>end</c>, alike; null: <c>now()</c>.</summary>
    public string? End { get; init; }
}
