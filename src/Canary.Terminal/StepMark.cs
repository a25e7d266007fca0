namespace Canary.Terminal;

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
