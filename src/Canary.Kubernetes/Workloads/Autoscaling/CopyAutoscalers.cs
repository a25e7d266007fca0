using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads.Autoscaling;

/// <summary>What scales one workload and its copy, as it is.</summary>
/// <param name="OfWorkload">The one that its team has; null: none.</param>
/// <param name="OfCopy">The one that Canary made from it; null: none.</param>
/// <param name="Left">Those that Canary made for the copy from one that is gone.</param>
internal sealed record CopyAutoscalers(WorkloadScaler? OfWorkload, WorkloadScaler? OfCopy, IReadOnlyList<WorkloadScaler> Left)
{
    /// <summary>One of the copy's was deleted, and KEDA has not let it go yet.</summary>
    public bool IsCopyLeaving { get; init; }

    /// <summary>ScaledObjects that are paused for the Rollout and do not scale its workload any more.</summary>
    public IReadOnlyList<ScaledObject> Strays { get; init; } = [];

    /// <summary>The HorizontalPodAutoscaler is there that KEDA made for that of the workload: it goes when KEDA pauses.</summary>
    public bool IsScaledByKeda { get; init; }

    public static CopyAutoscalers Read(RolloutCaches caches, RolloutSnapshot rollout, CopiedWorkload workload)
    {
        var ns = rollout.Name.Namespace;
        var scaling = Find(caches, ns, workload.Reference.Name);
        var one = scaling.FirstOrDefault();
        // KEDA lets one that is deleted go when it has seen it.
        var all = Find(caches, ns, workload.CopyName).Where(made => CopyLabels.IsOf(made.Document, rollout.Name.Name)).ToArray();
        var made = all.Where(made => made is not ScaledObject { IsTerminating: true }).ToArray();
        var copy = one is null ? null : made.FirstOrDefault(made => made.Kind == one.Kind && made.Name == one.CopyName);
        return new CopyAutoscalers(one, copy, [.. made.Where(made => made != copy)])
        {
            IsCopyLeaving = made.Length < all.Length,
            Strays = [.. FindPaused(caches, rollout)
                .Where(paused => !scaling.Any(there => there is ScaledObject && there.Name == paused.Name))],
            IsScaledByKeda = one is ScaledObject && FindOfKeda(caches, ns, workload.Reference.Name).Contains(one.Name),
        };
    }

    /// <summary>Fewest pods that the workload's allows; null: it has none.</summary>
    public int? MinReplicas => OfWorkload?.MinReplicas;

    /// <summary>What is decided from; null: the workload has none.</summary>
    public AutoscalerObservation? Observe() => OfWorkload is null ? null
        : new AutoscalerObservation(OfWorkload.MinReplicas, OfWorkload.MaxReplicas, OfCopy is null ? null
            : new AutoscalerCopy(OfCopy.Levels, OfWorkload.IsAsIn(OfCopy)))
        {
            IsCopyLeaving = IsCopyLeaving,
            IsScaleDownDisabled = OfWorkload.Levels.IsScaleDownHeld,
            Pause = OfWorkload is not ScaledObject ? AutoscalerPause.NotNeeded
                : !KedaPause.IsAsked(OfWorkload.Document) ? AutoscalerPause.Active
                : IsScaledByKeda ? AutoscalerPause.Requested : AutoscalerPause.Paused,
        };

    /// <summary>What scales a Deployment, by kind and name. What KEDA made from a ScaledObject is no autoscaler of its own.</summary>
    public static IReadOnlyList<WorkloadScaler> Find(RolloutCaches caches, string ns, string deployment) =>
    [
        .. InOrder(caches.ScaledObjects.Find(RolloutCaches.ByTarget, $"{ns}/{deployment}")).Select(one => new ScaledObject(one)),
        .. InOrder(caches.Autoscalers.Find(RolloutCaches.ByTarget, $"{ns}/{deployment}"))
            .Where(one => HorizontalPodAutoscaler.ScaledObjectOf(one) is null).Select(one => new HorizontalPodAutoscaler(one)),
    ];

    /// <summary>The ScaledObjects that are paused for a Rollout, whatever they scale.</summary>
    public static IReadOnlyList<ScaledObject> FindPaused(RolloutCaches caches, RolloutSnapshot rollout) =>
        [.. InOrder(caches.ScaledObjects.Find(RolloutCaches.ByPauser, $"{rollout.Name.Namespace}/{rollout.Name.Name}"))
            .Select(one => new ScaledObject(one))];

    /// <summary>Nobody knows whether a ScaledObject scales the workload, or is paused for its Rollout: they cannot be read, and neither
    /// has a HorizontalPodAutoscaler of its team.</summary>
    public static bool AreUnknown(RolloutCaches caches, string ns, CopiedWorkload workload) =>
        caches.ScaledObjects is { HasSynced: false, Problem: not { IsNotFound: true } }
        && Find(caches, ns, workload.Reference.Name).Count + Find(caches, ns, workload.CopyName).Count == 0;

    /// <summary>Names of the ScaledObjects for which KEDA made a HorizontalPodAutoscaler of a Deployment.</summary>
    public static IEnumerable<string> FindOfKeda(RolloutCaches caches, string ns, string deployment) =>
        caches.Autoscalers.Find(RolloutCaches.ByTarget, $"{ns}/{deployment}").Select(HorizontalPodAutoscaler.ScaledObjectOf)
            .OfType<string>();

    private static IEnumerable<JsonObject> InOrder(IEnumerable<JsonObject> objects) => objects.OrderBy(Json.Name, StringComparer.Ordinal);
}
