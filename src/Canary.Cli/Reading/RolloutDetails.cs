using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Rollouts.StableCopy;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Cli.Reading;

/// <summary>A Rollout, and what there is to see of it beside its status.</summary>
/// <param name="Runs">The analysis runs of the attempt in force, in the order of the status.</param>
/// <param name="Problem">Why this is not the newest state; null: it is.</param>
internal sealed record RolloutDetails(JsonObject Rollout, IReadOnlyList<JsonObject> Runs, SideDetails Stable, SideDetails Canary,
    string? Problem = null)
{
    public string Name => $"{Rollout["metadata"]?["namespace"]}/{Rollout["metadata"]?["name"]}";

    public string Phase => (string?)Rollout["status"]?["phase"] ?? "";

    public string Message => (string?)Rollout["status"]?["message"] ?? "";
}

/// <summary>One side of a Rollout with its workload.</summary>
/// <param name="Role">Its name in <c>spec.traffic</c>: stable or canary.</param>
/// <param name="Workload">Name of the workload that it names; null: it names none.</param>
/// <param name="Deployment">That workload; null: it is not there, or may not be read.</param>
/// <param name="Pods">Its pods; null: they were not read.</param>
internal sealed record SideDetails(string Role, string? Workload, JsonObject? Deployment, IReadOnlyList<JsonObject>? Pods)
{
    /// <summary>The kind of the workload.</summary>
    public ResourceKind Kind { get; init; } = KnownKinds.Deployments;

    public static SideDetails Find(JsonObject rollout, string role, JsonObject? deployment, IReadOnlyList<JsonObject>? pods) =>
        new(role, Name(rollout["spec"], role), deployment, pods)
        {
            Kind = Text(rollout["spec"]?["workload"]?["kind"]) switch
            {
                SetWorkload.StatefulSet => KnownKinds.StatefulSets,
                SetWorkload.DaemonSet => KnownKinds.DaemonSets,
                _ => KnownKinds.Deployments,
            },
        };

    /// <summary>The workload of a side; null: none is named. A set is that of the canary: its template is what is
    /// released.</summary>
    public static string? Name(JsonNode? spec, string role) => Text(spec?["workload"]?["name"]) is { } one
        ? IsSet(spec) ? role == "stable" ? null : one
        : role == "stable" ? one + CopiedWorkload.StableSuffix : one
        : Text(spec?["traffic"]?[role]?["workload"]?["name"]);

    private static bool IsSet(JsonNode? spec) => SetWorkload.IsOne(Text(spec?["workload"]?["kind"]));

    private static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
