using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;

namespace Canary.Sandbox.Demo;

/// <summary>One entry of a Rollout's history. Entries are told apart by revision and start.</summary>
internal sealed record HistoryView(string Revision, string StartedAt, string Outcome, string Reason)
{
    public static HistoryView Read(JsonObject entry) => new(
        entry.TextAt("revision") ?? "", entry.TextAt("startedAt") ?? "", entry.TextAt("outcome") ?? "", entry.TextAt("reason") ?? "");
}
