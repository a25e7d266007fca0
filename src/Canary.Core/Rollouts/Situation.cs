namespace Canary.Core.Rollouts;

/// <summary>Every situation that an evaluation can find a rollout in. The order is the priority in which they are asked for.</summary>
public enum Situation
{
    /// <summary>Taken back, and a route does not show 0 yet.</summary>
    RollingBack,

    /// <summary>A person asks for an abort of a running rollout.</summary>
    AbortRequested,

    /// <summary>The spec is wrong or something it names is missing.</summary>
    Blocked,

    /// <summary>Never looked at before.</summary>
    FirstSight,

    /// <summary>The canary side went back to the stable revision while a rollout runs.</summary>
    Withdrawn,

    /// <summary>A revision that is neither stable nor the one being released.</summary>
    NewRevision,

    /// <summary>A newer revision took over and the weight is not back at 0 yet.</summary>
    Restarting,

    /// <summary>An analysis failed.</summary>
    AnalysisFailed,

    /// <summary>The deadline passed while waiting.</summary>
    DeadlineExceeded,

    /// <summary>The canary carries traffic and is not ready.</summary>
    CanaryUnready,

    /// <summary>Somebody else wrote the weights.</summary>
    WeightForeign,

    /// <summary>All steps passed; becoming stable.</summary>
    Promoting,

    /// <summary>Held by a person, the spec, an analysis or a conflict.</summary>
    Held,

    /// <summary>Waiting for the canary's pods.</summary>
    AwaitingPods,

    /// <summary>Waiting for the routes to show the weight.</summary>
    AwaitingRoutes,

    /// <summary>In a timed or open pause step.</summary>
    Pausing,

    /// <summary>In an analysis step.</summary>
    Analyzing,

    /// <summary>The step in force is done: on to the next one.</summary>
    StepDone,

    /// <summary>Taken back, nothing left to do.</summary>
    RolledBack,

    /// <summary>Nothing to do.</summary>
    Idle,
}
