using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.StableCopy;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.Workloads.Autoscaling;

namespace Canary.Kubernetes.Workloads;

/// <summary>Makes, changes and deletes the HorizontalPodAutoscaler or ScaledObject of a stable copy, and pauses that of the
/// workload.</summary>
internal sealed class AutoscalerWriter(ApiClient client, RolloutCaches caches, RolloutSnapshot rollout, CopiedWorkload workload)
{
    private static readonly WriteOptions Options = SideObjectWriter.Options;

    /// <summary>The autoscalers as the caches have them.</summary>
    public CopyAutoscalers Read() => CopyAutoscalers.Read(caches, rollout, workload);

    /// <summary>Brings that of the copy to these levels, and deletes those whose original is gone.</summary>
    /// <param name="levels">The levels; null: one that is there stays as it is.</param>
    /// <param name="isPauseDue">That of the workload is to be paused then: nobody scales pods beside the copy.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task<WriteResult> ArrangeAsync(AutoscalerLevels? levels, bool isPauseDue, CancellationToken cancel)
    {
        var there = Read();
        var writes = 0;
        foreach (var left in there.Left)
        {
            if (await DeleteAsync(left, cancel) is { } failed) return failed;
            writes++;
        }

        if (there.OfWorkload is not { } one) return new WriteResult.Applied(writes);
        if (levels is not null && !(there.Observe()!.Copy is { IsCurrent: true } copy && copy.Levels == levels))
        {
            if (await (there.OfCopy is null ? CreateAsync(one, levels, cancel) : ChangeAsync(one, there.OfCopy, levels, cancel))
                is { } failed) return failed;
            writes++;
        }

        if (!isPauseDue || one is not ScaledObject || KedaPause.IsAsked(one.Document)) return new WriteResult.Applied(writes);
        return await AnnotateAsync(one, KedaPause.Pause(one.Document, rollout.Name.Name), cancel) ?? new WriteResult.Applied(writes + 1);
    }

    /// <summary>Deletes all that Canary made for the copy.</summary>
    public async Task<WriteResult?> RemoveAsync(CancellationToken cancel)
    {
        var there = Read();
        foreach (var one in there.Left.Append(there.OfCopy).OfType<WorkloadScaler>())
        {
            if (await DeleteAsync(one, cancel) is { } failed) return failed;
        }

        return null;
    }

    /// <summary>Lets that of the workload scale again, where Canary paused it.</summary>
    public async Task<WriteResult?> ResumeAsync(CancellationToken cancel) =>
        Read().OfWorkload is ScaledObject one && KedaPause.Resume(one.Document).ToArray() is { Length: > 0 } operations
            ? await AnnotateAsync(one, operations, cancel) : null;

    // Of what its team wrote meanwhile nothing is lost. A test of a patch that does not hold is answered like a document that is refused,
    // and two annotations are no reason to refuse one.
    private async Task<WriteResult?> AnnotateAsync(WorkloadScaler one, IEnumerable<JsonObject> operations, CancellationToken cancel)
    {
        try
        {
            await WriteAsync(one, [SideObjectWriter.TestVersion(one.Document), .. operations], cancel);
            return null;
        }
        catch (ApiException failure)
        {
            return failure.IsInvalid ? new WriteResult.Contended($"{one.Title}: {failure.Status.Message}")
                : SideObjectWriter.Failed(one.Title, failure);
        }
    }

    private async Task<WriteResult?> CreateAsync(WorkloadScaler one, AutoscalerLevels levels, CancellationToken cancel)
    {
        var name = new ObjectName(rollout.Name.Namespace, one.CopyName);
        var document = new JsonObject
        {
            ["apiVersion"] = one.Kind.ApiVersion,
            ["kind"] = one.Kind.Kind,
            ["metadata"] = CopyDocuments.Metadata(name.Name, rollout.Name.Namespace, rollout.Name.Name),
            ["spec"] = one.CopySpec(workload.CopyName, levels),
        };
        if (levels.IsPaused) document["metadata"]!["annotations"] = KedaPause.Annotations(rollout.Name.Name);
        try
        {
            using var write = caches.Writes.Begin(one.Kind, name);
            var written = await client.CreateAsync(one.Kind, name.Namespace, document, Options, cancel);
            CacheOf(one).Note(written);
            write.Answered(written);
            return null;
        }
        catch (ApiException failure) when (failure.IsAlreadyExists)
        {
            return new WriteResult.Contended($"{one.Kind.Kind} {name} was made since it was looked for");
        }
        catch (ApiException failure)
        {
            return SideObjectWriter.Failed($"{one.Kind.Kind} {name}", failure);
        }
    }

    // Its version changes with its status every few seconds, so it is the uid that is tested. Nobody else writes its spec.
    private async Task<WriteResult?> ChangeAsync(WorkloadScaler one, WorkloadScaler copy, AutoscalerLevels levels,
        CancellationToken cancel)
    {
        try
        {
            await WriteAsync(copy,
                [
                    JsonPatchText.Test("/metadata/uid", Documents.Uid(copy.Document)),
                    JsonPatchText.Add("/spec", one.CopySpec(workload.CopyName, levels)),
                    .. levels.IsPaused == copy.Levels.IsPaused ? []
                        : levels.IsPaused ? KedaPause.Pause(copy.Document, rollout.Name.Name) : KedaPause.Resume(copy.Document),
                ], cancel);
            return null;
        }
        catch (ApiException failure)
        {
            return SideObjectWriter.Failed(copy.Title, failure);
        }
    }

    private async Task WriteAsync(WorkloadScaler one, JsonArray patch, CancellationToken cancel)
    {
        var name = ObjectName.Of(one.Document);
        using var write = caches.Writes.Begin(one.Kind, name);
        var written = await client.PatchAsync(one.Kind, name, new Patch.JsonPatch(patch), null, Options, cancel);
        CacheOf(one).Note(written);
        write.Answered(written);
    }

    private async Task<WriteResult?> DeleteAsync(WorkloadScaler copy, CancellationToken cancel)
    {
        try
        {
            await client.DeleteAsync(copy.Kind, ObjectName.Of(copy.Document),
                new DeleteOptions(DeletePropagation.Background, Documents.Uid(copy.Document)), cancel);
            return null;
        }
        catch (ApiException failure) when (failure.IsNotFound)
        {
            return null;
        }
        catch (ApiException failure)
        {
            return SideObjectWriter.Failed(copy.Title, failure);
        }
    }

    private ResourceCache CacheOf(WorkloadScaler one) => one is ScaledObject ? caches.ScaledObjects : caches.Autoscalers;
}
