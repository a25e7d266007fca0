namespace Canary.Core.Rollouts;

/// <summary>Where a rollout stands, in one word. Source: <c>status.phase</c>.</summary>
public enum Phase
{
    /// <summary>The Rollout is new, and the controller checks it.</summary>
    Initializing,

    /// <summary>Stable has all the traffic, and no release is under way.</summary>
    Healthy,

    /// <summary>The rollout goes through its steps.</summary>
    Progressing,

    /// <summary>A pause step, a person, <c>spec.paused</c>, an analysis, an alert or a weight conflict holds the rollout.</summary>
    Paused,

    /// <summary>All steps passed. The canary becomes the stable version.</summary>
    Promoting,

    /// <summary>The rollout was aborted, and its weight returns to 0.</summary>
    RollingBack,

    /// <summary>The rollout was aborted, and every route shows 0.</summary>
    RolledBack,

    /// <summary>The rollout cannot continue without help: the spec is invalid, or an object that it names is missing.</summary>
    Degraded,
}
