using System;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>What people asked of the workloads and is not reached yet, in the status of a Rollout.</summary>
internal static class WorkloadRequestMapping
{
    private const int LongestName = 1024;

    public static RequestedScale? ReadScale(FieldReader scale) =>
        scale.IsPresent && scale.Int("replicas", 0) is { } replicas
            ? new RequestedScale(replicas, scale.Short("by", LongestName) ?? "", scale.Time("at") ?? DateTimeOffset.UnixEpoch) : null;

    public static JsonObject? WriteScale(RequestedScale? scale) => scale is null ? null
        : new JsonObject { ["replicas"] = scale.Replicas }.PutText("by", scale.By).PutTime("at", scale.At);

    public static PendingRollback? ReadRollback(FieldReader rollback) =>
        rollback.IsPresent && rollback.Short("revision", RunKeyMapping.LongestRevision) is { } revision
        && rollback.Short("from", RunKeyMapping.LongestRevision) is { } from
            ? new PendingRollback(revision, from, rollback.Short("by", LongestName) ?? "", rollback.Time("at") ?? DateTimeOffset.UnixEpoch)
            : null;

    public static JsonObject? WriteRollback(PendingRollback? rollback) => rollback is null ? null
        : new JsonObject { ["revision"] = rollback.Revision, ["from"] = rollback.From }.PutText("by", rollback.By)
            .PutTime("at", rollback.At);

    public static UndoneRevision? ReadUndone(FieldReader undone) =>
        undone.IsPresent && undone.Short("revision", RunKeyMapping.LongestRevision) is { } revision
        && undone.Short("to", RunKeyMapping.LongestRevision) is { } to
            ? new UndoneRevision(revision, to, undone.Short("by", LongestName) ?? "") : null;

    public static JsonObject? WriteUndone(UndoneRevision? undone) => undone is null ? null
        : new JsonObject { ["revision"] = undone.Revision, ["to"] = undone.To }.PutText("by", undone.By);
}
