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
}
