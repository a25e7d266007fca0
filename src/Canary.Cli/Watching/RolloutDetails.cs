using System.Collections.Generic;
using System.Text.Json.Nodes;

namespace Canary.Cli.Watching;

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
