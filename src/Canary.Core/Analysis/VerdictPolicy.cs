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
