namespace Canary.Sandbox.Demo;

/// <summary>How a scenario ended.</summary>
internal enum ScenarioOutcome
{
    Promoted,
    RolledBack,

    /// <summary>Another way that the controller knows: superseded, or withdrawn.</summary>
    Other,

    /// <summary>Not within the time that the demo gives it.</summary>
    TimedOut,
}
