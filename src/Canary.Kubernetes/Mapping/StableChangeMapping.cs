using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>What somebody else made of stable's workload, in the status of a Rollout.</summary>
internal static class StableChangeMapping
{
    public static StableChange? Read(FieldReader change) =>
        change.IsPresent && change.Text("expected") is { } expected && change.Text("revision") is { } revision
            ? new StableChange(expected, revision, change.Text("by") ?? "", change.Time("at"))
            : null;

    public static JsonObject? Write(StableChange? change) => change is null
        ? null
        : new JsonObject { ["expected"] = change.Expected, ["revision"] = change.Revision }.PutText("by", change.By)
        .PutTime("at", change.At);
}
