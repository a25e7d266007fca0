using Canary.Core.Analysis;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>What the spec in force asks to be run, and what is to become of the rollout with each verdict.</summary>
internal static class Policies
{
    /// <summary>The analysis of a key; null: the spec in force has none there.</summary>
    public static AnalysisReference? Analysis(Evaluation evaluation, RunKey key) => key switch
    {
        { Edge: AnalysisPlacement.Pre } => evaluation.InForce?.PreAnalysis,
        { Edge: AnalysisPlacement.Post } => evaluation.InForce?.PostAnalysis,
        { Step: { } step } =>
            step >= 0 && step < evaluation.Steps.Count && evaluation.Steps[step] is Step.Analyze inline ? inline.Analysis : null,
        _ => evaluation.InForce?.Analysis?.Analysis,
    };

    public static bool RollsBack(Evaluation evaluation, RunObservation run) => run.Phase switch
    {
        RunPhase.Failed => Find(evaluation, run).OnFailed == FailedAction.Abort,
        RunPhase.Inconclusive => Find(evaluation, run).OnInconclusive == InconclusiveAction.Abort,
        RunPhase.Error or RunPhase.Pending or RunPhase.Running =>
            IsPastErrorBudget(run) && Find(evaluation, run).OnError == ErrorAction.Abort,
        RunPhase.Successful => false,
    };

    /// <summary>It failed, and a person is to decide.</summary>
    public static bool HoldsAsFailed(Evaluation evaluation, RunObservation run) =>
        run.Phase == RunPhase.Failed && Find(evaluation, run).OnFailed == FailedAction.Pause;

    /// <summary>It is inconclusive, and a person is to decide.</summary>
    public static bool HoldsAsInconclusive(Evaluation evaluation, RunObservation run) =>
        run.Phase == RunPhase.Inconclusive && Find(evaluation, run).OnInconclusive == InconclusiveAction.Pause;

    /// <summary>Its error budget is used up, and a person is to decide.</summary>
    public static bool HoldsAsOutOfBudget(Evaluation evaluation, RunObservation run) =>
        IsPastErrorBudget(run) && Find(evaluation, run).OnError == ErrorAction.Pause;

    /// <summary>It gets no answers, and nothing advances until it does. Before the error budget is used up abort and pause are no more than
    /// this.</summary>
    public static bool HoldsAsError(Evaluation evaluation, RunObservation run) =>
        IsInError(run) && Find(evaluation, run).OnError != ErrorAction.Continue;

    /// <summary>It was not Successful, and its policy says that it counts as that.</summary>
    public static bool IsForgiven(Evaluation evaluation, RunObservation run) =>
        run.Phase == RunPhase.Inconclusive && Find(evaluation, run).OnInconclusive == InconclusiveAction.Continue;

    /// <summary>
    /// The step goes on without its answers. A short outage decides nothing, this neither; and what runs after the last step is a part of
    /// the promotion, which never goes on without one.
    /// </summary>
    public static bool IsLeftBehind(Evaluation evaluation, RunObservation run) =>
        run.Key.Edge != AnalysisPlacement.Post && IsPastErrorBudget(run) && Find(evaluation, run).OnError == ErrorAction.Continue;

    /// <summary>The policy of the analysis that a run belongs to.</summary>
    public static VerdictPolicy Find(Evaluation evaluation, RunObservation run) =>
        Analysis(evaluation, run.Key)?.Policy ?? VerdictPolicy.Default;

    private static bool IsInError(RunObservation run) =>
        run.Phase == RunPhase.Error || (run is { IsHeldByErrors: true, Phase: RunPhase.Pending or RunPhase.Running });

    private static bool IsPastErrorBudget(RunObservation run) =>
        run.Phase == RunPhase.Error || (run is { IsPastErrorBudget: true, Phase: RunPhase.Pending or RunPhase.Running });
}
