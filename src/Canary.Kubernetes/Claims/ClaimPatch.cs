using System.Text.Json.Nodes;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Claims;

/// <summary>The claim on an object that Canary writes into: who may.</summary>
internal static class ClaimPatch
{
    /// <summary>The annotation.</summary>
    public const string Annotation = "canary.delivery/claim";

    private static readonly string Path = "/metadata/annotations/" + JsonPatchText.Escape(Annotation);

    /// <summary>The claim that an object carries; null where there is none that can be read.</summary>
    public static Claim? Read(JsonObject document) =>
        Claim.TryParse(Json.Text(document, "metadata", "annotations", Annotation), out var claim) ? claim : null;

    /// <summary>The claim that an object carries; null where there is none, or one that nobody of ours can have written
    /// (<see cref="Claim.Believes"/>): it is written over like any other text.</summary>
    public static Claim? Believed(JsonObject document, Claim ours) =>
        Read(document) is { } carried && ours.Believes(carried) ? carried : null;

    /// <summary>The sequence of the Rollout's own claim; null: the object carries none that is believed.</summary>
    public static long? SequenceOf(JsonObject document, RolloutSnapshot rollout) =>
        Believed(document, new Claim(rollout.Uid, long.MaxValue, rollout.Status.WriteSequence)) is { } claim
        && claim.RolloutUid == rollout.Uid ? claim.Sequence : null;

    /// <summary>Tests the claim that was read and takes it off.</summary>
    public static JsonArray Off(JsonObject document) =>
        [JsonPatchText.Test(Path, Json.Object(document, "metadata", "annotations")?[Annotation]), JsonPatchText.Remove(Path)];

    /// <summary>Tests the claim that was read, and stamps <paramref name="claim"/> where that is another one.</summary>
    public static JsonArray For(JsonObject document, Claim claim, bool mustTestVersion)
    {
        var annotations = Json.Object(document, "metadata", "annotations");
        var present = annotations?[Annotation];
        var patch = new JsonArray();

        // What is absent cannot be tested for absence (RFC 6902), the version can.
        if (mustTestVersion || present is null)
            patch.Add(JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(document)));
        if (present is not null) patch.Add(JsonPatchText.Test(Path, present));
        if (annotations is null) patch.Add(JsonPatchText.Add("/metadata/annotations", new JsonObject { [Annotation] = claim.ToString() }));
        else if (Json.Text(present) != claim.ToString()) patch.Add(JsonPatchText.Add(Path, claim.ToString()));
        return patch;
    }
}
