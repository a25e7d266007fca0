namespace Canary.Core.Analysis;

/// <summary><c>onInconclusive</c>.</summary>
public enum InconclusiveAction
{
    /// <summary>The rollout stops where it stands until a person promotes past the run or aborts.</summary>
    Pause,

    /// <summary>The run counts as passed.</summary>
    Continue,

    /// <summary>The canary is taken back.</summary>
    Abort,
}
