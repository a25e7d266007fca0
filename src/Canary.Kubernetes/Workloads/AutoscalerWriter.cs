using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;

namespace Canary.Kubernetes.Workloads;

/// <summary>Makes, changes and deletes the HorizontalPodAutoscaler of a stable copy.</summary>
internal sealed class AutoscalerWriter(ApiClient client, RolloutCaches caches, RolloutSnapshot rollout, CopiedWorkload workload)
{
    private static readonly ResourceKind Kind = KnownKinds.HorizontalPodAutoscalers;
    private static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);

    /// <summary>The autoscalers as the cache has them.</summary>
    public CopyAutoscalers Read() => CopyAutoscalers.Read(caches, rollout, workload);

    /// <summary>Brings that of the copy to these levels, and deletes those whose original is gone.</summary>
    /// <param name="levels">The levels; null: one that is there stays as it is.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task<WriteResult> ArrangeAsync(AutoscalerLevels? levels, CancellationToken cancel)
    {
        var there = Read();
        var writes = 0;
        foreach (var left in there.Left)
        {
            if (await DeleteAsync(left, cancel) is { } failed) return failed;
            writes++;
        }

        if (levels is null || there.OfWorkload is not { } one) return new WriteResult.Applied(writes);
        if (there.Observe()!.Copy is { IsCurrent: true } copy && copy.Levels == levels) return new WriteResult.Applied(writes);
        var document = CopyAutoscalers.Document(one, workload, levels, rollout.Name.Name);
        return await (there.OfCopy is null ? CreateAsync(document, cancel) : PatchAsync(there.OfCopy, document["spec"]!, cancel))
            ?? new WriteResult.Applied(writes + 1);
    }

    /// <summary>Deletes all that Canary made for the copy.</summary>
    public async Task<WriteResult?> RemoveAsync(CancellationToken cancel)
    {
        var there = Read();
        foreach (var one in there.Left.Append(there.OfCopy).OfType<JsonObject>())
        {
            if (await DeleteAsync(one, cancel) is { } failed) return failed;
        }

        return null;
    }

    private async Task<WriteResult?> CreateAsync(JsonObject document, CancellationToken cancel)
    {
        var name = ObjectName.Of(document);
        try
        {
            using var write = caches.Writes.Begin(Kind, name);
            var written = await client.CreateAsync(Kind, name.Namespace, document, Options, cancel);
            caches.Autoscalers.Note(written);
            write.Answered(written);
            return null;
        }
        catch (ApiException failure) when (failure.IsAlreadyExists)
        {
            return new WriteResult.Contended($"{Kind.Kind} {name} was made since it was looked for");
        }
        catch (ApiException failure)
        {
            return Failed(name, failure);
        }
    }

    // Its version changes with its status every few seconds, so it is the uid that is tested. Nobody else writes its spec.
    private async Task<WriteResult?> PatchAsync(JsonObject copy, JsonNode spec, CancellationToken cancel)
    {
        var name = ObjectName.Of(copy);
        try
        {
            using var write = caches.Writes.Begin(Kind, name);
            var patch = new JsonArray(JsonPatchText.Test("/metadata/uid", Documents.Uid(copy)), JsonPatchText.Add("/spec", spec));
            var written = await client.PatchAsync(Kind, name, new Patch.JsonPatch(patch), null, Options, cancel);
            caches.Autoscalers.Note(written);
            write.Answered(written);
            return null;
        }
        catch (ApiException failure)
        {
            return Failed(name, failure);
        }
    }

    private async Task<WriteResult?> DeleteAsync(JsonObject copy, CancellationToken cancel)
    {
        try
        {
            await client.DeleteAsync(Kind, ObjectName.Of(copy),
                new DeleteOptions(DeletePropagation.Background, Documents.Uid(copy)), cancel);
            return null;
        }
        catch (ApiException failure) when (failure.IsNotFound)
        {
            return null;
        }
        catch (ApiException failure)
        {
            return Failed(ObjectName.Of(copy), failure);
        }
    }

    private static WriteResult Failed(ObjectName name, ApiException failure) =>
        SideObjectWriter.Failed($"{Kind.Kind} {name}", failure);
}
