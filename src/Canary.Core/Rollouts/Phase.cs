namespace Canary.Core.Rollouts;

/// <summary>Where a rollout stands, in one word. Source: <c>status.phase</c>.</summary>
public enum Phase
{
    /// <summary>Seen for the first time; not yet known to be in order.</summary>
    Initializing,

    /// <summary>Stable carries all traffic and there is nothing to do.</summary>
    Healthy,

    /// <summary>Going through the steps.</summary>
    Progressing,

    /// <summary>Held: by a pause step, a person, <c>spec.paused</c>, an analysis, an alert or a fight over the weights.</summary>
    Paused,

    /// <summary>All steps passed; the canary is becoming the stable version.</summary>
    Promoting,

    /// <summary>Aborted; the weight is on its way to 0.</summary>
    RollingBack,

    /// <summary>Aborted, and every route shows 0.</summary>
    RolledBack,

    /// <summary>Cannot go on without a person: the spec is wrong, or something that it names is missing.</summary>
    Degraded,
}
