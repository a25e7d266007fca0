namespace Canary.Core.Rollouts;

/// <summary>What a person can ask of a rollout.</summary>
public enum RequestAction
{
    /// <summary>End the pause, or pass the analysis, that it stands at; lift what an analysis or an alert holds up.</summary>
    Promote,

    /// <summary>Skip all that is left and promote; pods must still be ready.</summary>
    PromoteFull,

    /// <summary>Take the canary back.</summary>
    Abort,

    /// <summary>Try the revision that was taken back again, from the first step.</summary>
    Retry,

    /// <summary>Hold where it stands.</summary>
    Pause,

    /// <summary>Lift a hold. Does not lift <c>spec.paused</c>.</summary>
    Resume,
}
