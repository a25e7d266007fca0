using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Terminal;

/// <summary>The pods of a Deployment, a StatefulSet or a DaemonSet in words.</summary>
public static class PodText
{
    /// <summary><c>2 of 2 ready</c>; during an update also how many still run the template before.</summary>
    public static string Ready(JsonObject workload)
    {
        var (wanted, all, updated, ready) = Count(workload);
        var old = Math.Max(0, all - updated);
        return (ready > wanted ? $"{ready} ready, {wanted} wanted" : $"{ready} of {wanted} ready") + (old > 0 && updated < all
            ? $", {old} old" : "");
    }

    /// <summary>As many pods are ready as it asks for.</summary>
    public static bool IsReady(JsonObject workload) => Count(workload) is var count && count.Ready >= count.Wanted;

    /// <summary>Why pods are not ready, and whether their containers were started again; null: there is nothing to say.</summary>
    public static string? Problem(IReadOnlyList<JsonObject> pods)
    {
        var containers = pods.SelectMany(pod => (pod["status"]?["containerStatuses"] as JsonArray
            ?? []).Concat(pod["status"]?["initContainerStatuses"] as JsonArray ?? [])).OfType<JsonObject>().ToArray();
        var reasons = containers.Select(container => (string?)container["state"]?["waiting"]?["reason"])
            .Where(reason => reason is not (null or "ContainerCreating" or "PodInitializing")).Distinct();
        var restarts = containers.Sum(container => (int?)container["restartCount"] ?? 0);
        var unscheduled = pods.Count(pod => (pod["status"]?["conditions"] as JsonArray
            ?? []).Any(one => (string?)one?["type"] == "PodScheduled" && (string?)one["status"] == "False"));
        string[] parts =
        [
            .. reasons!,
            .. unscheduled > 0 ? [$"{unscheduled} not scheduled"] : Array.Empty<string>(),
            .. restarts > 0 ? [restarts == 1 ? "1 restart" : $"{restarts} restarts"] : Array.Empty<string>(),
        ];
        return parts.Length == 0 ? null : string.Join(", ", parts);
    }

    // A DaemonSet asks for no number: its controller counts the Nodes.
    private static (int Wanted, int All, int Updated, int Ready) Count(JsonObject workload)
    {
        var status = workload["status"];
        return (string?)workload["kind"] == "DaemonSet" || status?["desiredNumberScheduled"] is not null
            ? (Number("desiredNumberScheduled"), Number("currentNumberScheduled"), Number("updatedNumberScheduled"), Number("numberReady"))
            : ((int?)workload["spec"]?["replicas"] ?? 1, Number("replicas"), Number("updatedReplicas"), Number("readyReplicas"));

        int Number(string field) => (int?)status?[field] ?? 0;
    }
}
