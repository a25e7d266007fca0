using System.Collections.Generic;
using System.Globalization;
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

    /// <summary>What stays paused for the Rollout, as the end of a message; null: nothing.</summary>
    public string? SayPaused() => CopyAutoscalers.FindPaused(caches, rollout) is { Count: > 0 } paused
        ? $"{string.Join(" and ", paused.Select(one => one.Title))} {(paused.Count == 1 ? "stays" : "stay")} paused: remove the "
            + $"annotations {KedaPause.Paused} and {CopyLabels.PausedFor}" : null;

    /// <summary>Brings that of the copy to its levels, and deletes those whose original is gone.</summary>
    /// <param name="levels">The levels. That of the workload is paused after the copy has its own: nobody scales pods beside it.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task<WriteResult> ArrangeAsync(CopyLevels levels, CancellationToken cancel)
    {
        var there = Read();
        var writes = 0;
        if (there is { OfWorkload: null, Left.Count: > 0 } && await NoteReplicasAsync(cancel) is { } unnoted) return unnoted;
        foreach (var left in levels.RemovesAutoscaler ? there.Left.Append(there.OfCopy).OfType<WorkloadScaler>() : there.Left)
        {
            if (await DeleteAsync(left, cancel) is { } failed) return failed;
            writes++;
        }

        if (there.OfWorkload is { } one && levels.Autoscaler is { } wanted
            && !(there.Observe()!.Copy is { IsCurrent: true } copy && copy.Levels == wanted))
        {
            if (await (there.OfCopy is null ? CreateAsync(one, wanted, cancel) : ChangeAsync(one, there.OfCopy, wanted, cancel))
                is { } failed) return failed;
            writes++;
        }

        if (levels.PausesAutoscaler && there.OfWorkload is ScaledObject scaled && !KedaPause.IsAsked(scaled.Document))
        {
            if (await AnnotateAsync(scaled, KedaPause.Pause(scaled.Document, rollout.Name.Name), cancel) is { } failed) return failed;
            writes++;
        }

        return await ResumeAsync(there.Strays, cancel) ?? new WriteResult.Applied(writes + there.Strays.Count);
    }

    /// <summary>Deletes all that Canary made for the copy.</summary>
    public async Task<WriteResult?> RemoveAsync(CancellationToken cancel)
    {
        if (await FindUnknownAsync(cancel) is { } unknown) return unknown;
        var there = Read();
        foreach (var one in there.Left.Append(there.OfCopy).OfType<WorkloadScaler>())
        {
            if (await DeleteAsync(one, cancel) is { } failed) return failed;
        }

        return null;
    }

    /// <summary>Lets all scale again that Canary paused for the Rollout, whatever they scale by now.</summary>
    public Task<WriteResult?> ResumeAsync(CancellationToken cancel) =>
        ResumeAsync(CopyAutoscalers.FindPaused(caches, rollout), cancel);

    // Each of them, whatever becomes of another.
    private async Task<WriteResult?> ResumeAsync(IReadOnlyList<ScaledObject> paused, CancellationToken cancel)
    {
        WriteResult? failed = null;
        foreach (var one in paused)
            failed = await AnnotateAsync(one, KedaPause.Resume(one.Document), cancel) ?? failed;
        return failed;
    }

    // A copy that goes while nobody knows what scales it would leave a ScaledObject behind, and the workload's paused. A server without
    // KEDA may say that it is forbidden to read them.
    private async Task<WriteResult?> FindUnknownAsync(CancellationToken cancel)
    {
        if (!CopyAutoscalers.AreUnknown(caches, rollout.Name.Namespace, workload)) return null;
        try
        {
            return !await client.ServesAsync(KnownKinds.ScaledObjects, cancel) ? null
                : new WriteResult.Contended("ScaledObjects of KEDA cannot be read, so nobody knows which is to be deleted or resumed: "
                    + $"{caches.ScaledObjects.Problem?.Message ?? "they are not read yet"}. {AutoscalerObstacles.NewRole}");
        }
        catch (ApiException failure)
        {
            return new WriteResult.Contended($"nobody knows whether KEDA is installed: {failure.Status.Message}");
        }
    }

    // What an autoscaler wrote last is no wish of a person. The server is asked, since the caches of two kinds are not of one moment: KEDA
    // may have written just before its object went.
    private async Task<WriteResult?> NoteReplicasAsync(CancellationToken cancel)
    {
        var name = new ObjectName(rollout.Name.Namespace, workload.Reference.Name);
        if (await client.FindAsync(KnownKinds.Deployments, name, cancel) is not { } source
            || CopyObserver.WrittenReplicas(source) is not { } written
            || DeploymentReading.DesiredPods(source) is var replicas && replicas == written) return null;
        return await new SideObjectWriter(client, caches).PatchAsync(KnownKinds.Deployments, source,
            [
                SideObjectWriter.TestVersion(source),
                JsonPatchText.Add("/metadata/annotations/" + JsonPatchText.Escape(CopyLabels.Replicas),
                    replicas.ToString(CultureInfo.InvariantCulture)),
            ], cancel);
    }

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
