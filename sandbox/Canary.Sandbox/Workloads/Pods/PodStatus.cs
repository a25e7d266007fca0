using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>The status of a pod as a kubelet writes it.</summary>
internal static class PodStatus
{
    public const string HostAddress = "10.0.0.1";

    /// <summary>Its containers are being made.</summary>
    public static JsonObject Creating(JsonObject pod, string address, DateTimeOffset now) =>
        Build(pod, address, "Pending", false, new JsonObject { ["waiting"] = new JsonObject { ["reason"] = "ContainerCreating" } },
            "ContainersNotReady", now);

    /// <summary>It cannot start, and says why, as kubectl shows in the column STATUS.</summary>
    public static JsonObject Waiting(JsonObject pod, string address, string reason, string message, DateTimeOffset now) =>
        Build(pod, address, "Pending", false,
            new JsonObject { ["waiting"] = new JsonObject { ["reason"] = reason, ["message"] = message } },
            "ContainersNotReady", now);

    /// <summary>It runs, and takes requests when ready.</summary>
    public static JsonObject Running(JsonObject pod, string address, bool isReady, DateTimeOffset now) =>
        Build(pod, address, "Running", isReady, new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Text(now) } },
            isReady ? null : "ContainersNotReady", now);

    /// <summary>Times in API objects have whole seconds.</summary>
    public static string Text(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    private static JsonObject Build(JsonObject pod, string address, string phase, bool isReady, JsonObject state, string? reason,
        DateTimeOffset now)
    {
        var started = state["running"] is not null;
        var containers = pod.ItemsAt("spec", "containers").ToList();
        var message = $"containers with unready status: [{string.Join(' ', containers.Select(container => container.TextAt("name")))}]";
        return new JsonObject
        {
            ["phase"] = phase,
            ["hostIP"] = HostAddress,
            ["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = HostAddress }),
            ["podIP"] = address,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }),
            ["startTime"] = pod.TextAt("status", "startTime") ?? Text(now),
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
                ["restartCount"] = 0,
                ["state"] = state.DeepClone(),
                ["lastState"] = new JsonObject(),
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
            ["lastTransitionTime"] = before.TextAt("status") == status ? before.TextAt("lastTransitionTime") : Text(now),
        };
        if (reason is not null) condition["reason"] = reason;
        if (message is not null) condition["message"] = message;
        return condition;
    }
}
