namespace Canary.Core.Rollouts;

/// <summary>Every situation that an evaluation can find a rollout in. The order is the priority in which they are asked for.</summary>
public enum Situation
{
    /// <summary>A person asks for something that was neither carried out nor refused yet.</summary>
    Requested,

    /// <summary>An analysis of what is being released failed; or ended otherwise, and its policy takes the canary back for that.</summary>
    AnalysisFailed,

    /// <summary>An alert fires that takes the canary back.</summary>
    AlertFiring,

    /// <summary>Taken back, and a route does not show 0 yet.</summary>
    RollingBack,

    /// <summary>The canary side went back to the stable revision while a rollout runs.</summary>
    Withdrawn,

    /// <summary>A revision that is neither stable nor the one being released.</summary>
    NewRevision,

    /// <summary>The canary is to carry traffic and has no ready pod, or its Service selects pods of another workload; or it lost its ready pods too often, or for too long.</summary>
    CanaryUnready,

    /// <summary>Before the first step: the weight is not back at 0 yet.</summary>
    Restarting,

    /// <summary>The spec is wrong or something it names is missing.</summary>
    Blocked,

    /// <summary>Never looked at before, or the sides were named anew.</summary>
    FirstSight,

    /// <summary>Steps, analysis or traffic of a running rollout were changed.</summary>
    SpecChanged,

    /// <summary>Somebody else wrote the weights.</summary>
    WeightForeign,

    /// <summary>Held by a person, the spec, an analysis, an alert or a conflict.</summary>
    Held,

    /// <summary>The deadline passed while waiting for pods or routes.</summary>
    DeadlineExceeded,

    /// <summary>Waiting for the pods of the side that is to get more traffic.</summary>
    AwaitingPods,

    /// <summary>The step asks for another weight, and the pods for it are ready.</summary>
    WeightDue,

    /// <summary>Waiting for the routes to show the weight.</summary>
    AwaitingRoutes,

    /// <summary>All steps passed; verified by the last analysis, or becoming stable.</summary>
    Promoting,

    /// <summary>In a timed or open pause step.</summary>
    Pausing,

    /// <summary>In an analysis step, or in the analysis before the first step.</summary>
    Analyzing,

    /// <summary>The raise of the step in force waits for a comparison with stable.</summary>
    AwaitingEvidence,

    /// <summary>The step in force is done: on to the next one.</summary>
    StepDone,

    /// <summary>Taken back, nothing left to do.</summary>
    RolledBack,

    /// <summary>Nothing to do.</summary>
    Idle,
}
