using System;
using System.Globalization;
using System.Linq;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Rollouts.Reporting;
using Canary.Core.Rollouts.StableCopy;

namespace Canary.Core.Rollouts.Decisions;

/// <summary>Requests about the workloads themselves: restart, undo, rollback to a revision, scale. Each becomes a level in the status
/// first, which the world is brought to, and ends when it is seen there: so it is carried out once, whoever dies in between.</summary>
internal static class WorkloadRequests
{
    private const string NoWorkload = "it needs spec.workload: Canary does not write the pods of two Deployments";

    /// <summary>Restarts the pods of both sides, by the rolling update of each.</summary>
    public static Answered Restart(Evaluation evaluation)
    {
        if (Missing(evaluation) is { } missing) return Answered.No(evaluation, missing);
        if (evaluation.InForce?.Set is { } set)
            return Answered.No(evaluation, $"kubectl rollout restart restarts the pods of {set}, and is released like any other change");
        if (evaluation.InForce?.Workload is not { } workload)
            return Answered.No(evaluation, $"{NoWorkload}; kubectl rollout restart restarts stable's");
        if (evaluation.Status.Promotion is PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic)
            return Answered.No(evaluation, $"{workload.CopyName} takes over revision {evaluation.Status.CanaryRevision} now, which replaces "
                + "its pods anyway; ask again when it is promoted");
        // The annotation has whole seconds. One of the same second was carried out already.
        var at = Seconds(evaluation.Now);
        return Answered.Yes(evaluation.Status with { RestartAt = at <= evaluation.Seen.Copy?.RestartedAt ? at.AddSeconds(1) : at },
            $"the pods of {workload.Reference.Name} and {workload.CopyName} are restarted, each by its own rolling update");
    }

    /// <summary>Goes back to the version that was stable before the one that the Deployment has.</summary>
    public static Answered Undo(Evaluation evaluation, RolloutRequest request) =>
        CannotGoBack(evaluation) is { } refusal ? Answered.No(evaluation, refusal)
        : FindPrevious(evaluation) is { } previous ? GoBack(evaluation, request, previous)
        : Answered.No(evaluation, $"no revision is known that was stable before {evaluation.Target}; {Available(evaluation)}");

    /// <summary>Goes back to the version that is named.</summary>
    public static Answered RollbackTo(Evaluation evaluation, RolloutRequest request) =>
        CannotGoBack(evaluation) is { } refusal ? Answered.No(evaluation, refusal)
        : request.To is { Length: > 0 } named ? GoBack(evaluation, request, named)
        : Answered.No(evaluation, $"rollbackTo needs the revision in \"to\"; {Available(evaluation)}");

    /// <summary>Sets how large the service is.</summary>
    public static Answered Scale(Evaluation evaluation, RolloutRequest request)
    {
        if (Missing(evaluation) is { } missing) return Answered.No(evaluation, missing);
        if (evaluation.InForce?.Set is { } set) return Answered.No(evaluation, $"Canary does not scale {set}; scale it yourself");
        if (evaluation.InForce?.Workload is not { } workload || evaluation.Seen.Copy is not { } seen)
            return Answered.No(evaluation, $"{NoWorkload}; scale them yourself");
        if (request.Replicas is not { } replicas) return Answered.No(evaluation, "scale needs the number in \"replicas\"");
        if (evaluation.Status.IsRunning)
            return Answered.No(evaluation, $"revision {evaluation.Status.CanaryRevision} is being released, and the replicas of "
                + $"{workload.CopyName} are what its weights are planned with; ask when it ended, or abort it");
        if (Classify.IsNewWhileIdle(evaluation))
            return Answered.No(evaluation, $"revision {evaluation.Target} is about to be released, and the replicas of {workload.CopyName} are "
                + "what its weights are planned with; ask when it ended, or abort it");
        var isAtZero = CopyPlan.IsAtZero(evaluation);
        if (replicas > 0 && !isAtZero && seen.Autoscaler is { } autoscaler)
            return Answered.No(evaluation, autoscaler.Pause is AutoscalerPause.NotNeeded
                ? $"the HorizontalPodAutoscaler of {workload.Reference.Name} sets the replicas; change its minReplicas and maxReplicas"
                : $"the ScaledObject of {workload.Reference.Name} sets the replicas; change its minReplicaCount and maxReplicaCount");
        return Answered.Yes(evaluation.Status with { Scale = new RequestedScale(replicas, request.By, evaluation.Now) }, replicas == 0
            ? "the service is scaled to zero until the next scale; traffic finds no pods, and nothing is released meanwhile"
            : string.Create(CultureInfo.InvariantCulture, $"{workload.CopyName}, which serves, is scaled to {replicas}"));
    }

