using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>How far a Deployment is.</summary>
internal static class DeploymentReading
{
    public static int DesiredPods(JsonObject deployment) => (int)(Json.Whole(deployment, "spec", "replicas") ?? 1);

    /// <summary>As <c>kubectl rollout status</c> decides: the newest template was seen, all pods run it, no old one is left, all are
    /// available.</summary>
    public static bool IsRolledOut(JsonObject deployment)
    {
        var status = Json.Object(deployment, "status");
        var updated = Json.Whole(status, "updatedReplicas") ?? 0;
        return (Json.Whole(status, "observedGeneration") ?? 0) >= (Json.Whole(deployment, "metadata", "generation") ?? 0)
            && updated >= DesiredPods(deployment)
            && (Json.Whole(status, "replicas") ?? 0) <= updated
            && (Json.Whole(status, "availableReplicas") ?? 0) >= updated;
    }

    /// <summary>What its conditions say of why pods do not come; null: nothing.</summary>
    public static string? Problem(JsonObject deployment)
    {
        var conditions = Json.Objects(deployment, "status", "conditions").ToArray();
        var told = conditions.FirstOrDefault(condition => Json.Text(condition, "type") == "ReplicaFailure"
            && Json.Text(condition, "status") == "True")
            ?? conditions.FirstOrDefault(condition => Json.Text(condition, "type") == "Progressing"
                && Json.Text(condition, "status") == "False");
        return told is null ? null
            : $"Deployment {Json.Name(deployment)}: {Json.Text(told, "reason")}: {ServerText.FirstLine(Json.Text(told, "message"))}";
    }

    /// <summary>Why containers of these pods do not run; null: nothing is known. Without names of pods, which change from one to the
    /// next.</summary>
    public static string? Problem(IEnumerable<JsonObject> pods)
    {
        var reasons = pods
            .SelectMany(pod => Json.Objects(pod, "status", "initContainerStatuses")
                .Concat(Json.Objects(pod, "status", "containerStatuses")))
            .Select(container => (Name: Json.Text(container, "name"), Reason: Json.Text(container, "state", "waiting", "reason")))
            .Where(container => container.Reason is not null and not "ContainerCreating" and not "PodInitializing")
            .Select(container => $"container {container.Name}: {container.Reason}");
        var scheduling = pods
            .SelectMany(pod => Json.Objects(pod, "status", "conditions"))
            .Where(condition => Json.Text(condition, "type") == "PodScheduled" && Json.Text(condition, "status") == "False")
            .Select(condition => $"{Json.Text(condition, "reason")}: {ServerText.FirstLine(Json.Text(condition, "message"))}");
        var all = reasons.Concat(scheduling).Distinct().Order(System.StringComparer.Ordinal).Take(5).ToArray();
        return all.Length == 0 ? null : string.Join("; ", all);
    }

    /// <summary>The labels that its selector uses.</summary>
    public static IEnumerable<string> SelectingLabels(JsonObject deployment) => Json.Map(deployment, "spec", "selector", "matchLabels").Keys
        .Concat(Json.Objects(deployment, "spec", "selector", "matchExpressions").Select(expression => Json.Text(expression, "key"))
            .OfType<string>());
}
