using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Kinds;

/// <summary>Deployments, ReplicaSets and the other kinds whose spec is counted by generation and whose status begins empty.</summary>
internal sealed class WorkloadHandling(JsonObject? initialStatus, bool countsAnnotations = false) : KindHandling
{
    public override bool HasGeneration => true;

    public override bool CountsAnnotations => countsAnnotations;

    public override bool KeepsMetadataOnStatus => true;

    public override JsonObject? InitialStatus(JsonObject obj) => initialStatus?.Copy();
}
