using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Core.Rollouts.Evaluating;

/// <summary>What the analysis runs of the attempt in force say.</summary>
internal static class AnalysisRuns
{
    public static RunKey Background(Evaluation evaluation) => Key(evaluation, null);

    /// <summary>The run of the step in force.</summary>
    public static RunKey Inline(Evaluation evaluation) => Key(evaluation, evaluation.Status.CurrentStepIndex);

    /// <summary>The run before the first step.</summary>
    public static RunKey Pre(Evaluation evaluation) => Key(evaluation, null, AnalysisPlacement.Pre);

    /// <summary>The run after the last step.</summary>
    public static RunKey Post(Evaluation evaluation) => Key(evaluation, null, AnalysisPlacement.Post);

    /// <summary>The run that the rollout waits for where it stands; null: for none.</summary>
    public static RunKey? Here(Evaluation evaluation) => evaluation switch
    {
        { Status.IsBeforeSteps: true } => Pre(evaluation),
        { Status.Promotion: PromotionStage.Verifying } => Post(evaluation),
        { Status.Promotion: null, Step: Step.Analyze } => Inline(evaluation),
        _ => null,
    };

    /// <summary>The order in which runs are listed: before the first step, in the background, of the steps, after the last.</summary>
    public static int Order(RunKey key) => key.Edge switch
    {
        AnalysisPlacement.Pre => -2,
        AnalysisPlacement.Post => int.MaxValue,
        null => key.Step ?? -1,
    };

    public static IEnumerable<RunObservation> OfAttempt(Evaluation evaluation) =>
        evaluation.Seen.Runs.Where(run => run.Key.Revision == evaluation.Status.CanaryRevision
            && run.Key.Attempt == evaluation.Status.Attempt);

    /// <summary>A run that rolls the rollout back; null: none does. Nothing is rolled back once stable's workload holds the analysed
    /// template.</summary>
    public static RunObservation? FindAborting(Evaluation evaluation) =>
        Deciding(evaluation).FirstOrDefault(run => Policies.RollsBack(evaluation, run));

    public static RunObservation? FailedToPause(Evaluation evaluation) =>
        Deciding(evaluation).FirstOrDefault(run => Policies.HoldsAsFailed(evaluation, run));

    public static RunObservation? Inconclusive(Evaluation evaluation) =>
        Deciding(evaluation).FirstOrDefault(run => Policies.HoldsAsInconclusive(evaluation, run));

    /// <summary>A run whose error budget is used up, where that is for a person to decide.</summary>
    public static RunObservation? OutOfBudget(Evaluation evaluation) =>
        Deciding(evaluation).FirstOrDefault(run => Policies.HoldsAsOutOfBudget(evaluation, run));

    /// <summary>A run that gets no answers, which holds the rollout.</summary>
    public static RunObservation? InError(Evaluation evaluation) =>
        Deciding(evaluation).FirstOrDefault(run => Policies.HoldsAsError(evaluation, run));

    public static bool IsOverruled(RolloutStatus status, RunKey key) =>
        status.Analysis.Any(summary => summary.Key == key && summary.IsOverruled);

    /// <summary>The run ended well, or a person or its policy went on past it.</summary>
    public static bool IsPassed(Evaluation evaluation, RunKey key) =>
        IsOverruled(evaluation.Status, key)
        || evaluation.Seen.Runs.Any(run => run.Key == key
            && (run.Phase == RunPhase.Successful || Policies.IsForgiven(evaluation, run) || Policies.IsLeftBehind(evaluation, run)));

    /// <summary>Promotion still is to be verified by the analysis after the last step.</summary>
    public static bool NeedsPost(Evaluation evaluation) =>
        evaluation is { InForce.PostAnalysis: not null, Status.IsPromotedInFull: false } && !IsPassed(evaluation, Post(evaluation));

    /// <summary>What promotion still waits for; null: for nothing. No revision is promoted without a conclusive measurement of each
    /// metric.</summary>
    public static string? MissingForPromotion(Evaluation evaluation)
    {
        if (evaluation.Status.IsPromotedInFull) return null;
        var background = Background(evaluation);
        if (evaluation.InForce?.Analysis is not null && !IsOverruled(evaluation.Status, background)
            && OfAttempt(evaluation).All(run => run.Key != background))
            return "the background analysis, which has not begun";
        return OfAttempt(evaluation)
            .FirstOrDefault(run => !(evaluation.Status.IsEvidenceForgone ? run.IsConclusiveWithoutComparisons : run.IsConclusive)
                && !IsOverruled(evaluation.Status, run.Key)
                && !Policies.IsForgiven(evaluation, run)) is { } open
            ? $"a conclusive measurement of each metric of the {RollbackReasons.Describe(evaluation, open.Key)}"
            : null;
    }

    /// <summary>What a raise still waits for; null: for nothing. More traffic goes to a canary only while nothing that is compared with
    /// stable leans to harm, and enough was seen to say so.</summary>
    public static string? MissingForRaise(Evaluation evaluation, bool isFull)
    {
        if (evaluation.Status.IsEvidenceForgone) return null;
        // At 100 there is nothing to compare with: what has not begun by then never sees anything.
        if (isFull && evaluation.InForce?.Analysis is { } analysis && evaluation.Status.CurrentStepIndex >= analysis.StartingStep
            && !IsOverruled(evaluation.Status, Background(evaluation))
            && OfAttempt(evaluation).All(run => run.Key != Background(evaluation)))
            return "the background analysis has not begun";
        return Deciding(evaluation)
            .Where(run => run is { Key: { Step: null, Edge: null }, Phase: RunPhase.Pending or RunPhase.Running }
                && (isFull || !Policies.IsLeftBehind(evaluation, run)))
            .Select(run => isFull ? run.MissingForFullWeight : run.MissingForRaise)
            .FirstOrDefault(lack => lack.Length > 0);
    }

