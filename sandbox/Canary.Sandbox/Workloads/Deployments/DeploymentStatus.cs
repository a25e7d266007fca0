using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Deployments;

/// <summary>The status of a Deployment, from its ReplicaSets.</summary>
internal static class DeploymentStatus
{
    private const string Progressing = "Progressing";
    private const string Paused = "DeploymentPaused";
    private const string ProgressDeadlineExceeded = "ProgressDeadlineExceeded";

    /// <summary>Status and, while it progresses, how long until the deadline.</summary>
    public static (JsonObject Status, TimeSpan? Deadline) Next(JsonObject deployment, JsonObject? current, IReadOnlyList<JsonObject> sets,
        DateTimeOffset now)
    {
        var update = RollingUpdate.Read(deployment);
        var available = Sum(sets, "availableReplicas");
        var status = new JsonObject
        {
            ["observedGeneration"] = deployment.NumberAt("metadata", "generation") ?? 1,
            ["replicas"] = Sum(sets, "replicas"),
            ["updatedReplicas"] = current.NumberAt("status", "replicas") ?? 0,
            ["readyReplicas"] = Sum(sets, "readyReplicas"),
            ["availableReplicas"] = available,
            ["unavailableReplicas"] = Math.Max(0, sets.Sum(set => set.NumberAt("spec", "replicas") ?? 0) - available),
        };
        var old = deployment.ObjectAt("status");
        var isComplete = status.NumberAt("updatedReplicas") == update.Replicas && status.NumberAt("replicas") == update.Replicas
            && available == update.Replicas;
        var (progress, deadline) = Progress(deployment, current, status, old, isComplete, now);
        var conditions = new JsonArray(Available(deployment, available >= update.Replicas - update.MaxUnavailable, now), progress);
        if (Failure(deployment, current, sets, now) is { } failure) conditions.Add(failure);
        status["conditions"] = conditions;
        return (status, deadline);
    }

    // That of the newest set, else of any other.
    private static JsonObject? Failure(JsonObject deployment, JsonObject? current, IReadOnlyList<JsonObject> sets, DateTimeOffset now)
    {
        var failure = sets.OrderByDescending(set => set.Name() == current?.Name())
            .Select(set => StatusCondition.Find(set, ReplicaSetReconciler.Failure)).OfType<JsonObject>().FirstOrDefault();
        return failure is null ? null : Condition(deployment, ReplicaSetReconciler.Failure, failure.TextAt("status")!,
            failure.TextAt("reason")!, failure.TextAt("message") ?? "", now, false);
    }

    private static JsonObject Available(JsonObject deployment, bool holds, DateTimeOffset now) => Condition(
        deployment, "Available", holds ? "True" : "False", holds ? "MinimumReplicasAvailable" : "MinimumReplicasUnavailable",
        holds ? "Deployment has minimum availability." : "Deployment does not have minimum availability.", now, false);

    private static (JsonObject Condition, TimeSpan? Deadline) Progress(
        JsonObject deployment, JsonObject? current, JsonObject status, JsonObject? old, bool isComplete, DateTimeOffset now)
    {
        var set = current?.Name() ?? "";
        if (deployment.FlagAt("spec", "paused") == true)
            return (Condition(deployment, Progressing, "Unknown", Paused, "Deployment is paused", now, false), null);
        if (isComplete)
        {
            var done = $"ReplicaSet \"{set}\" has successfully progressed.";
            return (Condition(deployment, Progressing, "True", "NewReplicaSetAvailable", done, now, false), null);
        }

        var before = StatusCondition.Find(deployment, Progressing);
        var limit = TimeSpan.FromSeconds(deployment.NumberAt("spec", "progressDeadlineSeconds") ?? 600);
        // A rollout that was complete, or of which nothing was written yet, begins anew: its clock does too.
        var isNew = before is null || before.TextAt("reason") is "NewReplicaSetAvailable" or Paused
            || old.NumberAt("observedGeneration") != status.NumberAt("observedGeneration");
        var moved = isNew || HasMoved(status, old);
        var since = !moved && DateTimeOffset.TryParse(before.TextAt("lastUpdateTime"), CultureInfo.InvariantCulture, out var at) ? at : now;
        // A deadline that has passed stays passed until the rollout moves (upstream: DeploymentTimedOut in progress.go).
        var isLate = !moved && before.TextAt("reason") == ProgressDeadlineExceeded;
        if (isLate || now - since >= limit)
        {
            var late = $"ReplicaSet \"{set}\" has timed out progressing.";
            return (Condition(deployment, Progressing, "False", ProgressDeadlineExceeded, late, now, false), null);
        }

        return (Condition(deployment, Progressing, "True", "ReplicaSetUpdated", $"ReplicaSet \"{set}\" is progressing.", now, moved),
            limit - (now - since));
    }

    private static bool HasMoved(JsonObject status, JsonObject? old) =>
        new[] { "updatedReplicas", "readyReplicas", "availableReplicas" }.Any(name => status.NumberAt(name) > (old.NumberAt(name) ?? 0))
        || Old(status) < Old(old);

    private static int Old(JsonObject? status) => (status.NumberAt("replicas") ?? 0) - (status.NumberAt("updatedReplicas") ?? 0);

    private static JsonObject Condition(JsonObject deployment, string type, string status, string reason, string message,
        DateTimeOffset now,
        bool touched)
    {
        var before = StatusCondition.Find(deployment, type);
        var isSame = before.TextAt("status") == status && before.TextAt("reason") == reason && before.TextAt("message") == message;
        return new JsonObject
        {
            ["type"] = type,
            ["status"] = status,
            ["reason"] = reason,
            ["message"] = message,
            ["lastUpdateTime"] = isSame && !touched ? before.TextAt("lastUpdateTime") : now.ToTimestamp(),
            ["lastTransitionTime"] = before.TextAt("status") == status ? before.TextAt("lastTransitionTime") : now.ToTimestamp(),
        };
    }

    private static int Sum(IReadOnlyList<JsonObject> sets, string name) => sets.Sum(set => set.NumberAt("status", name) ?? 0);
}
