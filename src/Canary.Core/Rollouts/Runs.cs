using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>What the analysis runs of the attempt in force say.</summary>
internal static class Runs
{
    public static RunKey Background(Scene scene) => Key(scene, null);

    /// <summary>The run of the step in force.</summary>
    public static RunKey Inline(Scene scene) => Key(scene, scene.Status.CurrentStepIndex);

    /// <summary>The run before the first step.</summary>
    public static RunKey Pre(Scene scene) => Key(scene, null, RunEdge.Pre);

    /// <summary>The run after the last step.</summary>
    public static RunKey Post(Scene scene) => Key(scene, null, RunEdge.Post);

    /// <summary>The run that the rollout waits for where it stands; null: for none.</summary>
    public static RunKey? Here(Scene scene) => scene switch
    {
        { Status.IsBeforeSteps: true } => Pre(scene),
        { Status.Promotion: PromotionStage.Verifying } => Post(scene),
        { Status.Promotion: null, Step: Step.Analyze } => Inline(scene),
        _ => null,
    };

    /// <summary>The order in which runs are listed: before the first step, in the background, of the steps, after the last.</summary>
    public static int Order(RunKey key) => key.Edge switch
    {
        RunEdge.Pre => -2,
        RunEdge.Post => int.MaxValue,
        null => key.Step ?? -1,
    };

    public static IEnumerable<RunObservation> OfAttempt(Scene scene) =>
        scene.Seen.Runs.Where(run => run.Key.Revision == scene.Status.CanaryRevision && run.Key.Attempt == scene.Status.Attempt);

    /// <summary>A run that takes the rollout back; null: none does. Nothing is taken back once stable's workload holds the analysed template.</summary>
    public static RunObservation? TakesBack(Scene scene) => Judges(scene).FirstOrDefault(run => Policies.TakesBack(scene, run));

    public static RunObservation? FailedToPause(Scene scene) => Judges(scene).FirstOrDefault(run => Policies.HoldsAsFailed(scene, run));

    public static RunObservation? Inconclusive(Scene scene) => Judges(scene).FirstOrDefault(run => Policies.HoldsAsInconclusive(scene, run));

    /// <summary>A run whose error budget is used up, where that is for a person to decide.</summary>
    public static RunObservation? OutOfBudget(Scene scene) => Judges(scene).FirstOrDefault(run => Policies.HoldsAsOutOfBudget(scene, run));

    /// <summary>A run that gets no answers, which holds the rollout.</summary>
    public static RunObservation? InError(Scene scene) => Judges(scene).FirstOrDefault(run => Policies.HoldsAsError(scene, run));

    public static bool IsOverruled(RolloutStatus status, RunKey key) => status.Analysis.Any(summary => summary.Key == key && summary.IsOverruled);

    /// <summary>The run ended well, or a person or its policy went on past it.</summary>
    public static bool IsPassed(Scene scene, RunKey key) =>
        IsOverruled(scene.Status, key)
        || scene.Seen.Runs.Any(run => run.Key == key && (run.Phase == RunPhase.Successful || Policies.IsForgiven(scene, run) || Policies.IsLeftBehind(scene, run)));

    /// <summary>Promotion still is to be verified by the analysis after the last step.</summary>
    public static bool NeedsPost(Scene scene) =>
        scene is { InForce.PostAnalysis: not null, Status.IsPromotedInFull: false } && !IsPassed(scene, Post(scene));

    /// <summary>What promotion still waits for; null: for nothing. No revision is promoted without a conclusive measurement of each metric.</summary>
    public static string? MissingForPromotion(Scene scene)
    {
        if (scene.Status.IsPromotedInFull) return null;
        var background = Background(scene);
        if (scene.InForce?.Analysis is not null && !IsOverruled(scene.Status, background) && OfAttempt(scene).All(run => run.Key != background))
            return "the background analysis, which has not begun";
        return OfAttempt(scene).FirstOrDefault(run => !run.IsConclusive && !IsOverruled(scene.Status, run.Key) && !Policies.IsForgiven(scene, run)) is { } open
            ? $"a conclusive measurement of each metric of the {Reasons.Of(open.Key)}"
            : null;
    }

    /// <summary>What a raise still waits for; null: for nothing. More traffic goes to a canary only while nothing that is compared with stable leans to harm, and enough was seen to say so.</summary>
    public static string? MissingForRaise(Scene scene, bool isFull) =>
        Judges(scene)
            .Where(run => run is { Key: { Step: null, Edge: null }, Phase: RunPhase.Pending or RunPhase.Running } && Policies.Of(scene, run).OnInconclusive != InconclusiveAction.Continue && !Policies.IsLeftBehind(scene, run))
            .Select(run => isFull ? run.LacksToFill : run.LacksToRaise)
            .FirstOrDefault(lack => lack.Length > 0);

