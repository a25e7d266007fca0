namespace Canary.Core.Rollouts;

/// <summary>How the release of a revision ended.</summary>
public enum RolloutOutcome
{
    /// <summary>It is the stable version now.</summary>
    Promoted,

    /// <summary>It was rolled back.</summary>
    RolledBack,

    /// <summary>A newer revision took its place.</summary>
    Superseded,

    /// <summary>The canary side went back to the stable revision.</summary>
    Withdrawn,
}
