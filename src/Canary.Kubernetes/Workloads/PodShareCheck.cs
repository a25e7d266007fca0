using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Planning;
using Canary.Core.Rollouts;
using Canary.Core.Validation;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>Whether the replicas that are written can make the weights of the steps, where the weight is a number of pods.</summary>
public static class PodShareCheck
{
    /// <summary>A warning a step. Nothing where the workload is not among <paramref name="objects"/> or does not say its replicas, or where
    /// an autoscaler sets them.</summary>
    /// <param name="spec">The Rollout's spec.</param>
    /// <param name="space">Its namespace.</param>
    /// <param name="objects">Deployments and HorizontalPodAutoscalers; of other kinds nothing is read. One that says no namespace is taken
    /// for one of <paramref name="space"/>.</param>
    public static IEnumerable<SpecError> Find(RolloutSpec spec, string space, IEnumerable<JsonObject> objects) =>
        CapacityCheck.Replicas(spec.Traffic.NamedCanary,
            [.. objects.Where(one => Json.Namespace(one) is "" || Json.Namespace(one) == space)]) is { } replicas
            ? PodShareWarnings.Find(spec, replicas) : [];
}
