using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;

namespace Canary.Cli.Reading;

/// <summary>What was changed since the status was written. A status says nothing of it: who waits, waits until the controller has seen
/// it.</summary>
internal static class UnseenChanges
{
    /// <summary>In words, as <c>the controller has not seen generation 7 of checkout-canary yet</c>; null: everything was seen.</summary>
    public static string? Describe(RolloutDetails details)
    {
        var rollout = details.Rollout;
        if (rollout["status"] is not JsonObject status) return $"no controller has looked at rollout {details.Name} yet";
        var sides = new[] { details.Stable, details.Canary }.Where(side => side is { Workload: not null, Deployment: not null }).ToArray();
        var unseen = new List<string>();
        var generation = (long?)rollout["metadata"]?["generation"] ?? 0;
        if (((long?)status["observedGeneration"] ?? 0) < generation)
            unseen.Add($"generation {generation} of rollout {rollout["metadata"]?["name"]}");
        if (status["observedWorkloads"] is JsonObject observed)
            unseen.AddRange(sides.Select(side => Unseen(side, observed[side.Role])).OfType<string>());
        else if (sides.Length > 0 && unseen.Count == 0)
        {
            return $"the status does not say which generation of {string.Join(" and ", sides.Select(side => side.Workload))} the "
                + "controller has seen: it is older than this command, "
                + "or has not looked since it was upgraded";
        }

        if (unseen.Count > 0) return $"the controller has not seen {Join(unseen)} yet";
        return RequestSlot.Of(rollout).Waiting is { } request ? $"the controller has not answered the request yet: {request}" : null;
    }

    // A Deployment that was deleted and made again counts its generations from 1: only the uid tells.
    private static string? Unseen(SideDetails side, JsonNode? observed)
    {
        var generation = (long?)side.Deployment!["metadata"]?["generation"] ?? 0;
        var text = $"generation {generation} of {side.Workload}";
        if (observed is null || (string?)observed["name"] != side.Workload) return text;
        if ((string?)observed["uid"] != (string?)side.Deployment["metadata"]?["uid"]) return text + ", which was made anew,";
        return ((long?)observed["generation"] ?? 0) < generation ? text : null;
    }

    private static string Join(List<string> parts) =>
        parts.Count == 1 ? parts[0] : string.Join(", ", parts.SkipLast(1)) + " and " + parts[^1];
}
