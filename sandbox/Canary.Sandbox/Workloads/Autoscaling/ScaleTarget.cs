using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Autoscaling;

/// <summary>What a HorizontalPodAutoscaler scales.</summary>
/// <param name="Kind">Its kind.</param>
/// <param name="Name">Its name.</param>
/// <param name="Scale">Its scale, as read.</param>
internal sealed record ScaleTarget(ResourceKind Kind, ObjectName Name, JsonObject Scale)
{
    private static readonly ResourceKind[] Kinds =
        [KnownKinds.Deployments, KnownKinds.StatefulSets, KnownKinds.ReplicaSets, KnownKinds.Rollouts];

    /// <summary>Pods wanted now.</summary>
    public int Wanted => Scale.NumberAt("spec", "replicas") ?? 0;

    /// <summary>Pods there are.</summary>
    public int There => Scale.NumberAt("status", "replicas") ?? 0;

    /// <summary>Label selector of its pods, as text.</summary>
    public string? Selector => Scale.TextAt("status", "selector");

    public static bool IsOf(JsonObject autoscaler, ResourceKind kind, ObjectName name) =>
        autoscaler.Namespace() == name.Namespace && autoscaler.TextAt("spec", "scaleTargetRef", "name") == name.Name
        && autoscaler.TextAt("spec", "scaleTargetRef", "kind") == kind.Kind;

    /// <returns>The target, or why it cannot be read.</returns>
    public static async Task<(ScaleTarget? Target, string? Problem)> ReadAsync(ApiClient api, JsonObject autoscaler,
        CancellationToken cancel)
    {
        var wanted = autoscaler.At("spec", "scaleTargetRef");
        var kind = Kinds.FirstOrDefault(kind => kind.Kind == wanted.TextAt("kind")
            && kind.Group == GroupOf(wanted.TextAt("apiVersion") ?? kind.ApiVersion));
        if (kind is null)
            return (null, $"no matches for kind \"{wanted.TextAt("kind")}\" in group \"{GroupOf(wanted.TextAt("apiVersion") ?? "")}\"");
        var name = new ObjectName(autoscaler.Namespace(), wanted.TextAt("name") ?? "");
        try
        {
            return (new ScaleTarget(kind, name, await api.GetAsync(kind, name, "scale", cancel)), null);
        }
        catch (ApiException refused) when (refused.IsNotFound)
        {
            return (null, refused.Status.Message);
        }
    }

    public async Task<IReadOnlyList<JsonObject>> PodsAsync(ApiClient api, CancellationToken cancel) =>
        (await api.ListAllAsync(KnownKinds.Pods, Name.Namespace, new ListOptions(LabelSelector: Selector), cancel)).Items;

    public Task<JsonObject> ResizeAsync(ApiClient api, int replicas, WriteOptions writing, CancellationToken cancel)
    {
        var scale = Scale.Copy();
        scale["spec"] = new JsonObject { ["replicas"] = replicas };
        return api.ReplaceAsync(Kind, scale, "scale", writing, cancel);
    }

    private static string GroupOf(string apiVersion) => apiVersion.Contains('/') ? apiVersion.Split('/')[0] : "";
}
