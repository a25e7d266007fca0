using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Evaluating;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>Whether the replicas that are written suffice for the steps, before a rollout begins.</summary>
public static class CapacityCheck
{
    /// <summary>What a rollout would wait for, or warn of. Nothing where a side names no workload, where that is not among
    /// <paramref name="objects"/> or does not say its replicas, or where an autoscaler sets them.</summary>
    /// <param name="spec">The Rollout's spec.</param>
    /// <param name="space">Its namespace.</param>
    /// <param name="objects">Deployments and HorizontalPodAutoscalers; of other kinds nothing is read. One that says no namespace is taken
    /// for one of <paramref name="space"/>.</param>
    public static EquatableArray<string> Find(RolloutSpec spec, string space, IEnumerable<JsonObject> objects)
    {
        // Of one workload Canary scales both sides.
        if (spec.Capacity == CapacityPolicy.Ignore || spec.Workload is not null) return [];
        JsonObject[] there = [.. objects.Where(one => Json.Namespace(one) is "" || Json.Namespace(one) == space)];
        if (Replicas(spec.Traffic.NamedStable, there) is not { } stable || Replicas(spec.Traffic.NamedCanary, there) is not { } canary)
            return [];
        var (stableName, canaryName, larger) =
            (spec.Traffic.NamedStable.Workload!.Name, spec.Traffic.NamedCanary.Workload!.Name, Math.Max(stable, canary));
        var outcome = spec.Capacity == CapacityPolicy.Require
            ? "the rollout waits there until it is scaled, and is rolled back at the progress deadline"
            : "the rollout goes on with a warning";
        var raises = spec.Steps.Select((step, index) => (Weight: (step as Step.SetWeight)?.Weight
                ?? Weight.Zero, What: string.Create(
                CultureInfo.InvariantCulture, $"step {index + 1} (weight {(step as Step.SetWeight)?.Weight})")))
            .Append((Weight: Weight.Full, What: "the last raise (weight 100)"));
        var found = raises
            .Where(raise => Capacity.PodsFor(raise.Weight, larger) > canary)
            .Take(1)
            .Select(raise =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{raise.What} needs {Capacity.PodsFor(raise.Weight, larger)} ready pods of {canaryName}, and it asks "
                        + $"for {canary} ({stableName}: {stable}); {outcome}"))
            .ToList();
        if (stable < larger)
            found.Add(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"traffic that returns to {stableName} after the promotion needs {larger} ready pods, and it asks "
                        + $"for {stable} ({canaryName}: {canary})"));
        return found.ToEquatableArray();
    }

    /// <summary>Pods that a side asks for; null: it names no workload, that is not among the objects or does not say it, or an autoscaler
    /// sets them.</summary>
    public static int? Replicas(SideSpec side, IReadOnlyList<JsonObject> objects)
    {
        if (side.Workload is not { } workload) return null;
        var isScaled = objects.Any(one => Json.Text(one, "kind") is "HorizontalPodAutoscaler" or "ScaledObject"
            && Json.Text(one, "spec", "scaleTargetRef", "name") == workload.Name);
        return isScaled
            || objects.FirstOrDefault(one => Json.Text(one, "kind") == workload.Kind
                && Json.Name(one) == workload.Name) is not { } deployment
            ? null
            : (int?)Json.Whole(deployment, "spec", "replicas");
    }
}
