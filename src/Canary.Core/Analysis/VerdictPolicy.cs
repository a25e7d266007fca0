namespace Canary.Core.Analysis;

/// <summary>What becomes of a rollout with each verdict of an analysis other than Successful.</summary>
/// <param name="OnFailed"><c>onFailed</c>. Default abort.</param>
/// <param name="OnInconclusive"><c>onInconclusive</c>. Default pause.</param>
/// <param name="OnError"><c>onError</c>. Default hold.</param>
public sealed record VerdictPolicy(FailedAction OnFailed, InconclusiveAction OnInconclusive, ErrorAction OnError)
{
    /// <summary>Abort, pause, hold.</summary>
    public static readonly VerdictPolicy Default = new(FailedAction.Abort, InconclusiveAction.Pause, ErrorAction.Hold);
}

/// <summary><c>onFailed</c>.</summary>
public enum FailedAction
{
    /// <summary>The canary is rolled back.</summary>
    Abort,

    /// <summary>The rollout holds until a person promotes or aborts.</summary>
    Pause,
}

/// <summary><c>onInconclusive</c>.</summary>
public enum InconclusiveAction
{
    /// <summary>The rollout holds until a person promotes or aborts.</summary>
    Pause,

    /// <summary>The run counts as passed.</summary>
    Continue,

    /// <summary>The canary is rolled back.</summary>
    Abort,
}

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
