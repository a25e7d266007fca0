namespace Canary.Core.Rollouts;

/// <summary>What a person can ask of a rollout.</summary>
public enum RequestAction
{
    /// <summary>Ends the current pause, passes the current analysis, or lifts a hold of an analysis or an alert.</summary>
    Promote,

    /// <summary>Skips all remaining steps and analyses. Pods must still be ready.</summary>
    PromoteFull,

    /// <summary>Rolls the canary back.</summary>
    Abort,

    /// <summary>Releases a revision that was rolled back again, from the first step.</summary>
    Retry,

    /// <summary>Holds the rollout.</summary>
    Pause,

    /// <summary>Lifts a hold, but not <c>spec.paused</c>.</summary>
    Resume,

    /// <summary>Restarts the pods of both sides of <c>spec.workload</c>. Releases nothing.</summary>
    Restart,

    /// <summary>Gives the Deployment the version that was stable before the present one. It is released like any other.</summary>
    Undo,

    /// <summary>The same with the revision that the request names in <c>to</c>.</summary>
    RollbackTo,

    /// <summary>Gives the service of <c>spec.workload</c> as many replicas as the request says; 0: none until the next request.</summary>
    Scale,
}
