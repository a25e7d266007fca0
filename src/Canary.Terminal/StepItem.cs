namespace Canary.Terminal;

/// <summary>One step as it stands in the line of steps.</summary>
/// <param name="Text">As <c>25 %</c>, <c>pause 10m</c> or <c>analysis smoke</c>.</param>
public sealed record StepItem(string Text, StepMark Mark);
