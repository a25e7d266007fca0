using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Mapping;

namespace Canary.Cli.Removing;

/// <summary>What of a Rollout decides what becomes of its traffic.</summary>
/// <param name="Name">The Rollout, as <c>namespace/name</c>.</param>
/// <param name="Status">Its status.</param>
/// <param name="InForce">The spec in force; null: there was never a valid one.</param>
/// <param name="IsDeleted">It is being deleted.</param>
/// <param name="IsOrphaned"><c>deletionPolicy</c> is <c>Orphan</c>.</param>
internal sealed record RemovedRollout(string Name, RolloutStatus Status, RolloutSpec? InForce, bool IsDeleted, bool IsOrphaned)
{
    /// <summary>Annotation of a ScaledObject that Canary paused: the Rollout that it is paused for.</summary>
    public const string PausedFor = "canary.delivery/paused-for";

    public static RemovedRollout Read(JsonObject document)
    {
        var (status, inForce, isDeleted, isOrphaned) = RolloutMapping.ReadInForce(document);
        return new RemovedRollout(ObjectName.Of(document).ToString(), status, inForce, isDeleted, isOrphaned);
    }
}
