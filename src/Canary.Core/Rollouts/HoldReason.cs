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

    /// <summary>An analysis was inconclusive; lifted by promote or resume.</summary>
    InconclusiveAnalysis,

    /// <summary>Measurements fail past the error limit; lifted by the next good one.</summary>
    AnalysisError,

    /// <summary>Somebody else keeps writing the weights; lifted by resume or promote.</summary>
    WeightConflict,
}
