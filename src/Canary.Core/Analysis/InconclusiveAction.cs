namespace Canary.Core.Analysis;

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
