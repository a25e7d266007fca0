using System;
using System.Globalization;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Nodes;

/// <summary>A Node of the sandbox as an object of the API.</summary>
internal static class NodeDocument
{
    public const string OwnLabel = "app.kubernetes.io/managed-by";
    public const string Owner = "canary-sandbox";
    public const string LostMessage = "Kubelet stopped posting node status.";

    /// <summary>The names are <c>canary-sandbox-1</c> and so on.</summary>
    public static string NameOf(int number) => $"{Owner}-{number.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Address of the machine.</summary>
    public static string AddressOf(string? node) =>
        $"10.0.0.{(node is null ? "1" : node[(node.LastIndexOf('-') + 1)..])}";

    public static bool IsOwn(JsonObject node) => node.Labels().TryGetValue(OwnLabel, out var owner) && owner == Owner;

    /// <summary>Somebody wants to see what happens without it.</summary>
    public static bool IsLost(JsonObject? node) => node.TextAt("metadata", "annotations", SandboxAnnotations.Lost) == "true";

    public static JsonObject Build(string name, DateTimeOffset now) => new()
    {
        ["apiVersion"] = KnownKinds.Nodes.ApiVersion,
        ["kind"] = KnownKinds.Nodes.Kind,
        ["metadata"] = new JsonObject
        {
            ["name"] = name,
            ["labels"] = new JsonObject { [OwnLabel] = Owner, ["kubernetes.io/hostname"] = name, ["kubernetes.io/os"] = "linux" },
        },
        ["status"] = Status(name, now, now),
    };

    public static JsonObject Status(string name, DateTimeOffset readySince, DateTimeOffset now) => new()
    {
        ["capacity"] = Resources(),
        ["allocatable"] = Resources(),
        ["addresses"] = new JsonArray(
            new JsonObject { ["type"] = "InternalIP", ["address"] = AddressOf(name) },
            new JsonObject { ["type"] = "Hostname", ["address"] = name }),
        ["conditions"] = new JsonArray(new JsonObject
        {
            ["type"] = "Ready",
            ["status"] = "True",
            ["reason"] = "KubeletReady",
            ["message"] = "the sandbox plays a kubelet",
            ["lastHeartbeatTime"] = now.ToTimestamp(),
            ["lastTransitionTime"] = readySince.ToTimestamp(),
        }),
    };

    private static JsonObject Resources() => new() { ["cpu"] = "64", ["memory"] = "256Gi", ["pods"] = "1000" };
}
