namespace Canary.Core.Rollouts.Evaluating;

/// <summary>Every situation that an evaluation can find a rollout in. The order is the priority in which they are asked for.</summary>
public enum Situation
{
    /// <summary>A person made a request that is not answered yet.</summary>
    Requested,

    /// <summary>An analysis failed, or ended in another way for which its policy is abort. Or it found the share of the requests off,
    /// and <c>onTrafficMismatch</c> is abort.</summary>
    AnalysisFailed,

    /// <summary>An alert fires, and its rule says abort.</summary>
    AlertFiring,

    /// <summary>The rollback began, and a route does not show 0 yet.</summary>
    RollingBack,

    /// <summary>Another Rollout of the group was rolled back, and the group promotes together.</summary>
    MemberRolledBack,

    /// <summary>The canary's template was changed back to the stable revision during a rollout.</summary>
    Withdrawn,

    /// <summary>The canary has a new revision.</summary>
    NewRevision,

    /// <summary>The canary should get traffic and has no ready pod, or its Service selects other pods. Or it lost its ready pods too often,
    /// or for too long.</summary>
    CanaryUnready,

    /// <summary>The first step waits until the weight is 0.</summary>
    Restarting,

    /// <summary>The spec is invalid, or an object that it names is missing.</summary>
    Blocked,

    /// <summary>The Rollout is new, or its sides were changed.</summary>
    FirstSight,

    /// <summary>The steps, the analysis or the traffic were changed during a rollout.</summary>
    SpecChanged,

    /// <summary>Another client changed the weights.</summary>
    WeightForeign,

    /// <summary>A person, the spec, an analysis, an alert or a weight conflict holds the rollout.</summary>
    Held,

    /// <summary>A weight increase waited for a comparison with stable for longer than <c>evidenceWithin</c>, and <c>onInconclusive</c> is
    /// abort.</summary>
    EvidenceOverdue,

    /// <summary>The progress deadline passed while the rollout waited for pods or routes.</summary>
    DeadlineExceeded,

    /// <summary>The side that gets more traffic does not have the pods for it yet.</summary>
    AwaitingPods,

    /// <summary>The step has another weight, and the pods for it are ready.</summary>
    WeightDue,

    /// <summary>The routes do not show the weight yet.</summary>
    AwaitingRoutes,

    /// <summary>All steps passed. The last analysis runs, or the canary becomes stable.</summary>
    Promoting,

    /// <summary>A pause step runs.</summary>
    Pausing,

    /// <summary>An analysis step, or the analysis before the first step, runs.</summary>
    Analyzing,

    /// <summary>The weight increase waits for a comparison with stable.</summary>
    AwaitingEvidence,

    /// <summary>The current step is done.</summary>
    StepDone,

    /// <summary>The rollback is complete.</summary>
    RolledBack,

    /// <summary>Nothing to do.</summary>
    Idle,
}
