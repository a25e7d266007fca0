using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.StableCopy;

/// <summary>JSON Patches of Services that clients call and that are no route. Each tests the version that was read.</summary>
internal static class ClientServicePatch
{
    private static readonly string OriginalPath = "/metadata/annotations/" + JsonPatchText.Escape(CopyLabels.OriginalSelector);

    /// <summary>
    /// Lets a Service select pods of both sides that serve, and remembers its own selector. One that was a route gets its own selector
    /// back where that finds pods of the copy: with that of the workload alone it would have no pod while nothing is released.
    /// </summary>
    /// <param name="known">The Service that was decided from.</param>
    /// <param name="live">The same one, whole.</param>
    /// <param name="copy">The stable copy.</param>
    /// <param name="source">The workload.</param>
    /// <param name="name">Its name.</param>
    public static JsonArray Follow(JsonObject known, JsonObject live, JsonObject copy, JsonObject source, string name)
    {
        var kept = OriginalSelector.Read(live);
        var isLeft = ClaimPatch.Read(known) is not null;
        if (isLeft && kept is not null && OriginalSelector.Finds(kept, copy) && OriginalSelector.Finds(kept, source))
            return Restore(known, kept, isRoute: false);
        var patch = Begin(known, new Dictionary<string, string> { [CopyLabels.Serves] = name });
        var own = isLeft ? kept ?? Json.Map(source, "spec", "selector", "matchLabels") : Json.Map(known, "spec", "selector");
        var original = Map(own).ToJsonString();
        patch.Add(Json.Object(live, "metadata", "annotations") is null
            ? JsonPatchText.Add("/metadata/annotations", new JsonObject { [CopyLabels.OriginalSelector] = original })
            : JsonPatchText.Add(OriginalPath, original));
        if (isLeft) LetGo(patch, known);
        return patch;
    }

    /// <summary>Gives a Service its own selector back.</summary>
    /// <param name="known">The Service.</param>
    /// <param name="original">Its own selector.</param>
    /// <param name="isRoute">The router's annotations stay.</param>
    public static JsonArray Restore(JsonObject known, IReadOnlyDictionary<string, string> original, bool isRoute)
    {
        var patch = Begin(known, original);
        if (Json.Object(known, "metadata", "annotations")?.ContainsKey(CopyLabels.OriginalSelector) is true)
            patch.Add(JsonPatchText.Remove(OriginalPath));
        if (!isRoute) LetGo(patch, known);
        return patch;
    }

    private static JsonArray Begin(JsonObject service, IReadOnlyDictionary<string, string> selector) =>
    [
        JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(service)),
        JsonPatchText.Add("/spec/selector", Map(selector)),
    ];

    private static JsonObject Map(IReadOnlyDictionary<string, string> labels) =>
        new(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));

    private static void LetGo(JsonArray patch, JsonObject service)
    {
        foreach (var key in new[] { ClaimPatch.Annotation, CopyLabels.Weight })
        {
            if (Json.Text(service, "metadata", "annotations", key) is not null)
                patch.Add(JsonPatchText.Remove("/metadata/annotations/" + JsonPatchText.Escape(key)));
        }
    }
}
