using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Configuration;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>Writes an old pod template into the canary side's Deployment, as <c>kubectl rollout undo</c> does.</summary>
internal sealed class TemplateRestoration(ApiClient client, RolloutCaches caches, ConfigurationView configuration)
{
    private static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);

    /// <param name="stable">Stable's Deployment; null: there is none.</param>
    /// <param name="canary">The Deployment that is written.</param>
    /// <param name="scheme">How templates become revisions.</param>
    /// <param name="revision">What it is to have.</param>
    /// <param name="from">What it must have before.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task<WriteResult> WriteAsync(JsonObject? stable, JsonObject canary, RevisionScheme scheme, string revision, string from,
        CancellationToken cancel)
    {
        var name = ObjectName.Of(canary);
        var has = TemplateHash.Compute(Json.Object(canary, "spec", "template") ?? [], scheme, Side.NamedCanary, configuration);
        if (has == revision) return new WriteResult.Applied(0);
        if (has != from) return new WriteResult.Contended($"Deployment {name} has revision {has} by now, and not {from}");
        try
        {
            var templates = await new RevisionTemplates(client, name.Namespace!).ListAsync(stable, canary, scheme, configuration, cancel);
            if (templates.FirstOrDefault(one => one.Revision == revision).Template is not { } template)
                return new WriteResult.Refused(
                    $"no ReplicaSet has the template of revision {revision} any more, so Deployment {name} stays as it is; abort ends this");
            var patch = new JsonArray(
                JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(canary)),
                JsonPatchText.Add("/spec/template", template.DeepClone()));
            using var write = caches.Writes.Begin(KnownKinds.Deployments, name);
            var written = await client.PatchAsync(KnownKinds.Deployments, name, new Patch.JsonPatch(patch), null, Options, cancel);
            caches.Deployments.Note(written);
            write.Answered(written);
            return new WriteResult.Applied(1);
        }
        catch (ApiException failure) when (failure.IsInvalid)
        {
            // A test of a patch that does not hold is answered like a document that is refused.
            return await caches.Deployments.RefreshAsync(name, cancel) is { } live
                && Documents.ResourceVersion(live) == Documents.ResourceVersion(canary)
                ? new WriteResult.Refused($"Deployment {name}: {failure.Status.Message}")
                : new WriteResult.Contended($"Deployment {name} was modified by another client since it was read");
        }
        catch (ApiException failure)
        {
            return failure.IsConflict || failure.IsNotFound ? new WriteResult.Contended($"Deployment {name}: {failure.Status.Message}")
                : new WriteResult.Refused($"Deployment {name}: {failure.Status.Message}");
        }
    }
}
