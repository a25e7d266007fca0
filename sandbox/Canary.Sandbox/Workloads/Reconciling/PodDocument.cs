using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Reconciling;

/// <summary>Makes a pod from the template of a workload.</summary>
internal static class PodDocument
{
    /// <summary>A pod without name.</summary>
    public static JsonObject Build(ResourceKind ownerKind, JsonObject owner, JsonNode? template)
    {
        var metadata = new JsonObject
        {
            ["namespace"] = owner.Namespace(),
            ["labels"] = template.At("metadata", "labels")?.DeepClone() ?? new JsonObject(),
            ["ownerReferences"] = new JsonArray(Ownership.ControllerReference(owner, ownerKind)),
        };
        if (template.At("metadata", "annotations") is { } annotations) metadata["annotations"] = annotations.DeepClone();
        return new JsonObject
        {
            ["apiVersion"] = KnownKinds.Pods.ApiVersion,
            ["kind"] = KnownKinds.Pods.Kind,
            ["metadata"] = metadata,
            ["spec"] = template.At("spec")!.DeepClone(),
        };
    }
}
