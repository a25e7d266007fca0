using System.Collections.Generic;
using System.Linq;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;

namespace Canary.Kubernetes.Workloads.Autoscaling;

/// <summary>What is in the way of carrying the autoscaler of a workload over to its copy.</summary>
internal static class AutoscalerObstacles
{
    /// <summary>What to do where a kind may not be read.</summary>
    public const string NewRole = "Apply the ClusterRole of this version (deploy/base/rbac.yaml)";

    public static IEnumerable<SpecError> Find(RolloutCaches caches, RolloutSnapshot rollout, CopiedWorkload workload) =>
        FindUnread(caches, rollout.Name.Namespace, workload)
            .Concat(FindOfWorkload(caches, rollout, workload)).Concat(FindOfCopy(caches, rollout, workload))
            .Select(message => new SpecError("spec.workload.name", message));

    private static IEnumerable<string> FindUnread(RolloutCaches caches, string ns, CopiedWorkload workload)
    {
        var name = workload.Reference.Name;
        if (!caches.Autoscalers.HasSynced && caches.Autoscalers.Problem is { IsNotFound: false } unread)
            yield return $"nobody knows whether an autoscaler scales Deployment {ns}/{name}: HorizontalPodAutoscalers cannot be read: "
                + $"{unread.Message}. {NewRole}";
        // Where there is no KEDA, it does not matter why its kind cannot be read.
        // While the workload's is paused, KEDA keeps a HorizontalPodAutoscaler for the copy alone.
        if (caches.ScaledObjects is { HasSynced: false, Problem: { } problem }
            && new[] { name, workload.CopyName }.SelectMany(target => CopyAutoscalers.FindOfKeda(caches, ns, target)
                .Select(owner => (Owner: owner, Target: target))).FirstOrDefault() is { Owner: not null } scaled)
            yield return $"ScaledObject {ns}/{scaled.Owner} of KEDA scales Deployment {ns}/{scaled.Target}, and ScaledObjects cannot be read: "
                + $"{problem.Message}. {NewRole}";
    }

    private static IEnumerable<string> FindOfWorkload(RolloutCaches caches, RolloutSnapshot rollout, CopiedWorkload workload)
    {
        var (ns, name) = (rollout.Name.Namespace, workload.Reference.Name);
        var scaling = CopyAutoscalers.Find(caches, ns, name);
        if (scaling.Count > 1)
            yield return $"{string.Join(" and ", scaling.Select(one => one.Title))} scale Deployment {ns}/{name}, "
                + (scaling.All(one => one is HorizontalPodAutoscaler) ? "and Kubernetes lets none of them scale it: keep one of them"
                    : "and each undoes what the other sets: keep one of them");
        foreach (var one in scaling)
        {
            foreach (var problem in one.FindProblems()) yield return $"{one.Title} {problem}";
            if (FindTaken(caches, one, ns, rollout.Name.Name) is { } taken) yield return taken;
        }

        if (scaling is [ScaledObject paused] && KedaPause.IsAsked(paused.Document) && !KedaPause.IsOfCanary(paused.Document)
            && rollout.Status is not { StableRevision: not null, Accepted.Workload: not null }
            && CopyAutoscalers.Read(caches, rollout, workload).OfCopy is null)
            yield return $"{paused.Title} is paused ({KedaPause.Paused}), and not by Canary: that of the copy would scale. Remove the "
                + "annotation. Once the copy has its own, you can pause that one";
    }

    private static IEnumerable<string> FindOfCopy(RolloutCaches caches, RolloutSnapshot rollout, CopiedWorkload workload)
    {
        var (ns, name) = (rollout.Name.Namespace, workload.Reference.Name);
        var own = CopyAutoscalers.Find(caches, ns, name);
        return CopyAutoscalers.Find(caches, ns, workload.CopyName)
            .Where(other => !CopyLabels.IsOf(other.Document, rollout.Name.Name)
                && !own.Any(one => one.Kind == other.Kind && one.CopyName == other.Name))
            .Select(other => $"{other.Title} scales the stable copy, {workload.CopyName}, and Canary did not make it; let it scale {name}: "
                + "Canary makes the one of the copy");
    }

    private static string? FindTaken(RolloutCaches caches, WorkloadScaler one, string ns, string rollout)
    {
        var cache = one is ScaledObject ? caches.ScaledObjects : caches.Autoscalers;
        if (cache.Get(new ObjectName(ns, one.CopyName)) is { } taken && !CopyLabels.IsOf(taken, rollout))
            return $"Canary keeps the autoscaler of the stable copy as {one.Kind.Kind} {ns}/{one.CopyName}, and one of that name is there "
                + "that it did not make; delete or rename it";
        return one is ScaledObject scaled && caches.Autoscalers.Get(new ObjectName(ns, scaled.CopyAutoscalerName)) is { } other
            && HorizontalPodAutoscaler.ScaledObjectOf(other) != one.CopyName
            ? $"KEDA keeps the HorizontalPodAutoscaler of the stable copy as {ns}/{scaled.CopyAutoscalerName}, and one of that name is "
                + $"there that it did not make for ScaledObject {one.CopyName}; delete or rename it" : null;
    }
}
