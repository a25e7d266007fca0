namespace Canary.Core.Analysis;

/// <summary><c>rangeQuery</c> of a template: how far back from the evaluation time, and the step between two points. Durations as text.</summary>
public sealed record RangeTemplate(string? Length, string? Step);
