using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>Brings a set and its Services to a level: Services are made, selectors follow, the partition is set, a pod goes.</summary>
internal sealed class SetWriter(ApiClient client, RolloutCaches caches, RolloutSnapshot rollout, SetWorkload workload)
{
    private const string PartitionPath = "/spec/updateStrategy/rollingUpdate/partition";

    private static readonly WriteOptions Options = new("canary", FieldValidation: "Strict", IsRepeatable: true);

    private readonly string _ns = rollout.Name.Namespace;
    private int _writes;

    /// <param name="traffic">The sides.</param>
    /// <param name="levels">How they shall be.</param>
    /// <param name="there">How they are.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task<WriteResult> ArrangeAsync(TrafficSpec traffic, SetLevels levels, SetObjects there, CancellationToken cancel)
    {
        if (there.Set is not { } set) return new WriteResult.Refused($"StatefulSet {_ns}/{workload.Reference.Name} is not there");
        return await ServiceAsync(there.Stable, traffic.NamedStable.Service, set, levels.StableRevision, cancel)
            ?? await ServiceAsync(there.Canary, traffic.NamedCanary.Service, set, levels.CanaryRevision, cancel)
            ?? (levels.Partition is { } partition ? await PartitionAsync(set, partition, cancel) : null)
            ?? (levels.Evicted is { } pod ? await EvictAsync(pod, cancel) : null)
            ?? new WriteResult.Applied(_writes);
    }

    // Null: all pods of the set.
    private Task<WriteResult?> SelectAsync(JsonObject service, JsonObject set, string? revision, CancellationToken cancel)
    {
        var selector = SetReading.Selector(set, revision);
        if (CopyObserver.Selects(service, selector)) return Task.FromResult<WriteResult?>(null);
        return PatchAsync(KnownKinds.Services, service,
            [TestVersion(service), JsonPatchText.Add("/spec/selector", CopyDocuments.Map(selector))], cancel);
    }

    // The partition that it had, and no annotation.
    private async Task<WriteResult?> ReleaseAsync(JsonObject set, CancellationToken cancel)
    {
        if (CopyObserver.Number(set, CopyLabels.Partition) is not { } original)
            return SetReading.Partition(set) == SetLevels.Held
                ? await PatchAsync(KnownKinds.StatefulSets, set, Partition(set, 0), cancel) : null;
        var patch = Partition(set, original);
        patch.Add(JsonPatchText.Remove("/metadata/annotations/" + JsonPatchText.Escape(CopyLabels.Partition)));
        return await PatchAsync(KnownKinds.StatefulSets, set, patch, cancel);
    }

    /// <summary>Gives the set of a deleted Rollout back: both Services find all of its pods before the weights return, and then Kubernetes
    /// updates them as it does without Canary.</summary>
    public async Task<HandBackResult> HandBackAsync(SetObjects there, CancellationToken cancel)
    {
        if (there.Set is not { } set)
            return new HandBackResult(null, false) { Left = $"StatefulSet {_ns}/{workload.Reference.Name} is not there" };
        foreach (var service in new[] { there.Stable, there.Canary }.OfType<JsonObject>().Where(one =>
            CopyLabels.IsOf(one, rollout.Name.Name)))
        {
            if (await SelectAsync(service, set, null, cancel) is { } refused)
                return new HandBackResult(CopyRemoval.Message(refused), false);
        }

        return await ReleaseAsync(set, cancel) is { } kept ? new HandBackResult(CopyRemoval.Message(kept), false)
            : new HandBackResult(null, false);
    }

    private async Task<WriteResult?> ServiceAsync(JsonObject? service, string name, JsonObject set, string? revision,
        CancellationToken cancel)
    {
        if (service is not null) return revision is null ? null : await SelectAsync(service, set, revision, cancel);
        var clients = caches.Services.Get(new ObjectName(_ns, workload.ClientService)) is { } known
            ? await client.FindAsync(KnownKinds.Services, ObjectName.Of(known), cancel) : null;
        var document = CopyDocuments.Service(name, _ns, SetReading.Selector(set, revision), clients, set, rollout.Name.Name);
        try
        {
            using var write = caches.Writes.Begin(KnownKinds.Services, new ObjectName(_ns, name));
            var written = await client.CreateAsync(KnownKinds.Services, _ns, document, Options, cancel);
            caches.Services.Note(written);
            write.Answered(written);
            _writes++;
            return null;
        }
        catch (ApiException failure) when (failure.IsAlreadyExists)
        {
            return new WriteResult.Contended($"Service {_ns}/{name} was made since it was looked for");
        }
        catch (ApiException failure)
        {
            return Failed($"Service {_ns}/{name}", failure);
        }
    }

