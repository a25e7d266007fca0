namespace Canary.Core.Rollouts;

/// <summary>Kinds of <see cref="Hold"/>.</summary>
public enum HoldReason
{
    /// <summary>A pause step.</summary>
    PauseStep,

    /// <summary>A person asked for it. Lifted by resume or promote.</summary>
    Request,

    /// <summary><c>spec.paused</c> is true. Lifted by the spec only.</summary>
    SpecPaused,

    /// <summary>An analysis failed, and <c>onFailed</c> is pause. Lifted by promote or resume.</summary>
    FailedAnalysis,

    /// <summary>An analysis was inconclusive. Lifted by promote or resume.</summary>
    InconclusiveAnalysis,

    /// <summary>An increase of the weight has waited for a comparison with stable for longer than <c>evidenceWithin</c>, and
    /// <c>onInconclusive</c> is pause. Lifted when the comparison has seen enough, or by promote or resume.</summary>
    EvidenceMissing,

    /// <summary>Queries fail beyond the error limit. Lifted by the next good measurement.</summary>
    AnalysisError,

    /// <summary>Queries failed beyond the error budget, and <c>onError</c> is pause. Lifted by promote or resume, not by the next good
    /// measurement.</summary>
    ErrorBudget,

    /// <summary>An alert fires, and its rule says pause. Lifted when it ends, or for this alert by promote or resume.</summary>
    AlertFiring,

    /// <summary>Another client keeps changing the weights. Lifted by resume or promote.</summary>
    WeightConflict,

    /// <summary>The canary's share of the requests stays off its weight, and <c>onTrafficMismatch</c> is pause. Lifted by promote or
    /// resume, or when the share is right.</summary>
    TrafficMismatch,
}
