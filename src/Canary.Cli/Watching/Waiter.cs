using System.Linq;
using System.Text.Json.Nodes;
using Canary.Cli.Reading;

namespace Canary.Cli.Watching;

/// <summary>Waits for one goal of one Rollout. A status that does not speak of every change that was made answers nothing.</summary>
internal sealed class Waiter(WaitGoal goal)
{
    private string? _revision;

    public WaitAnswer See(RolloutDetails details)
    {
        if (details.Rollout["metadata"]?["deletionTimestamp"] is not null)
            return new WaitAnswer.Waiting($"rollout {details.Name} is being deleted");
        if (UnseenChanges.Describe(details) is { } unseen) return new WaitAnswer.Waiting(unseen);
        return goal switch
        {
            WaitGoal.Observed => new WaitAnswer.Reached(),
            WaitGoal.Healthy => SeeHealthy(details),
            WaitGoal.Promoted => SeePromoted(details),
            WaitGoal.Paused => details.Phase == "Paused" ? new WaitAnswer.Reached() : IsOver(details) ? Ended(details) : Waiting(details),
            WaitGoal.RolledBack =>
                details.Phase == "RolledBack" ? new WaitAnswer.Reached() : IsOver(details) ? Ended(details) : Waiting(details),
        };
    }

    private static WaitAnswer SeeHealthy(RolloutDetails details) => details.Phase switch
    {
        "Healthy" when IsReady(details) => new WaitAnswer.Reached(),
        _ when IsOver(details) => new WaitAnswer.Failed(details.Message),
        _ => Waiting(details),
    };

    // The revision is that of the first look, so that one which took its place cannot answer for it.
    private WaitAnswer SeePromoted(RolloutDetails details)
    {
        var status = details.Rollout["status"]!;
        var now = (string?)status["canaryRevision"];
        _revision ??= now;
        if (now != _revision && Outcome(status, _revision) is var (outcome, reason))
            return outcome == "Promoted" ? new WaitAnswer.Reached()
                : new WaitAnswer.Failed($"revision {_revision} was not promoted: {outcome}, {reason}");
        if (!IsOver(details)) return Waiting(details);
        return details.Phase == "Healthy" && IsReady(details) && _revision == (string?)status["stableRevision"] ? new WaitAnswer.Reached()
            : Ended(details);
    }

    private static (string Outcome, string Reason)? Outcome(JsonNode status, string? revision) =>
        (status["history"] as JsonArray ?? []).FirstOrDefault(entry => (string?)entry?["revision"] == revision) is { } entry
        ? ((string?)entry["outcome"] ?? "", (string?)entry["reason"] ?? "") : null;

    // Healthy beside a Ready that is false: stable's workload was changed behind the rollout's back.
    private static bool IsReady(RolloutDetails details) =>
        (details.Rollout["status"]?["conditions"] as JsonArray
            ?? []).FirstOrDefault(condition => (string?)condition?["type"] == "Ready") is not { } ready
            || (string?)ready["status"] == "True";

    private static bool IsOver(RolloutDetails details) => details.Phase is "Healthy" or "RolledBack" or "Degraded";

    private static WaitAnswer.Failed Ended(RolloutDetails details) => new($"it is {details.Phase}: {details.Message}");

    private static WaitAnswer.Waiting Waiting(RolloutDetails details) => new($"it is {details.Phase}: {details.Message}");
}
