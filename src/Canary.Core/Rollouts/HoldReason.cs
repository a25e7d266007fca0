namespace Canary.Core.Rollouts;

/// <summary>Kinds of <see cref="Hold"/>.</summary>
public enum HoldReason
{
    /// <summary>A pause step.</summary>
    PauseStep,

    /// <summary>A person asked for it by request; lifted by resume or promote.</summary>
    Request,

    /// <summary><c>spec.paused</c>; lifted by the spec alone.</summary>
    SpecPaused,

    /// <summary>An analysis failed, and <c>onFailed</c> is pause; lifted by promote or resume.</summary>
    FailedAnalysis,

    /// <summary>An analysis was inconclusive; lifted by promote or resume.</summary>
    InconclusiveAnalysis,

    /// <summary>Measurements fail past the error limit; lifted by the next good one.</summary>
    AnalysisError,

    /// <summary>Measurements failed past the error budget, and <c>onError</c> is pause; lifted by promote or resume, and not by measurements that come back.</summary>
    ErrorBudget,

    /// <summary>An alert fires whose rule says pause; lifted when it stops, or for this alert by promote or resume.</summary>
    AlertFiring,

    /// <summary>Somebody else keeps writing the weights; lifted by resume or promote.</summary>
    WeightConflict,
}
