using System.Collections.Generic;
using System.Linq;
using Canary.Core.Analysis;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>What the analysis runs of the attempt in force say.</summary>
internal static class Runs
{
    public static RunKey Background(Scene scene) => new(scene.Status.CanaryRevision ?? "", scene.Status.Attempt, null);

    public static RunKey Inline(Scene scene) => new(scene.Status.CanaryRevision ?? "", scene.Status.Attempt, scene.Status.CurrentStepIndex);

    public static IEnumerable<RunObservation> OfAttempt(Scene scene) =>
        scene.Seen.Runs.Where(run => run.Key.Revision == scene.Status.CanaryRevision && run.Key.Attempt == scene.Status.Attempt);

    /// <summary>A failed run that takes the rollout back; null: none does. Nothing is taken back once stable's workload holds the analysed template.</summary>
    public static RunObservation? Failed(Scene scene) => Judges(scene).FirstOrDefault(run => run.Phase == RunPhase.Failed);

    public static RunObservation? Inconclusive(Scene scene) => Judges(scene).FirstOrDefault(run => run.Phase == RunPhase.Inconclusive);

    /// <summary>A run that gets no answers.</summary>
    public static RunObservation? InError(Scene scene) =>
        Judges(scene).FirstOrDefault(run => run.Phase == RunPhase.Error || (run.IsHeldByErrors && run.Phase is RunPhase.Pending or RunPhase.Running));

    public static bool IsOverruled(RolloutStatus status, RunKey key) => status.Analysis.Any(summary => summary.Key == key && summary.IsOverruled);

    /// <summary>The run ended well, or a person promoted past it.</summary>
    public static bool IsPassed(Scene scene, RunKey key) =>
        IsOverruled(scene.Status, key) || scene.Seen.Runs.Any(run => run.Key == key && run.Phase == RunPhase.Successful);

    /// <summary>What promotion still waits for; null: for nothing. No revision is promoted without a conclusive measurement of each metric.</summary>
    public static string? MissingForPromotion(Scene scene)
    {
        if (scene.Status.IsPromotedInFull) return null;
        var background = Background(scene);
        if (scene.InForce?.Analysis is not null && !IsOverruled(scene.Status, background) && OfAttempt(scene).All(run => run.Key != background))
            return "the background analysis, which has not begun";
        return OfAttempt(scene).FirstOrDefault(run => !run.IsConclusive && !IsOverruled(scene.Status, run.Key)) is { } open
            ? $"a conclusive measurement of each metric of the {Wording.Of(open.Key)}"
            : null;
    }

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
        if (scene.Step is Step.Analyze inline && IsBegun(scene) && !IsOverruled(status, Inline(scene)))
            yield return new Effect.Analyze(Inline(scene), inline.Analysis);
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
        return seen.Concat(gone).Concat(due).OrderBy(summary => summary.Key.Step ?? -1).ToEquatableArray();
    }

    /// <summary>A person promotes past a run.</summary>
    public static RolloutStatus Overrule(Scene scene, RunKey key)
    {
        var before = scene.Status.Analysis.FirstOrDefault(summary => summary.Key == key) ?? new AnalysisSummary(key, RunPhase.Pending, "");
        var others = scene.Status.Analysis.Where(summary => summary.Key != key);
        return scene.Status with
        {
            Analysis = others.Append(before with { IsOverruled = true }).OrderBy(summary => summary.Key.Step ?? -1).ToEquatableArray(),
        };
    }

    private static bool IsBegun(Scene scene) => scene.Status.StepStartedAt is not null || scene.Seen.Runs.Any(run => run.Key == Inline(scene));

    /// <summary>The runs whose verdict counts now: of this attempt, not overruled, while there still is a way back.</summary>
    private static IEnumerable<RunObservation> Judges(Scene scene) =>
        scene.IsUnderWay && !scene.IsStableWritten && !scene.Status.IsPromotedInFull
            ? OfAttempt(scene).Where(run => !IsOverruled(scene.Status, run.Key))
            : [];
}