    /// <summary>The background got no answer to what it compares: it may say less than there is.</summary>
    public static bool AwaitsAnswer(Evaluation evaluation) =>
        OfAttempt(evaluation).Any(run => run.Key == Background(evaluation) && (run.AwaitsAnswer || run.IsHeldByErrors));

    /// <summary>The runs that shall go on. Those that are missing are made; any other one that still runs is ended.</summary>
    public static IEnumerable<Effect.Analyze> Wanted(Evaluation evaluation)
    {
        var status = evaluation.Status;
        if (!evaluation.IsUnderWay || evaluation.IsStableWritten || status.IsPromotedInFull) yield break;
        if (evaluation.InForce?.Analysis is { } background
            && status.FirstTrafficAt is not null
            && (status.Promotion is not null || status.CurrentStepIndex >= background.StartingStep)
            && !IsOverruled(status, Background(evaluation)))
            yield return new Effect.Analyze(Background(evaluation), background.Analysis);
        foreach (var key in LeftBehind(evaluation)) yield return new Effect.Analyze(key, Policies.Analysis(evaluation, key)!);
        if (Here(evaluation) is { } here && IsBegun(evaluation, here) && !IsOverruled(status, here)
            && Policies.Analysis(evaluation, here) is { } analysis)
            yield return new Effect.Analyze(here, analysis);
    }

    /// <summary>What is in the status of the runs: nothing that changes with a measurement, only what was decided.</summary>
    public static EquatableArray<AnalysisSummary> Summarise(Evaluation evaluation)
    {
        var seen = OfAttempt(evaluation).Select(run => new AnalysisSummary(
            run.Key,
            run.Phase == RunPhase.Pending ? RunPhase.Running : run.Phase,
            run.Phase is RunPhase.Pending or RunPhase.Running ? "" : run.Message,
            IsOverruled(evaluation.Status, run.Key)));
        var gone = evaluation.Status.Analysis.Where(summary => evaluation.Seen.Runs.All(run => run.Key != summary.Key));
        // Said together with what makes it due: its making alone is no reason to write the status once more.
        var due = Wanted(evaluation)
            .Where(run => evaluation.Seen.Runs.All(other => other.Key != run.Key)
                && evaluation.Status.Analysis.All(summary => summary.Key != run.Key))
            .Select(run => new AnalysisSummary(run.Key, RunPhase.Running, ""));
        return seen.Concat(gone).Concat(due).OrderBy(summary => Order(summary.Key)).ToEquatableArray();
    }

    /// <summary>A person promotes past a run.</summary>
    public static RolloutStatus Overrule(Evaluation evaluation, RunKey key)
    {
        var before = evaluation.Status.Analysis.FirstOrDefault(summary => summary.Key == key)
            ?? new AnalysisSummary(key, RunPhase.Pending, "");
        var others = evaluation.Status.Analysis.Where(summary => summary.Key != key);
        return evaluation.Status with
        {
            Analysis = others.Append(before with { IsOverruled = true }).OrderBy(summary => Order(summary.Key)).ToEquatableArray(),
        };
    }

    private static RunKey Key(Evaluation evaluation, int? step, AnalysisPlacement? edge = null) =>
        new(evaluation.Status.CanaryRevision ?? "", evaluation.Status.Attempt, step, edge);

    private static bool IsBegun(Evaluation evaluation, RunKey key) =>
        evaluation.Status.StepStartedAt is not null || evaluation.Seen.Runs.Any(run => run.Key == key);

    /// <summary>
    /// Runs of earlier steps that got no answers and were gone on without, as their policy says. They go on: the promotion waits for their
    /// answers, and a failure that comes late still counts.
    /// </summary>
    private static IEnumerable<RunKey> LeftBehind(Evaluation evaluation) =>
        from run in OfAttempt(evaluation)
        where run.Phase is RunPhase.Pending or RunPhase.Running && IsPast(evaluation, run.Key) && !IsOverruled(evaluation.Status, run.Key)
        where Policies.Analysis(evaluation, run.Key)?.Policy.OnError == ErrorAction.Continue
        select run.Key;

    private static bool IsPast(Evaluation evaluation, RunKey key) => key switch
    {
        { Edge: AnalysisPlacement.Pre } => !evaluation.Status.IsBeforeSteps,
        { Edge: AnalysisPlacement.Post } => false,
        { Step: { } step } => step < evaluation.Status.CurrentStepIndex,
        _ => false,
    };

    /// <summary>The runs whose verdict counts now: of this attempt, not overruled, while there still is a way back.</summary>
    private static IEnumerable<RunObservation> Deciding(Evaluation evaluation) =>
        evaluation.IsUnderWay && !evaluation.IsStableWritten && !evaluation.Status.IsPromotedInFull
            ? OfAttempt(evaluation).Where(run => !IsOverruled(evaluation.Status, run.Key))
            : [];
}
