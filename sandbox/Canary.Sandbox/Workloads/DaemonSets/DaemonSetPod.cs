using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Nodes;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.DaemonSets;

/// <summary>Makes the pods of a DaemonSet: each for one Node, where it stays whatever becomes of the Node.</summary>
internal static class DaemonSetPod
{
    public const string RevisionLabel = "controller-revision-hash";

    private static readonly (string Key, string Effect)[] Tolerated =
    [
        ("node.kubernetes.io/not-ready", "NoExecute"), ("node.kubernetes.io/unreachable", "NoExecute"),
        ("node.kubernetes.io/unreachable", "NoSchedule"), (Placement.Cordoned, "NoSchedule"),
    ];

    /// <param name="set">The DaemonSet.</param>
    /// <param name="hash">Of its present template.</param>
    /// <param name="node">Name of the Node; null for a pod that is only asked where it may be.</param>
    public static JsonObject Build(JsonObject set, string hash, string? node)
    {
        var pod = PodDocument.Build(KnownKinds.DaemonSets, set, set.At("spec", "template"));
        pod["metadata"]!["generateName"] = $"{set.Name()}-";
        pod["metadata"]!["labels"]![RevisionLabel] = hash;
        var spec = pod["spec"]!.AsObject();
        var tolerations = spec["tolerations"] as JsonArray ?? [];
        foreach (var (key, effect) in Tolerated)
            tolerations.Add(new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = effect });
        spec["tolerations"] = tolerations.DeepClone();
        if (node is not null) spec["affinity"] = Affinity(spec["affinity"], node);
        return pod;
    }

    /// <summary>The Node that a pod was made for.</summary>
    public static string NodeOf(JsonObject pod) => pod.TextAt("spec", "nodeName") is { Length: > 0 } bound ? bound
        : Terms(pod["spec"]?["affinity"]).SelectMany(term => term.ItemsAt("matchFields"))
            .Select(field => field.At("values") is JsonArray { Count: > 0 } names ? names[0]!.GetValue<string>() : "")
            .FirstOrDefault() ?? "";

    private static System.Collections.Generic.IEnumerable<JsonObject> Terms(JsonNode? affinity) =>
        affinity.ItemsAt("nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms");

    private static JsonObject Affinity(JsonNode? given, string node)
    {
        var affinity = given?.DeepClone().AsObject() ?? [];
        var field = new JsonObject { ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray(node) };
        var terms = new JsonArray(new JsonObject { ["matchFields"] = new JsonArray(field) });
        affinity["nodeAffinity"] = new JsonObject
        {
            ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject { ["nodeSelectorTerms"] = terms },
        };
        return affinity;
    }
}
