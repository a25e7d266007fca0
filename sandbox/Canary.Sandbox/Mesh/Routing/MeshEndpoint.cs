using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Mesh.Routing;

/// <summary>A pod that traffic may be sent to, and how the mesh names it in its metrics.</summary>
internal sealed record MeshEndpoint(string Address, string Workload, string WorkloadNamespace, IReadOnlyDictionary<string, string> Labels)
{
    private const string Unknown = "unknown";

    public string App => Labels.GetValueOrDefault("app") ?? Unknown;

    public string Version => Labels.GetValueOrDefault("version") ?? Unknown;

    public string CanonicalService =>
        Labels.GetValueOrDefault("service.istio.io/canonical-name") ?? Labels.GetValueOrDefault("app.kubernetes.io/name")
            ?? Labels.GetValueOrDefault("app") ?? Workload;

    public string CanonicalRevision =>
        Labels.GetValueOrDefault("service.istio.io/canonical-revision") ?? Labels.GetValueOrDefault("app.kubernetes.io/version")
        ?? Labels.GetValueOrDefault("version") ?? "latest";

    /// <summary>The workload of a pod is the Deployment: its ReplicaSet's name without the hash of the template.</summary>
    public static string WorkloadOf(JsonObject pod)
    {
        if (pod.Controller() is not { } owner) return pod.Name();
        var name = owner.TextAt("name") ?? pod.Name();
        var hash = "-" + pod.Labels().GetValueOrDefault("pod-template-hash");
        var isHashed = owner.TextAt("kind") == "ReplicaSet" && hash.Length > 1 && name.EndsWith(hash, System.StringComparison.Ordinal);
        return isHashed ? name[..^hash.Length] : name;
    }
}
