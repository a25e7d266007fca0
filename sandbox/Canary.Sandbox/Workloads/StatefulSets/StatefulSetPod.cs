using System.Globalization;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.StatefulSets;

/// <summary>Makes the pods of a StatefulSet.</summary>
internal static class StatefulSetPod
{
    public const string RevisionLabel = "controller-revision-hash";

    public static JsonObject Build(JsonObject set, JsonNode? template, int ordinal, string revision)
    {
        var pod = PodDocument.Build(KnownKinds.StatefulSets, set, template);
        var number = ordinal.ToString(CultureInfo.InvariantCulture);
        var name = $"{set.Name()}-{number}";
        pod["metadata"]!["name"] = name;
        var labels = pod["metadata"]!["labels"]!;
        labels["statefulset.kubernetes.io/pod-name"] = name;
        labels["apps.kubernetes.io/pod-index"] = number;
        labels[RevisionLabel] = revision;
        pod["spec"]!["hostname"] = name;
        if (set.TextAt("spec", "serviceName") is { Length: > 0 } service) pod["spec"]!["subdomain"] = service;
        return pod;
    }
}
