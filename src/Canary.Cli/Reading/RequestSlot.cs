using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Units;

namespace Canary.Cli.Reading;

/// <summary>The place on a Rollout where a request is written, and what its writer looked at.</summary>
/// <param name="Waiting">A request that stands there and was not handled yet, in words; null: the slot is free.</param>
/// <param name="Edge">The analysis before the steps (<c>pre</c>) or after them (<c>post</c>) that it stands at; null: neither.</param>
internal sealed record RequestSlot(string ResourceVersion, string? Waiting, string? Revision, int? Step, string? Edge = null)
{
    public static RequestSlot Of(JsonObject rollout)
    {
        var handled = (string?)rollout["status"]?["lastRequest"]?["id"];
        var standing = Read((string?)rollout["metadata"]?["annotations"]?[RequestText.Annotation]);
        return new RequestSlot(
            (string?)rollout["metadata"]?["resourceVersion"] ?? "",
            standing is null || (string?)standing["id"] == handled ? null : $"{standing["action"]} by {standing["by"]}",
            (string?)rollout["status"]?["canaryRevision"],
            (int?)rollout["status"]?["currentStepIndex"],
            (bool?)rollout["status"]?["beforeSteps"] == true ? "pre"
            : (string?)rollout["status"]?["promotion"] == nameof(PromotionStage.Verifying) ? "post" : null);
    }

    // A text that is no request holds the slot for nobody: the controller refuses it, and nothing is lost by writing over it.
    private static JsonObject? Read(string? text)
    {
        return text is { Length: > 0 } && JsonText.TryParse(text, out var node, out _) && node is JsonObject request
            && request["id"] is JsonValue id && id.TryGetValue<string>(out _)
            ? request
            : null;
    }
}