    private Task<WriteResult?> PartitionAsync(JsonObject set, int partition, CancellationToken cancel)
    {
        var patch = Partition(set, partition);
        if (CopyObserver.Number(set, CopyLabels.Partition) is null)
        {
            var original = SetReading.Partition(set) is var now && now != SetLevels.Held ? now : 0;
            var text = original.ToString(CultureInfo.InvariantCulture);
            patch.Add(Json.Object(set, "metadata", "annotations") is null
                ? JsonPatchText.Add("/metadata/annotations", new JsonObject { [CopyLabels.Partition] = text })
                : JsonPatchText.Add("/metadata/annotations/" + JsonPatchText.Escape(CopyLabels.Partition), text));
        }

        return PatchAsync(KnownKinds.StatefulSets, set, patch, cancel);
    }

    // The template, the replicas and the partition are those that were seen. The status may have changed: it does so all the time.
    private static JsonArray Partition(JsonObject set, int partition)
    {
        var test = JsonPatchText.Test("/metadata/generation", Json.Whole(set, "metadata", "generation") ?? 0);
        return Json.Object(set, "spec", "updateStrategy", "rollingUpdate") is not null ? [test, JsonPatchText.Add(PartitionPath, partition)]
            : [test, JsonPatchText.Add("/spec/updateStrategy", new JsonObject
            {
                ["type"] = "RollingUpdate",
                ["rollingUpdate"] = new JsonObject { ["partition"] = partition },
            })];
    }

    // As a drain does: a PodDisruptionBudget may refuse it.
    private async Task<WriteResult?> EvictAsync(SetPod pod, CancellationToken cancel)
    {
        var eviction = new JsonObject
        {
            ["apiVersion"] = "policy/v1",
            ["kind"] = "Eviction",
            ["metadata"] = new JsonObject { ["name"] = pod.Name, ["namespace"] = _ns },
            ["deleteOptions"] = new JsonObject { ["preconditions"] = new JsonObject { ["uid"] = pod.Uid } },
        };
        try
        {
            await client.CreateAsync(KnownKinds.Pods, new ObjectName(_ns, pod.Name), "eviction", eviction, new WriteOptions("canary"),
                cancel);
            _writes++;
            return null;
        }
        catch (ApiException failure)
        {
            return Failed($"Pod {_ns}/{pod.Name} was not evicted", failure);
        }
    }

    private async Task<WriteResult?> PatchAsync(ResourceKind kind, JsonObject document, JsonArray patch, CancellationToken cancel)
    {
        var name = ObjectName.Of(document);
        try
        {
            using var write = caches.Writes.Begin(kind, name);
            var written = await client.PatchAsync(kind, name, new Patch.JsonPatch(patch), null, Options, cancel);
            Note(kind, written);
            write.Answered(written);
            _writes++;
            return null;
        }
        catch (ApiException failure)
        {
            return failure.IsInvalid && await IsChangedAsync(kind, document, name, cancel)
                ? new WriteResult.Contended($"{kind.Kind} {name} was modified by another client since it was read")
                : Failed($"{kind.Kind} {name}", failure);
        }
    }

    // A test of a patch that does not hold is answered like a document that is refused.
    private async Task<bool> IsChangedAsync(ResourceKind kind, JsonObject document, ObjectName name, CancellationToken cancel)
    {
        if (await client.FindAsync(kind, name, cancel) is not { } live) return true;
        var isChanged = Documents.ResourceVersion(live) != Documents.ResourceVersion(document);
        Note(kind, live);
        return isChanged;
    }

    private void Note(ResourceKind kind, JsonObject written)
    {
        if (kind == KnownKinds.StatefulSets) caches.StatefulSets.Note(written);
        else caches.Services.Note(written);
    }

    private static JsonObject TestVersion(JsonObject document) =>
        JsonPatchText.Test("/metadata/resourceVersion", Documents.ResourceVersion(document));

    private static WriteResult Failed(string title, ApiException failure) =>
        failure.IsConflict || failure.IsNotFound ? new WriteResult.Contended($"{title}: {failure.Status.Message}")
            : new WriteResult.Refused($"{title}: {failure.Status.Message}");
}
