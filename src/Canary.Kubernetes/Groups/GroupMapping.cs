using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Units;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Groups;

/// <summary><c>spec.dependsOn</c>, <c>spec.group</c>, and what of them stands in the status.</summary>
internal static class GroupMapping
{
    private const int LongestRevision = 63;

    public static EquatableArray<RolloutDependency> ReadDependencies(FieldReader spec) => spec.Items("dependsOn")
        .Select(one => new RolloutDependency(one.Text("namespace"), one.RequiredText("name", "the name of a Rollout is needed")))
        .ToEquatableArray();

    public static JsonNode Write(RolloutDependency one) => new JsonObject { ["name"] = one.Name }.Put("namespace", one.Namespace);

    public static ReleaseGroup? ReadGroup(FieldReader group) => !group.IsPresent ? null : new ReleaseGroup(
        group.RequiredText("name", "the name of the group is needed"), group.Flag("promoteTogether", false), group.Int("maxConcurrent", 1));

    public static JsonObject? Write(ReleaseGroup? group) => group is null ? null
        : new JsonObject { ["name"] = group.Name }.PutFlag("promoteTogether", group.PromotesTogether)
            .Put("maxConcurrent", group.MaxConcurrent);

    public static WaitingRevision? ReadWaiting(FieldReader waiting) =>
        waiting.IsPresent && waiting.Short("revision", LongestRevision) is { } revision
            ? new WaitingRevision(revision, waiting.Time("since") ?? DateTimeOffset.UnixEpoch, waiting.Time("placeSince")) : null;

    public static JsonObject? Write(WaitingRevision? waiting) => waiting is null ? null
        : new JsonObject { ["revision"] = waiting.Revision }.PutTime("since", waiting.Since).PutTime("placeSince", waiting.PlaceSince);
}
