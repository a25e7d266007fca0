using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.PlainService;

/// <summary>Makes the JSON Patches of the Service that clients call. Each tests the claim, the selector and the weight that were read, and
/// changes these alone.</summary>
internal static class PlainServicePatch
{
    private static readonly string WeightPath = Annotation(CopyLabels.Weight);
    private static readonly string OriginalPath = Annotation(CopyLabels.OriginalSelector);

    /// <summary>Selects by these labels, and stamps the claim; empty: both are so already.</summary>
    public static JsonArray ForSelector(JsonObject service, IReadOnlyDictionary<string, string> selector, Claim claim)
    {
        var isSelecting = ServiceView.AreEqual(Json.Map(service, "spec", "selector"), selector);
        if (isSelecting && (claim.Sequence == 0 || IsCovered(service, claim))) return [];
        var patch = Begin(service, claim);
        if (!isSelecting) AddSelector(patch, service, selector);
        return patch;
    }

    /// <summary>Says which weight the pods get their labels by, and stamps the claim; empty: both are so already. Null: they get those of
    /// their templates back.</summary>
    public static JsonArray ForLabels(JsonObject service, Weight? weight, Claim claim)
    {
        var written = Json.Text(service, "metadata", "annotations", CopyLabels.Weight);
        if (written == weight?.ToString() && (claim.Sequence == 0 || IsCovered(service, claim))) return [];
        var patch = Begin(service, claim);
        if (written == weight?.ToString()) return patch;
        patch.Add(weight is { } wanted ? JsonPatchText.Add(WeightPath, wanted.ToString()) : JsonPatchText.Remove(WeightPath));
        return patch;
    }

    /// <summary>Stamps the claim; empty: the Service carries it, or a later one.</summary>
    public static JsonArray ForClaim(JsonObject service, Claim claim) => IsCovered(service, claim) ? [] : Begin(service, claim);

    /// <summary>Takes claim and weight off and, where a selector is given, selects by that; empty: all of it is so already.</summary>
    public static JsonArray ForRelease(JsonObject service, IReadOnlyDictionary<string, string>? selector, Claim claim)
    {
        var isSelecting = selector is null || ServiceView.AreEqual(Json.Map(service, "spec", "selector"), selector);
        var isClaimed = ClaimPatch.Read(service) is { } found && found.RolloutUid == claim.RolloutUid;
        var isLabelled = Json.Text(service, "metadata", "annotations", CopyLabels.Weight) is not null;
        if (isSelecting && !isClaimed && !isLabelled) return [];
        var patch = isClaimed ? ClaimPatch.Off(service)
            : new JsonArray(JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(service)));
        AddTests(patch, service);
        if (isLabelled) patch.Add(JsonPatchText.Remove(WeightPath));
        if (!isSelecting) AddSelector(patch, service, selector!);
        return patch;
    }

    private static bool IsCovered(JsonObject service, Claim claim) =>
        ClaimPatch.Believed(service, claim) is { } found && found.Covers(claim);

    private static JsonArray Begin(JsonObject service, Claim claim)
    {
        // A weight that is absent cannot be tested for absence, the version can.
        var patch = ClaimPatch.For(service, claim,
            mustTestVersion: Json.Text(service, "metadata", "annotations", CopyLabels.Weight) is null);
        AddTests(patch, service);
        return patch;
    }

    private static void AddTests(JsonArray patch, JsonObject service)
    {
        if (Json.Object(service, "spec", "selector") is { } selector) patch.Add(JsonPatchText.Test("/spec/selector", selector));
        if (Json.Text(service, "metadata", "annotations", CopyLabels.Weight) is { } weight)
            patch.Add(JsonPatchText.Test(WeightPath, weight));
    }

    // The selector that its team gave it is kept in the write that changes it first.
    private static void AddSelector(JsonArray patch, JsonObject service, IReadOnlyDictionary<string, string> selector)
    {
        if (Json.Text(service, "metadata", "annotations", CopyLabels.OriginalSelector) is null
            && Json.Object(service, "spec", "selector") is { } original)
            patch.Add(JsonPatchText.Add(OriginalPath, original.ToJsonString()));
        patch.Add(JsonPatchText.Add("/spec/selector",
            new JsonObject(selector.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)))));
    }

    private static string Annotation(string key) => "/metadata/annotations/" + JsonPatchText.Escape(key);
}
