using System.Text.Json.Nodes;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>Rollout, the whole object.</summary>
public static class RolloutMapping
{
    /// <summary>The Rollout as the engine sees it. Total: whatever stands in the object becomes a value or an error of the spec.</summary>
    public static RolloutSnapshot Read(JsonObject document)
    {
        var (spec, errors) = RolloutSpecMapping.Read(document["spec"]);
        return new RolloutSnapshot(
            new RolloutName(Json.Namespace(document), Json.Name(document)),
            Documents.Uid(document),
            Documents.ResourceVersion(document),
            Json.Whole(document, "metadata", "generation") ?? 0,
            spec,
            errors,
            RolloutStatusMapping.Read(document["status"]),
            RequestMapping.Read(Json.Text(document, "metadata", "annotations", RequestMapping.Annotation)))
        {
            Deletion = new RolloutDeletionState(
                Json.Text(document, "metadata", "deletionTimestamp") is not null,
                RolloutFinalizer.IsOn(document),
                Json.Text(document, "spec", "deletionPolicy") == nameof(Core.Rollouts.DeletionPolicy.Orphan)
                ? Core.Rollouts.DeletionPolicy.Orphan : Core.Rollouts.DeletionPolicy.Restore),
        };
    }
}
