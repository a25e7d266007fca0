using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Claims;

namespace Canary.Kubernetes.Traffic;

/// <summary>Writes the objects of one kind for the routers, and says why a write was refused.</summary>
/// <remarks>
/// Every write is a JSON Patch that a pure function makes of the object and that tests what was read: the claim, and what the router
/// changes. A test that fails (422) says that somebody wrote meanwhile; the same patch failing on a fresh read says that the server refuses
/// it.
/// </remarks>
internal sealed class RoutedObjectWriter(ApiClient client, IRouterCaches caches, ResourceKind kind, IRoutedObjects objects)
{
    private static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);

    /// <summary>For people: <c>VirtualService shop/checkout</c>.</summary>
    public string TitleOf(ObjectName name) => $"{kind.Kind} {name}";

    /// <summary>That the object belongs to another Rollout, which names it too; null: it does not.</summary>
    public string? Taken(JsonObject document, RolloutSnapshot rollout)
    {
        var name = ObjectName.Of(document);
        return ClaimPatch.Read(document) is { } claim && claim.RolloutUid != rollout.Uid
            && caches.OwnerOf(claim.RolloutUid, kind, name) is { } owner
                ? $"{TitleOf(name)} belongs to Rollout {owner}, which names it too; one Rollout {Article} {kind.Kind} is allowed" : null;
    }

    /// <summary>Sends the patch that is built from the object as it is known.</summary>
    /// <param name="name">The object.</param>
    /// <param name="rollout">Who writes.</param>
    /// <param name="claim">Its claim.</param>
    /// <param name="build">Makes the patch of what was read.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="answered">The object as it was just answered; null: it is looked up.</param>
    /// <param name="isRelease">The Rollout is going: it need not be there any more.</param>
    /// <returns>What became of it, and the object as it is where all of it was written.</returns>
    public async Task<(WriteResult Result, JsonObject? Document)> WriteAsync(ObjectName name, RolloutSnapshot rollout, Claim claim,
        Func<JsonObject, RoutePatch> build, CancellationToken cancel, JsonObject? answered = null, bool isRelease = false)
    {
        var title = TitleOf(name);
        try
        {
            if ((answered ?? await objects.FindAsync(name, cancel)) is not { } document)
                return (new WriteResult.Refused($"{title} is not there"), null);
            if (IsLost(document, title, rollout, claim) is { } lost) return (lost, null);
            if (IsOutdated(document, title, claim) is { } outdated) return (outdated, null);
            var patch = build(document);
            if (patch.Operations.Count == 0) return Done(patch, document, writes: 0);
            if (!isRelease && await UnclaimedObject.CheckAsync(client, title, document, rollout, cancel) is { } gone) return (gone, null);
            try
            {
                using var write = caches.Writes.Begin(kind, name);
                var written = await client.PatchAsync(kind, name, new Patch.JsonPatch(patch.Operations), null, Options, cancel);
                objects.Note(written);
                write.Answered(written);
                return build(written).Operations.Count == 0 ? Done(patch, written, writes: 1)
                    : (new WriteResult.Refused($"{title} does not hold what was written: something on its way into the API server changes "
                        + "it, such as a mutating webhook"), null);
            }
            catch (ApiException refusal) when (refusal.IsInvalid)
            {
                return (await ExplainAsync(name, rollout, claim, patch, build, refusal, cancel), null);
            }
        }
        catch (ApiException failure) when (failure.IsConflict)
        {
            return (new WriteResult.Contended($"{title}: {failure.Status.Message}"), null);
        }
        catch (ApiException failure)
        {
            return (new WriteResult.Refused($"{title}: {failure.Status.Message}"), null);
        }
    }

    /// <summary>Takes the claim off an object.</summary>
    /// <param name="document">The object as it is known.</param>
    /// <param name="rollout">The Rollout that is going.</param>
    /// <param name="claim">Its claim.</param>
    /// <param name="stamp">Makes the patch that stamps the claim.</param>
    /// <param name="release">Makes the patch that takes it off.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<WriteResult> ReleaseAsync(JsonObject document, RolloutSnapshot rollout, Claim claim,
        Func<JsonObject, JsonArray> stamp, Func<JsonObject, JsonArray> release, CancellationToken cancel)
    {
        var name = ObjectName.Of(document);
        // A first write that is still on its way found no claim, and tests the version alone: one write of ours refuses it.
        if (ClaimPatch.Read(document) is null && rollout.Status.FencedSequence < rollout.Status.WriteSequence)
        {
            var (stamped, after) = await WriteAsync(name, rollout, claim, one => new RoutePatch(stamp(one)), cancel, document,
                isRelease: true);
            if (stamped is not WriteResult.Applied) return stamped;
            document = after ?? document;
        }

        var (released, _) = await WriteAsync(name, rollout, claim with { Sequence = Claim.LargestSequence },
            one => new RoutePatch(release(one)), cancel, document, isRelease: true);
        return released;
    }

    private string Article => "AEIOU".Contains(kind.Kind[0], StringComparison.Ordinal) ? "an" : "a";

    private static (WriteResult Result, JsonObject? Document) Done(RoutePatch patch, JsonObject document, int writes) =>
        patch.Problem is { } problem ? (new WriteResult.Refused(problem), null) : (new WriteResult.Applied(writes), document);

    /// <summary>A 422 does not say whether a test failed or the server refuses the result. A fresh read does: where it leads to the same
    /// patch, no test failed.</summary>
    private async Task<WriteResult> ExplainAsync(ObjectName name, RolloutSnapshot rollout, Claim claim, RoutePatch sent,
        Func<JsonObject, RoutePatch> build, ApiException refusal, CancellationToken cancel)
    {
        var title = TitleOf(name);
        if (await objects.RefreshAsync(name, cancel) is not { } fresh) return new WriteResult.Refused($"{title} is gone");
        if (IsLost(fresh, title, rollout, claim) is { } lost) return lost;
        return JsonNode.DeepEquals(build(fresh).Operations, sent.Operations)
            ? new WriteResult.Refused($"{title}: {refusal.Status.Message}")
            : new WriteResult.Contended($"{title} was modified by another client since it was read");
    }

    private WriteResult.Lost? IsLost(JsonObject document, string title, RolloutSnapshot rollout, Claim claim)
    {
        if (Taken(document, rollout) is { } taken) return new WriteResult.Lost(taken, IsToLaterLeader: false);
        return ClaimPatch.Believed(document, claim) is { } found && found.RolloutUid == claim.RolloutUid && found.Term > claim.Term
            ? new WriteResult.Lost($"{title} carries the claim of a later leader: term {found.Term}, ours is {claim.Term}",
                IsToLaterLeader: true)
            { Term = found.Term }
            : null;
    }

    /// <summary>What is wanted now was decided by a later pass than this one: it is looked at again.</summary>
    private static WriteResult.Contended? IsOutdated(JsonObject document, string title, Claim claim) =>
        ClaimPatch.Believed(document, claim) is { } found && found.RolloutUid == claim.RolloutUid && found.Sequence > claim.Sequence
            ? new WriteResult.Contended($"{title} carries write sequence {found.Sequence}, ours is {claim.Sequence}")
            : null;
}
