namespace Canary.Core.Analysis;

/// <summary><c>onError</c>: measurements without an answer, past the limits.</summary>
public enum ErrorAction
{
    /// <summary>Nothing advances until the next good measurement.</summary>
    Hold,

    /// <summary>After the error budget the rollout holds until a person promotes or aborts, also if measurements come back.</summary>
    Pause,

    /// <summary>After the error budget the canary is rolled back.</summary>
    Abort,

    /// <summary>The steps continue without it. The promotion still waits for one conclusive measurement of each metric.</summary>
    Continue,
}
