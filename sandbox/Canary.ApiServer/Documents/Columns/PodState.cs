using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>What the columns of a pod say about it.</summary>
internal static class PodState
{
    public static string Ready(JsonObject pod)
    {
        var all = BuiltInColumns.Count(pod.At("spec", "containers"));
        var running = Statuses(pod, "containerStatuses")
            .Count(status => status.Member("ready").IsTrue() && status.At("state", "running") is not null);
        return $"{running}/{all}";
    }

    /// <summary>The phase, unless a container, an init container or a deletion says something more telling.</summary>
    public static string Status(JsonObject pod)
    {
        var reason = pod.At("status", "reason").Text() is { Length: > 0 } given ? given : pod.At("status", "phase").Text() ?? "";
        if (Conditions(pod)
            .Any(condition => condition.Member("type").Text() == "PodScheduled" && condition.Member("reason").Text() == "SchedulingGated"))
            reason = "SchedulingGated";
        if (Initialising(pod) is { } init)
            reason = init;
        else
            reason = Containers(pod, reason);
        if (pod.At("metadata", "deletionTimestamp") is null)
            return reason;
        return pod.At("status", "reason").Text() == "NodeLost" ? "Unknown" : pod.At("status", "phase").Text() is "Failed" or "Succeeded"
            ? reason : "Terminating";
    }

    public static JsonNode? Restarts(JsonObject pod, DateTimeOffset now)
    {
        var statuses = Statuses(pod, "containerStatuses").ToList();
        var count = statuses.Sum(status => status.Member("restartCount").Whole() ?? 0);
        var last = statuses.Select(status => status.At("lastState", "terminated", "finishedAt").Text()).OfType<string>()
            .OrderDescending(StringComparer.Ordinal).FirstOrDefault();
        return count > 0 && last is not null ? $"{count} ({Ages.Since(last, now)} ago)"
            : count.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    public static string Gates(JsonObject pod)
    {
        var gates = (pod.At("spec", "readinessGates") as JsonArray ?? []).Select(gate => gate.Member("conditionType").Text()).ToList();
        return gates.Count == 0
            ? "<none>"
            : $"{gates.Count(gate => Conditions(pod).Any(condition =>
                condition.Member("type").Text() == gate && condition.Member("status").Text() == "True"))}/{gates.Count}";
    }

    private static string? Initialising(JsonObject pod)
    {
        var total = BuiltInColumns.Count(pod.At("spec", "initContainers"));
        var index = 0;
        foreach (var status in Statuses(pod, "initContainerStatuses"))
        {
            var ended = status.At("state", "terminated");
            if (ended is not null && (ended.Member("exitCode").Whole() ?? 0) == 0)
            {
                index++;
                continue;
            }

            if (ended is not null)
                return "Init:" + Ended(ended);
            var waiting = status.At("state", "waiting", "reason").Text();
            return waiting is { Length: > 0 } and not "PodInitializing" ? "Init:" + waiting : $"Init:{index}/{total}";
        }

        return null;
    }

    private static string Containers(JsonObject pod, string reason)
    {
        var hasRunning = false;
        foreach (var status in Statuses(pod, "containerStatuses").Reverse())
        {
            if (status.At("state", "waiting", "reason").Text() is { Length: > 0 } waiting)
                reason = waiting;
            else if (status.At("state", "terminated") is { } ended)
                reason = Ended(ended);
            else if (status.Member("ready").IsTrue() && status.At("state", "running") is not null)
                hasRunning = true;
        }

        if (reason != "Completed" || !hasRunning)
            return reason;
        return Conditions(pod).Any(condition => condition.Member("type").Text() == "Ready" && condition.Member("status").Text() == "True")
            ? "Running" : "NotReady";
    }

    private static string Ended(JsonNode ended) => ended.Member("reason").Text() is { Length: > 0 } reason ? reason
        : ended.Member("signal").Whole() is { } signal and not 0 ? $"Signal:{signal}"
        : $"ExitCode:{ended.Member("exitCode").Whole() ?? 0}";

    private static IEnumerable<JsonNode?> Statuses(JsonObject pod, string list) => pod.At("status", list) as JsonArray ?? [];

    private static IEnumerable<JsonNode?> Conditions(JsonObject pod) => pod.At("status", "conditions") as JsonArray ?? [];
}
