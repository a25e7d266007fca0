using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.StableCopy;

namespace Canary.Kubernetes.Workloads;

/// <summary>Writes the analysed pod template into the other side's Deployment, which keeps the labels that it is selected by.</summary>
/// <param name="client">Speaks to the API server.</param>
/// <param name="caches">What is known of the cluster.</param>
/// <param name="rollout">The Rollout.</param>
/// <param name="claim">What every write carries.</param>
/// <param name="configuration">The content of what the pods of the source read.</param>
internal sealed class TemplatePromotion(ApiClient client, RolloutCaches caches, RolloutSnapshot rollout, Claim claim,
    ConfigurationView configuration)
{
    private static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);

    private PinnedImages _images = PinnedImages.None;

    /// <param name="source">The Deployment whose template was analysed.</param>
    /// <param name="from">The side that it belongs to.</param>
    /// <param name="target">The other side's.</param>
    /// <param name="scheme">How their templates become revisions.</param>
    /// <param name="revision">What was analysed.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task<WriteResult> WriteAsync(JsonObject source, Side from, JsonObject target, RevisionScheme scheme, string revision,
        CancellationToken cancel)
    {
        if (!configuration.Knows(Template(source), scheme))
            return new WriteResult.Contended($"the configuration of Deployment {ObjectName.Of(source)} cannot be read");
        var found = TemplateHash.Compute(Template(source), scheme, from, configuration);
        if (found != revision)
            return new WriteResult.Refused(
                $"Deployment {ObjectName.Of(source)} has revision {found} now, and {revision} is what was analysed: only that is promoted");
        if (Workload is { PinsImages: true } && await ReadImagesAsync(source, cancel) is { } unread) return unread;
        if (Workload is not null)
        {
            // What was analysed, and no later content, is there before a pod reads it.
            var copies = new ConfigurationCopies(client, caches, rollout);
            if (await copies.MakeAsync(Template(source), scheme, configuration, cancel) is { } failed) return failed;
            await copies.CollectAsync(target, Promoted(source, target, scheme), cancel);
        }

        var result = await WriteAsync(target, document => Patch(source, from, document, scheme), cancel, isRelease: false);
        return result is WriteResult.Applied { Writes: > 0 } applied ? applied with { Note = RunningImages.Describe(_images) } : result;
    }

    public Task<WriteResult> ClaimAsync(JsonObject target, CancellationToken cancel) =>
        WriteAsync(target, document => ClaimPatch.Believed(document, claim) is { } found && found.Covers(claim) ? []
            : ClaimPatch.For(document, claim, mustTestVersion: false), cancel, isRelease: false);

    /// <summary>Takes the claim off. Where a template may still be on its way that found none, the Deployment is stamped first: that write
    /// tests the version alone.</summary>
    public async Task<WriteResult> ReleaseAsync(JsonObject target, bool mayTemplateArrive, Func<Task<JsonObject?>> again,
        CancellationToken cancel)
    {
        if (ClaimPatch.Read(target) is null && mayTemplateArrive)
        {
            var stamped = await WriteAsync(target, document => ClaimPatch.Read(document) is null
                ? ClaimPatch.For(document, claim, mustTestVersion: false) : [], cancel);
            if (stamped is not WriteResult.Applied) return stamped;
            if (await again() is not { } fresh) return new WriteResult.Applied(0);
            target = fresh;
        }

        return ClaimPatch.Read(target) is { } found && found.RolloutUid != claim.RolloutUid
            ? new WriteResult.Applied(0)
            : await WriteAsync(target, document => ClaimPatch.Read(document) is null ? [] : ClaimPatch.Off(document), cancel);
    }

    private async Task<WriteResult> WriteAsync(JsonObject target, Func<JsonObject, JsonArray> build, CancellationToken cancel,
        bool isRelease = true)
    {
        var name = ObjectName.Of(target);
        try
        {
            if (IsLost(target, name) is { } lost) return lost;
            var patch = build(target);
            if (patch.Count == 0) return new WriteResult.Applied(0);
            if (!isRelease && await UnclaimedObject.CheckAsync(client, $"Deployment {name}", target, rollout, cancel) is { } gone)
                return gone;
            try
            {
                using var write = caches.Writes.Begin(KnownKinds.Deployments, name);
                var written = await client.PatchAsync(KnownKinds.Deployments, name, new Patch.JsonPatch(patch), null, Options, cancel);
                caches.Deployments.Note(written);
                write.Answered(written);
                return build(written).Count == 0
                    ? new WriteResult.Applied(1)
                    : new WriteResult.Refused(
                        $"Deployment {name} does not hold what was written: something on its way into the API server changes it, such as "
                            + "a mutating webhook");
            }
            catch (ApiException refusal) when (refusal.IsInvalid)
            {
                if (await caches.Deployments.RefreshAsync(name, cancel) is not { } fresh)
                    return new WriteResult.Refused($"Deployment {name} is gone");
                if (IsLost(fresh, name) is { } taken) return taken;
                return JsonNode.DeepEquals(build(fresh), patch)
                    ? new WriteResult.Refused($"Deployment {name}: {refusal.Status.Message}")
                    : new WriteResult.Contended($"Deployment {name} was modified by another client since it was read");
            }
        }
        catch (ApiException failure) when (failure.IsConflict)
        {
            return new WriteResult.Contended($"Deployment {name}: {failure.Status.Message}");
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused($"Deployment {name}: {failure.Status.Message}");
        }
    }

    private JsonArray Patch(JsonObject source, Side from, JsonObject target, RevisionScheme scheme)
    {
        var to = from switch { Side.NamedStable => Side.NamedCanary, Side.NamedCanary => Side.NamedStable };
        var revision = TemplateHash.Compute(Template(source), scheme, from, configuration);
        if (TemplateHash.Compute(Template(target), scheme, to, configuration) == revision) return [];
        var patch = ClaimPatch.For(target, claim, mustTestVersion: false);
        patch.Add(JsonPatchText.Test("/spec/template", Template(target)));
        var template = Promoted(source, target, scheme);
        if (Json.Object(template, "metadata", "labels") is { } labels && labels.ContainsKey(CopyLabels.Revision))
            labels[CopyLabels.Revision] = revision;
        patch.Add(JsonPatchText.Add("/spec/template", template));
        if (CopyLabels.IsOf(target, rollout.Name.Name))
        {
            foreach (var field in CopyFields.Patch(source, target)) patch.Add(field);
        }

        return patch;
    }

    private CopiedWorkload? Workload => rollout.Status.Governing(rollout.Spec)?.Workload;

    private async Task<WriteResult?> ReadImagesAsync(JsonObject source, CancellationToken cancel)
    {
        (_images, var failure) = await new RunningImages(client).ReadAsync(source, Template(source), cancel);
        return failure;
    }

    private JsonObject Promoted(JsonObject source, JsonObject target, RevisionScheme scheme)
    {
        var template = TemplateHash.Transfer(Template(source), Template(target), scheme);
        configuration.Fold(template, scheme);
        if (Workload is { } workload) CopyAntiAffinity.Add(template, CopyObserver.Labels(source), workload.AntiAffinity);
        _images.Pin(template);
        return template;
    }

    private WriteResult? IsLost(JsonObject target, ObjectName name)
    {
        if (ClaimPatch.Believed(target, claim) is not { } found) return null;
        if (found.RolloutUid == claim.RolloutUid && found.Term <= claim.Term && found.Sequence > claim.Sequence)
            return new WriteResult.Contended($"Deployment {name} carries write sequence {found.Sequence}, ours is {claim.Sequence}");
        if (found.RolloutUid == claim.RolloutUid)
            return found.Term <= claim.Term ? null
                : new WriteResult.Lost($"Deployment {name} carries the claim of a later leader: term {found.Term}, ours is {claim.Term}",
                    IsToLaterLeader: true)
                { Term = found.Term };
        return caches.OwnerOf(found.RolloutUid, KnownKinds.Deployments, name) is { } owner && owner != rollout.Name
            ? new WriteResult.Lost($"Deployment {name} belongs to Rollout {owner}, which names it too; one Rollout a Deployment is allowed",
                IsToLaterLeader: false)
            : null;
    }

    private static JsonObject Template(JsonObject deployment) => Json.Object(deployment, "spec", "template") ?? [];
}
