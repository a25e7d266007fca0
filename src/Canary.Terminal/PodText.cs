using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Terminal;

/// <summary>The pods of a Deployment in words.</summary>
public static class PodText
{
    /// <summary><c>2 of 2 ready</c>; during an update also how many still run the template before.</summary>
    public static string Ready(JsonObject deployment)
    {
        var wanted = (int?)deployment["spec"]?["replicas"] ?? 1;
        var status = deployment["status"];
        var (all, updated, ready) =
            ((int?)status?["replicas"] ?? 0, (int?)status?["updatedReplicas"] ?? 0, (int?)status?["readyReplicas"] ?? 0);
        var old = Math.Max(0, all - updated);
        return (ready > wanted ? $"{ready} ready, {wanted} wanted" : $"{ready} of {wanted} ready") + (old > 0 && updated < all
            ? $", {old} old" : "");
    }

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
}