    /// <summary>The runs that shall go on. Those that are missing are made; any other one that still runs is ended.</summary>
    public static IEnumerable<Effect.Analyze> Wanted(Scene scene)
    {
        var status = scene.Status;
        if (!scene.IsUnderWay || scene.IsStableWritten || status.IsPromotedInFull) yield break;
        if (scene.InForce?.Analysis is { } background
            && status.FirstTrafficAt is not null
            && (status.Promotion is not null || status.CurrentStepIndex >= background.StartingStep)
            && !IsOverruled(status, Background(scene)))
            yield return new Effect.Analyze(Background(scene), background.Analysis);
        foreach (var key in LeftBehind(scene)) yield return new Effect.Analyze(key, Policies.Analysis(scene, key)!);
        if (Here(scene) is { } here && IsBegun(scene, here) && !IsOverruled(status, here) && Policies.Analysis(scene, here) is { } analysis)
            yield return new Effect.Analyze(here, analysis);
    }

    /// <summary>What is in the status of the runs: nothing that changes with a measurement, only what was decided.</summary>
    public static EquatableArray<AnalysisSummary> Summarise(Scene scene)
    {
        var seen = OfAttempt(scene).Select(run => new AnalysisSummary(
            run.Key,
            run.Phase == RunPhase.Pending ? RunPhase.Running : run.Phase,
            run.Phase is RunPhase.Pending or RunPhase.Running ? "" : run.Message,
            IsOverruled(scene.Status, run.Key)));
        var gone = scene.Status.Analysis.Where(summary => scene.Seen.Runs.All(run => run.Key != summary.Key));
        // Said together with what makes it due: its making alone is no reason to write the status once more.
        var due = Wanted(scene)
            .Where(run => scene.Seen.Runs.All(other => other.Key != run.Key) && scene.Status.Analysis.All(summary => summary.Key != run.Key))
            .Select(run => new AnalysisSummary(run.Key, RunPhase.Running, ""));
        return seen.Concat(gone).Concat(due).OrderBy(summary => Order(summary.Key)).ToEquatableArray();
    }

    /// <summary>A person promotes past a run.</summary>
    public static RolloutStatus Overrule(Scene scene, RunKey key)
    {
        var before = scene.Status.Analysis.FirstOrDefault(summary => summary.Key == key) ?? new AnalysisSummary(key, RunPhase.Pending, "");
        var others = scene.Status.Analysis.Where(summary => summary.Key != key);
        return scene.Status with
        {
            Analysis = others.Append(before with { IsOverruled = true }).OrderBy(summary => Order(summary.Key)).ToEquatableArray(),
        };
    }

    private static RunKey Key(Scene scene, int? step, RunEdge? edge = null) => new(scene.Status.CanaryRevision ?? "", scene.Status.Attempt, step, edge);

    private static bool IsBegun(Scene scene, RunKey key) => scene.Status.StepStartedAt is not null || scene.Seen.Runs.Any(run => run.Key == key);

    /// <summary>
    /// Runs of earlier steps that got no answers and were gone on without, as their policy says. They go on: the promotion waits for their answers, and a failure that comes late still counts.
    /// </summary>
    private static IEnumerable<RunKey> LeftBehind(Scene scene) =>
        from run in OfAttempt(scene)
        where run.Phase is RunPhase.Pending or RunPhase.Running && IsPast(scene, run.Key) && !IsOverruled(scene.Status, run.Key)
        where Policies.Analysis(scene, run.Key)?.Policy.OnError == ErrorAction.Continue
        select run.Key;

    private static bool IsPast(Scene scene, RunKey key) => key switch
    {
        { Edge: RunEdge.Pre } => !scene.Status.IsBeforeSteps,
        { Edge: RunEdge.Post } => false,
        { Step: { } step } => step < scene.Status.CurrentStepIndex,
        _ => false,
    };

    /// <summary>The runs whose verdict counts now: of this attempt, not overruled, while there still is a way back.</summary>
    private static IEnumerable<RunObservation> Judges(Scene scene) =>
        scene.IsUnderWay && !scene.IsStableWritten && !scene.Status.IsPromotedInFull
            ? OfAttempt(scene).Where(run => !IsOverruled(scene.Status, run.Key))
            : [];
}
