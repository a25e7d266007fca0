using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.Cli.Watching;

/// <summary>One side of a Rollout with its workload.</summary>
/// <param name="Role">Its name in <c>spec.traffic</c>: stable or canary.</param>
/// <param name="Workload">Name of the Deployment that it names; null: it names none.</param>
/// <param name="Deployment">That Deployment; null: it is not there, or may not be read.</param>
/// <param name="Pods">The pods of that Deployment; null: they were not read.</param>
internal sealed record SideDetails(string Role, string? Workload, JsonObject? Deployment, IReadOnlyList<JsonObject>? Pods)
{
    public static SideDetails Find(JsonObject rollout, string role, JsonObject? deployment, IReadOnlyList<JsonObject>? pods) =>
        new(role, (string?)rollout["spec"]?["traffic"]?[role]?["workload"]?["name"], deployment, pods);
}
