using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Core.Units;
using Canary.Sandbox.Workloads.Nodes;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>The status of a pod as a kubelet writes it.</summary>
internal static class PodStatus
{
    /// <summary>Its containers are being made.</summary>
    public static JsonObject Creating(JsonObject pod, string address, DateTimeOffset now) =>
        Build(pod, address, "Pending", false, new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "ContainerCreating" } },
            "ContainersNotReady", now);

    /// <summary>Its containers have exited and wait before they are started again.</summary>
    /// <param name="pod">The pod.</param>
    /// <param name="address">Of the pod.</param>
    /// <param name="crash">How they ended.</param>
    /// <param name="wait">How long they wait.</param>
    /// <param name="now">The time.</param>
    public static JsonObject BackingOff(JsonObject pod, string address, ContainerCrash crash, TimeSpan wait, DateTimeOffset now)
    {
        var container = pod.ItemsAt("spec", "containers").First().TextAt("name");
        var message = $"back-off {GoDuration.Format(wait)} restarting failed container={container} "
            + $"pod={pod.Name()}_{pod.Namespace()}({pod.Uid()})";
        var waiting = new JsonObject { ["reason"] = "CrashLoopBackOff", ["message"] = message };
        return Build(pod, address, "Running", false, new JsonObject { ["waiting"] = waiting }, "ContainersNotReady", now, crash);
    }

    /// <summary>It cannot start, and says why, as kubectl shows in the column STATUS.</summary>
    public static JsonObject Waiting(JsonObject pod, string address, string reason, string message, DateTimeOffset now) =>
        Build(pod, address, "Pending", false,
            new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } },
            "ContainersNotReady", now);

    /// <summary>It runs, and takes requests when ready.</summary>
    public static JsonObject Running(JsonObject pod, string address, bool isReady, DateTimeOffset startedAt, DateTimeOffset now,
        ContainerCrash? crash = null) =>
        Build(pod, address, "Running", isReady,
            new JsonObject { ["running"] = new JsonObject { ["startedAt"] = startedAt.ToTimestamp() } },
            isReady ? null : "ContainersNotReady", now, crash);

    private static JsonObject Build(JsonObject pod, string address, string phase, bool isReady, JsonObject state, string? reason,
        DateTimeOffset now, ContainerCrash? crash = null)
    {
        var started = state["running"] is not null;
        var containers = pod.ItemsAt("spec", "containers").ToList();
        var message = $"containers with unready status: [{string.Join(' ', containers.Select(container => container.TextAt("name")))}]";
        var host = NodeDocument.AddressOf(pod.TextAt("spec", "nodeName"));
        return new JsonObject
        {
            ["phase"] = phase,
            ["hostIP"] = host,
            ["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = host }),
            ["podIP"] = address,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }),
            ["startTime"] = pod.TextAt("status", "startTime") ?? now.ToTimestamp(),
            ["conditions"] = new JsonArray(
                Condition(pod, "PodReadyToStartContainers", true, null, null, now),
                Condition(pod, "Initialized", true, null, null, now),
                Condition(pod, "Ready", isReady, reason, reason is null ? null : message, now),
                Condition(pod, "ContainersReady", isReady, reason, reason is null ? null : message, now),
                Condition(pod, "PodScheduled", true, null, null, now)),
            ["containerStatuses"] = new JsonArray([.. containers.Select(container => new JsonObject
            {
                ["name"] = container.TextAt("name"),
                ["image"] = container.TextAt("image"),
                ["imageID"] = started ? $"sandbox://{container.TextAt("image")}" : "",
                ["ready"] = isReady,
                ["started"] = started,
                ["restartCount"] = crash?.Count ?? 0,
                ["state"] = state.DeepClone(),
                ["lastState"] = crash?.State() ?? [],
            })]),
        };
    }

    private static JsonObject Condition(JsonObject pod, string type, bool holds, string? reason, string? message, DateTimeOffset now)
    {
        var before = pod.ItemsAt("status", "conditions").FirstOrDefault(condition => condition.TextAt("type") == type);
        var status = holds ? "True" : "False";
        var condition = new JsonObject
        {
            ["type"] = type,
            ["status"] = status,
            ["lastProbeTime"] = null,
            ["lastTransitionTime"] = before.TextAt("status") == status ? before.TextAt("lastTransitionTime") : now.ToTimestamp(),
        };
        if (reason is not null) condition["reason"] = reason;
        if (message is not null) condition["message"] = message;
        return condition;
    }
}
