using System.Linq;
using Canary.Core.Units;

namespace Canary.Core.Rollouts;

/// <summary>Takes into the status what is seen, whatever the situation is.</summary>
internal static class Noticing
{
    public static RolloutStatus Of(Scene scene)
    {
        scene = scene with { Status = ObservedWait.WithoutFuture(scene.Status, scene.Now) };
        var status = scene.Status with { ObservedGeneration = scene.Seen.Generation, ObservedWorkloads = Workloads(scene), Weights = Weights(scene), Accepted = Accepted(scene) };
        status = Fence(scene, status);
        scene = scene with { Status = status };
        if (status.IsRunning)
        {
            status = status with
            {
                StepStartedAt = scene.IsSettled ? status.StepStartedAt : null,
                // What was there and was lost is waited for anew: the deadline does not count the time before.
                WaitingSince = scene.IsSettled || status.StepStartedAt is null ? status.WaitingSince : null,
                FirstTrafficAt = status.FirstTrafficAt ?? (IsFirstTraffic(scene) ? scene.Now : null),
                HighestWeight = Highest(scene),
                Analysis = Runs.Summarise(scene),
            };
        }

        status = ObservedWait.Charge(status, scene);
        status = status with { StableChange = StableChanges.Notice(scene with { Status = status }) };
        status = status with { Hold = Holding.Of(scene with { Status = status }) };
        return status with { CanaryReadiness = Readiness.Notice(scene with { Status = status }) };
    }

    /// <summary>
    /// A number that every object carried once refuses what is older for ever. A status that was lost, or came back from a backup, starts above the numbers that its objects carry.
    /// </summary>
    private static RolloutStatus Fence(Scene scene, RolloutStatus status)
    {
        var routes = scene.Seen.Routes;
        var highest = routes.Select(route => route.Sequence ?? 0).Append(0).Max();
        if (highest > status.WriteSequence) return status with { WriteSequence = highest + 1 };
        var isFenced = routes.Count > 0 && routes.All(route => route.Sequence >= status.WriteSequence);
        var isTemplateRefused = scene.Stable.Revision is null || scene.Stable.Sequence > status.TemplateSequence;
        var isTemplateSent = status.Promotion is PromotionStage.UpdatingStable;
        return status with
        {
            FencedSequence = isFenced ? status.WriteSequence : status.FencedSequence,
            TemplateSequence = isTemplateSent ? status.WriteSequence : isTemplateRefused ? null : status.TemplateSequence,
        };
    }

    /// <summary>A side that cannot be read leaves what was seen of it before.</summary>
    private static ObservedWorkloads Workloads(Scene scene) => new(
        scene.Seen.First.IsUnknown ? scene.Status.ObservedWorkloads.Stable : scene.Seen.First.Workload,
        scene.Seen.Second.IsUnknown ? scene.Status.ObservedWorkloads.Canary : scene.Seen.Second.Workload);

    /// <summary>Once every route showed the weight, any other one is foreign: the one before no longer counts.</summary>
    private static WeightStatus Weights(Scene scene)
    {
        var weights = scene.Status.Weights;
        if (scene.IsShown(weights.Desired)) return new WeightStatus(weights.Desired, weights.Desired, weights.Desired);
        var shown = scene.Seen.Routes.Select(scene.Shown).Distinct().Take(2).ToArray();
        return weights with { Applied = shown is [var one] ? one : null };
    }

    /// <summary>Whether it is paused, how long it may wait and what alerts do are read live; steps, analysis and traffic are those of the start.</summary>
    private static RolloutSpec? Accepted(Scene scene) =>
        scene is { Spec: { } spec, Status: { IsRunning: true, Accepted: { } accepted } }
            ? accepted with { IsPaused = spec.IsPaused, ProgressDeadline = spec.ProgressDeadline, Alerts = spec.Alerts, Capacity = spec.Capacity, UnreadyLimit = spec.UnreadyLimit }
            : scene.Status.Accepted;

    private static bool IsFirstTraffic(Scene scene) => scene is { IsUnderWay: true, IsSettled: true } && scene.Wanted > Weight.Zero;

    private static Weight Highest(Scene scene) =>
        scene.Status.Weights.Applied is { } applied && scene.IsUnderWay && applied == scene.Status.Weights.Desired && applied > scene.Status.HighestWeight
            ? applied
            : scene.Status.HighestWeight;
}
