namespace Canary.Cli.Watching;

/// <summary>What a command waits for.</summary>
internal enum WaitGoal
{
    /// <summary>Nothing is being released, and nothing is wrong.</summary>
    Healthy,

    /// <summary>The revision that is being released when the waiting begins runs on stable.</summary>
    Promoted,

    /// <summary>The rollout waits for a person, or for the time of a pause.</summary>
    Paused,

    /// <summary>All traffic is back at stable.</summary>
    RolledBack,

    /// <summary>The controller has seen every change that was made.</summary>
    Observed,
}
