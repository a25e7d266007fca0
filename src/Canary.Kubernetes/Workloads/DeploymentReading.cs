using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>How far a Deployment is.</summary>
internal static class DeploymentReading
{
    public static int DesiredPods(JsonObject deployment) => (int)(Json.Whole(deployment, "spec", "replicas") ?? 1);

    /// <summary>As <c>kubectl rollout status</c> decides: the newest template was seen, all pods run it, no old one is left, all are
    /// available.</summary>
    public static bool IsRolledOut(JsonObject deployment) => IsUpdated(deployment)
        && (Json.Whole(deployment, "status", "availableReplicas") ?? 0) >= (Json.Whole(deployment, "status", "updatedReplicas") ?? 0);

    /// <summary>The same, whether or not the pods are available.</summary>
    public static bool IsUpdated(JsonObject deployment)
    {
        var updated = Json.Whole(deployment, "status", "updatedReplicas") ?? 0;
        return IsObserved(deployment) && updated >= DesiredPods(deployment)
            && (Json.Whole(deployment, "status", "replicas") ?? 0) <= updated;
    }

    /// <summary>Its pods run one template, and can have the labels that say which. Pods that need not become ready keep no others
    /// waiting.</summary>
    public static bool RunsOneTemplate(RolloutSnapshot rollout, JsonObject? deployment) => deployment is not null
        && (IsRolledOut(deployment) || (IsUpdated(deployment)
            && rollout.Status.Governing(rollout.Spec) is { ReadyThresholds.Canary: < ReadyThresholds.All }));

    /// <summary>Pods that were ready for <c>minReadySeconds</c>.</summary>
    public static int AvailablePods(JsonObject deployment) =>
        (int)System.Math.Clamp(Json.Whole(deployment, "status", "availableReplicas") ?? 0, 0, int.MaxValue);

    /// <summary>Its controller has seen what it asks for now.</summary>
    public static bool IsObserved(JsonObject deployment) =>
        (Json.Whole(deployment, "status", "observedGeneration") ?? 0) >= (Json.Whole(deployment, "metadata", "generation") ?? 0);

    /// <summary>What its conditions say of why pods do not come; null: nothing.</summary>
    public static string? Problem(JsonObject deployment) =>
        Failure(deployment, "ReplicaFailure", "True") ?? Failure(deployment, "Progressing", "False");

    /// <summary>What a condition says that has this status; null: it has another one.</summary>
    public static string? Failure(JsonObject deployment, string type, string status) =>
        Json.Objects(deployment, "status", "conditions").FirstOrDefault(condition => Json.Text(condition, "type") == type
            && Json.Text(condition, "status") == status) is { } told
            ? $"Deployment {Json.Name(deployment)}: {Json.Text(told, "reason")}: {ServerText.FirstLine(Json.Text(told, "message"))}" : null;

    /// <summary>The labels that its selector uses.</summary>
    public static IEnumerable<string> SelectingLabels(JsonObject deployment) => Json.Map(deployment, "spec", "selector", "matchLabels").Keys
        .Concat(Json.Objects(deployment, "spec", "selector", "matchExpressions").Select(expression => Json.Text(expression, "key"))
            .OfType<string>());
}