    /// <summary>What was reached, or overtaken, is wanted no more.</summary>
    public static RolloutStatus Refresh(Evaluation evaluation)
    {
        var status = evaluation.Status;
        var isRestarted = evaluation.InForce?.Workload is null || evaluation.Seen.Copy?.RestartedAt >= status.RestartAt;
        // The Deployment has it; or somebody pushed meanwhile, and a push is newer than the request.
        var isOver = status.IsRunning || (evaluation.Target is { } target && target != status.RollbackTo?.From);
        return status with
        {
            RestartAt = isRestarted ? null : status.RestartAt,
            RollbackTo = isOver ? null : status.RollbackTo,
            Scale = CopyPlan.NoticeScale(evaluation),
        };
    }

    /// <summary>A version that a person undid, and that somebody writes again, waits for a person: a tool that knows it from Git alone
    /// would release it, and undo what was asked.</summary>
    public static RolloutStatus HoldUndone(Evaluation evaluation, RolloutStatus status) => status.Undone switch
    {
        null => status,
        { } undone when undone.To == status.CanaryRevision => status,
        { } undone when undone.Revision == status.CanaryRevision => status with
        {
            Undone = null,
            Hold = new Hold(HoldReason.Request, evaluation.Now,
                $"revision {undone.Revision} was undone{By(undone.By)}, and the Deployment was given it again, by a tool that has it from "
                    + "Git perhaps; resume releases it, abort leaves it"),
        },
        _ => status with { Undone = null },
    };

    /// <summary>Why an undo ended at once, where somebody wrote the version again that it undid.</summary>
    public static string SayWrittenBack(Evaluation evaluation) =>
        evaluation.Status.Undone is { } undone && undone.Revision == evaluation.Target
            ? $", which was undone{By(undone.By)}: the Deployment was given it again, by a tool that has it from Git perhaps; change it there"
            : "";

    private static Answered GoBack(Evaluation evaluation, RolloutRequest request, string to)
    {
        var from = evaluation.Target!;
        var name = evaluation.InForce!.Traffic.NamedCanary.Workload!.Name;
        if (to == from) return Answered.No(evaluation, $"Deployment {name} has revision {to} already");
        if (evaluation.Seen.Templates is not { } templates)
            return Answered.No(evaluation, "the ReplicaSets, which hold the old pod templates, cannot be read now; ask again");
        if (!templates.Contains(to))
            return Answered.No(evaluation, $"the pod template of revision {to} is not there any more; {Available(evaluation)}. The "
                + "revisionHistoryLimit of the Deployments decides how many old ReplicaSets, which hold the templates, are kept");
        var next = to == evaluation.Status.StableRevision ? "stable runs it, so nothing is released"
            : "it is released like any other version";
        return Answered.Yes(
            evaluation.Status with
            {
                RollbackTo = new PendingRollback(to, from, request.By, evaluation.Now),
                Undone = new UndoneRevision(from, to, request.By),
            },
            $"the pod template of revision {to} is written into Deployment {name}, and {next}. Where the Deployment comes from Git, that "
                + $"still has revision {from}: change it there too, or a tool writes it again");
    }

    private static string? CannotGoBack(Evaluation evaluation)
    {
        if (Missing(evaluation) is { } missing) return missing;
        if (evaluation.InForce?.Set is { } set)
            return $"Canary does not write the template of {set}; give it the older one, which is released like any other";
        if (!evaluation.PromotesTemplate) return "the spec names no workloads: set spec.revision to the revision that is wanted";
        if (evaluation.Status.IsRunning)
            return evaluation.Status.Abort is { } abort ? $"it is being rolled back: {abort.Message}; ask again when that is over"
                : $"revision {evaluation.Status.CanaryRevision} is being released; abort returns the traffic to revision "
                    + $"{evaluation.Status.StableRevision}";
        if (CopyPlan.IsAtZero(evaluation)) return CopyPlan.SayZero(evaluation);
        return evaluation.Target is null ? "the Deployment cannot be read" : null;
    }

    private static string? Missing(Evaluation evaluation) =>
        evaluation.Status.StableRevision is null ? "the rollout is not initialised yet"
        : evaluation.IsBlocked ? $"nothing is written while this is so: {StatusMessages.Blockers(evaluation)}" : null;

    // What the Deployment has may have been rolled back: what stable runs was before it.
    private static string? FindPrevious(Evaluation evaluation)
    {
        var (stable, history) = (evaluation.Status.StableRevision, evaluation.Status.History);
        if (evaluation.Target != stable) return stable;
        var promoted = history.Where(entry => entry.Outcome == RolloutOutcome.Promoted).ToArray();
        return promoted.FirstOrDefault(entry => entry.Revision == stable)?.StableRevision
            ?? promoted.FirstOrDefault(entry => entry.Revision != stable)?.Revision;
    }

    private static string Available(Evaluation evaluation)
    {
        var others = evaluation.Seen.Templates?.Where(revision => revision != evaluation.Target).ToArray() ?? [];
        return others.Length == 0 ? "no other revision can be had" : $"these can be had: {string.Join(", ", others)}";
    }

    private static string By(string by) => by.Length > 0 ? $" by {by}" : "";

    private static DateTimeOffset Seconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
