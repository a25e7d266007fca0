using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Demo;

/// <summary>What a Rollout's status says, as far as the demo reads it.</summary>
internal sealed record RolloutView(string Phase, string Step, string Message, string CanaryRevision, double? Desired, double? Applied,
    IReadOnlyList<HistoryView> History)
{
    public static RolloutView Read(JsonObject? rollout) => new(
        rollout.TextAt("status", "phase") ?? "", rollout.TextAt("status", "step") ?? "", rollout.TextAt("status", "message") ?? "",
        rollout.TextAt("status", "canaryRevision") ?? "",
        rollout.DecimalAt("status", "weights", "desired"), rollout.DecimalAt("status", "weights", "applied"),
        [.. rollout.ItemsAt("status", "history").Select(HistoryView.Read)]);

    /// <summary>True when nothing is on its way.</summary>
    public bool IsAtRest => Phase is "Healthy" or "RolledBack" or "Degraded";
}
