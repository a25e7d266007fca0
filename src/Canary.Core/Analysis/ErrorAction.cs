namespace Canary.Core.Analysis;

/// <summary><c>onError</c>: measurements without an answer, past the limits.</summary>
public enum ErrorAction
{
    /// <summary>Nothing advances until the next good measurement.</summary>
    Hold,

    /// <summary>Past the error budget the rollout stops until a person promotes or aborts, whatever is measured afterwards.</summary>
    Pause,

    /// <summary>Past the error budget the canary is taken back.</summary>
    Abort,

    /// <summary>Steps go on without it. The promotion still waits for one conclusive measurement of each metric.</summary>
    Continue,
}
