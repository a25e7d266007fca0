using System.Linq;
using System.Text.Json.Nodes;
using Canary.Sandbox.Objects;

namespace Canary.Sandbox.Demo;

/// <summary>One entry of a Rollout's history. Entries are told apart by revision and start.</summary>
internal sealed record HistoryView(string Revision, string StartedAt, string Outcome, string Reason)
{
    public static HistoryView Read(JsonObject entry)
    {
        var reason = entry.TextAt("reason") ?? "";
        var evidence = entry.At("evidence") is JsonArray texts ? texts.Select(text => text?.GetValue<string>() ?? "").Where(text => !reason.Contains(text)).ToList() : [];
        return new HistoryView(
            entry.TextAt("revision") ?? "", entry.TextAt("startedAt") ?? "", entry.TextAt("outcome") ?? "",
            evidence.Count == 0 ? reason : $"{reason} ({string.Join("; ", evidence)})");
    }
}
