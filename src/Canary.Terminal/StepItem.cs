namespace Canary.Terminal;

/// <summary>One step as it stands in the line of steps.</summary>
/// <param name="Text">As <c>25 %</c>, <c>pause 10m</c> or <c>analysis smoke</c>.</param>
public sealed record StepItem(string Text, StepMark Mark);

/// <summary>How a step stands.</summary>
public enum StepMark
{
    /// <summary>It is still to come.</summary>
    Pending,

    /// <summary>It is in force.</summary>
    Current,

    /// <summary>It is passed.</summary>
    Done,

    /// <summary>The rollout was rolled back at it.</summary>
    Failed,
}
