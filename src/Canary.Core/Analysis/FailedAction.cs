namespace Canary.Core.Analysis;

/// <summary><c>onFailed</c>.</summary>
public enum FailedAction
{
    /// <summary>The canary is rolled back.</summary>
    Abort,

    /// <summary>The rollout holds until a person promotes or aborts.</summary>
    Pause,
}
