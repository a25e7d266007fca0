using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Mapping;

/// <summary>The finalizer that keeps a deleted Rollout until its traffic is back at stable.</summary>
internal static class RolloutFinalizer
{
    public const string Name = "canary.delivery/traffic";

    public static bool IsOn(JsonObject rollout) => Names(rollout).Contains(Name);

    /// <summary>Puts it on; empty where it is on.</summary>
    public static JsonArray On(JsonObject rollout)
    {
        if (IsOn(rollout)) return [];
        // The version too: the status that was read is saved over the answer's.
        return
        [
            JsonPatchText.Test("/metadata/uid", Documents.Uid(rollout)),
            JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(rollout)),
            Json.Array(rollout, "metadata", "finalizers") is null
                ? JsonPatchText.Add("/metadata/finalizers", new JsonArray(Name))
                : JsonPatchText.Add("/metadata/finalizers/-", Name),
        ];
    }

    /// <summary>Takes it off; empty where it is off.</summary>
    public static JsonArray Off(JsonObject rollout)
    {
        var at = Names(rollout).ToList().IndexOf(Name);
        if (at < 0) return [];
        return
        [
            JsonPatchText.Test("/metadata/uid", Documents.Uid(rollout)),
            JsonPatchText.Test($"/metadata/finalizers/{at}", Name),
            JsonPatchText.Remove($"/metadata/finalizers/{at}"),
        ];
    }

    private static string?[] Names(JsonObject rollout) =>
        [.. (Json.Array(rollout, "metadata", "finalizers") ?? []).Select(name => Json.Text(name))];
}
