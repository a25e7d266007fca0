namespace Canary.Core.Analysis;

/// <summary><c>onFailed</c>.</summary>
public enum FailedAction
{
    /// <summary>The canary is taken back.</summary>
    Abort,

    /// <summary>The rollout stops where it stands until a person promotes past the run or aborts.</summary>
    Pause,
}
