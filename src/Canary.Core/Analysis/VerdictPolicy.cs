using System;

namespace Canary.Core.Analysis;

/// <summary>What becomes of a rollout with each verdict of an analysis other than Successful.</summary>
/// <param name="OnFailed"><c>onFailed</c>. Default abort.</param>
/// <param name="OnInconclusive"><c>onInconclusive</c>. Default pause.</param>
/// <param name="OnError"><c>onError</c>. Default hold.</param>
public sealed record VerdictPolicy(FailedAction OnFailed, InconclusiveAction OnInconclusive, ErrorAction OnError)
{
    /// <summary>Default of <see cref="EvidenceWithin"/>.</summary>
    public static readonly TimeSpan DefaultEvidenceWithin = TimeSpan.FromMinutes(15);

    /// <summary>The longest <see cref="EvidenceWithin"/>.</summary>
    public static readonly TimeSpan LongestEvidenceWithin = TimeSpan.FromDays(1);

    /// <summary>Abort, pause, hold.</summary>
    public static readonly VerdictPolicy Default = new(FailedAction.Abort, InconclusiveAction.Pause, ErrorAction.Hold);

    /// <summary><c>evidenceWithin</c>: how long an increase of the weight waits for a comparison with stable, before
    /// <see cref="OnInconclusive"/> says what becomes of the rollout. 0 to 1 day. Default 15 minutes.</summary>
    public TimeSpan EvidenceWithin { get; init; } = DefaultEvidenceWithin;
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

    /// <summary>The run counts as passed, and an increase of the weight waits for it no longer.</summary>
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
