using System.Collections.Generic;
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
using Canary.Kubernetes.Sets;
using Canary.Kubernetes.Traffic;

namespace Canary.Kubernetes.Workloads;

/// <summary>Brings a set and its Services to a level: Services are made, selectors follow, the partition is set, a pod goes.</summary>
internal sealed class SetWriter(ApiClient client, RolloutCaches caches, RolloutSnapshot rollout, SetWorkload workload)
{
    private const string PartitionPath = "/spec/updateStrategy/rollingUpdate/partition";

    private readonly string _ns = rollout.Name.Namespace;
    private readonly SideObjectWriter _objects = new(client, caches);

    /// <param name="traffic">The sides.</param>
    /// <param name="levels">How they shall be.</param>
    /// <param name="there">How they are.</param>
    /// <param name="cancel">Ends the writing.</param>
    public async Task<WriteResult> ArrangeAsync(TrafficSpec traffic, SetLevels levels, SetObjects there, CancellationToken cancel)
    {
        if (there.Set is not { } set)
            return new WriteResult.Refused($"{workload.Reference.Kind} {_ns}/{workload.Reference.Name} is not there");
        // A template that was not analysed is held whatever became of the sides.
        var isHold = levels == new SetLevels(null, null, SetLevels.Held, null);
        var selected = isHold ? null : there.Subsets is { } subsets ? await SubsetsAsync(subsets, set, levels, cancel)
            : await ServiceAsync(there.Stable, traffic.NamedStable.Service, set, levels.StableRevision, cancel)
                ?? await ServiceAsync(there.Canary, traffic.NamedCanary.Service, set, levels.CanaryRevision, cancel);
        return selected
            ?? (levels.Partition is { } partition ? await PartitionAsync(set.Document, partition, cancel) : null)
            ?? (levels.Evicted is { } pod ? await EvictAsync(pod, cancel) : null)
            ?? new WriteResult.Applied(_objects.Writes);
    }

    // Null: all pods of the set.
    private Task<WriteResult?> SelectAsync(JsonObject service, SetReading set, string? revision, CancellationToken cancel)
    {
        var selector = set.Selector(revision);
        if (CopyObserver.Selects(service, selector)) return Task.FromResult<WriteResult?>(null);
        return _objects.PatchAsync(KnownKinds.Services, service,
            [SideObjectWriter.TestVersion(service), JsonPatchText.Add("/spec/selector", CopyDocuments.Map(selector))], cancel);
    }

    // Both in one write: the partition moves only where both sides are right.
    private async Task<WriteResult?> SubsetsAsync(SetSubsets subsets, SetReading set, SetLevels levels, CancellationToken cancel)
    {
        var (definition, document) = (subsets.Definition, subsets.Document);
        (string Name, string? Revision)[] sides = [(subsets.Stable, levels.StableRevision), (subsets.Canary, levels.CanaryRevision)];
        var changed = document is null ? sides : [.. sides.Where(side => subsets.IsMissing(side.Name)
            || (side.Revision is { } revision && !subsets.Selects(side.Name, set.Selector(revision))))];
        if (changed.Length == 0) return null;
        if (changed.Any(side => side.Revision is null) && SetWorkloads.IsTakenOver(rollout, workload))
            return Gone($"{definition.Kind.Kind} {definition.Name}, or a subset of it,");
        var whole = await WholeAsync(set, cancel);
        var labels = changed.Select(side => (side.Name, subsets.LabelsFor(whole, side.Name, side.Revision)));
        return document is null
            ? await _objects.CreateAsync(definition.Kind,
                definition.Document(CopyDocuments.Metadata(definition.Name.Name, _ns, rollout.Name.Name), labels), cancel)
            : await PatchAsync(definition, document, labels, cancel);
    }

    // It was there at the look, when nothing of it was to change: what it selected is not known any more.
    private static WriteResult.Contended Gone(string title) => new($"{title} is gone since it was looked at");

    private async Task<WriteResult?> ReleaseAsync(SetSubsets subsets, SetReading set, CancellationToken cancel)
    {
        if (subsets.Document is not { } document || !CopyLabels.IsOf(document, rollout.Name.Name)) return null;
        string[] names = [.. new[] { subsets.Stable, subsets.Canary }.Where(name =>
            !subsets.IsMissing(name) && !subsets.Selects(name, set.Selector(null)))];
        if (names.Length == 0) return null;
        return await PatchAsync(subsets.Definition, document, names.Select(name => (name, set.Selector(null))), cancel);
    }

    // A patch names a subset by its place in the list, of which less is kept: it is read whole.
    private async Task<WriteResult?> PatchAsync(OwnSubsets definition, JsonObject document,
        IEnumerable<(string Name, IReadOnlyDictionary<string, string> Labels)> labels, CancellationToken cancel)
    {
        if (await client.FindAsync(definition.Kind, definition.Name, cancel) is not { } live
            || Documents.ResourceVersion(live) != Documents.ResourceVersion(document))
            return new WriteResult.Contended($"{definition.Kind.Kind} {definition.Name} was modified by another client since it was read");
        return await _objects.PatchAsync(definition.Kind, live,
            [SideObjectWriter.TestVersion(live), .. definition.Patch(live, labels)], cancel);
    }

    // Its template says the version. One that changed since it was read says another one.
    private async Task<SetReading> WholeAsync(SetReading set, CancellationToken cancel) =>
        await client.FindAsync(set.Kind, ObjectName.Of(set.Document), cancel) is { } live
        && Json.Whole(live, "metadata", "generation") == Json.Whole(set.Document, "metadata", "generation") ? set.With(live) : set;

    // The partition that it had, and no annotation. Of a set that its owner switched to another type by now, the annotation alone.
    private async Task<WriteResult?> ReleaseAsync(JsonObject set, CancellationToken cancel)
    {
        if (CopyObserver.Number(set, CopyLabels.Partition) is not { } original)
            return StatefulSetReading.PartitionOf(set) == SetLevels.Held
                ? await _objects.PatchAsync(KnownKinds.StatefulSets, set, Partition(set, 0), cancel) : null;
        var patch = Json.Text(set, "spec", "updateStrategy", "type") is null or "RollingUpdate" ? Partition(set, original) : [];
        patch.Add(JsonPatchText.Remove("/metadata/annotations/" + JsonPatchText.Escape(CopyLabels.Partition)));
        return await _objects.PatchAsync(KnownKinds.StatefulSets, set, patch, cancel);
    }

    /// <summary>Gives the set of a deleted Rollout back: both Services find all of its pods before the weights return, and then Kubernetes
    /// updates them as it does without Canary.</summary>
    public async Task<HandBackResult> HandBackAsync(SetObjects there, CancellationToken cancel)
    {
        if (there.Set is not { } set)
            return new HandBackResult(null, false) { Left = $"{workload.Reference.Kind} {_ns}/{workload.Reference.Name} is not there" };
        if (there.Subsets is { } subsets && await ReleaseAsync(subsets, set, cancel) is { } unchanged)
            return new HandBackResult(CopyRemoval.Message(unchanged), false);
        foreach (var service in new[] { there.Stable, there.Canary }.OfType<JsonObject>().Where(one =>
            CopyLabels.IsOf(one, rollout.Name.Name)))
        {
            if (await SelectAsync(service, set, null, cancel) is { } refused)
                return new HandBackResult(CopyRemoval.Message(refused), false);
        }

        // A set without a partition was never held.
        return set.Partition is not null && await ReleaseAsync(set.Document, cancel) is { } kept
            ? new HandBackResult(CopyRemoval.Message(kept), false) : new HandBackResult(null, false);
    }

    private async Task<WriteResult?> ServiceAsync(JsonObject? service, string name, SetReading set, string? revision,
        CancellationToken cancel)
    {
        if (service is not null) return revision is null ? null : await SelectAsync(service, set, revision, cancel);
        if (revision is null && SetWorkloads.IsTakenOver(rollout, workload)) return Gone($"Service {_ns}/{name}");
        var clients = caches.Services.Get(new ObjectName(_ns, workload.ClientService)) is { } known
            ? await client.FindAsync(KnownKinds.Services, ObjectName.Of(known), cancel) : null;
        // With the ports of the containers instead, routes would lead to ports that it does not have.
        if (clients is null && workload.Service is { } named) return new WriteResult.Refused($"Service {_ns}/{named} is not there");
        var document = CopyDocuments.Service(name, _ns, set.Selector(revision), clients, set.Document, rollout.Name.Name);
        return await _objects.CreateAsync(KnownKinds.Services, document, cancel);
    }

    private Task<WriteResult?> PartitionAsync(JsonObject set, int partition, CancellationToken cancel)
    {
        var patch = Partition(set, partition);
        if (CopyObserver.Number(set, CopyLabels.Partition) is null)
        {
            var original = StatefulSetReading.PartitionOf(set) is var now && now != SetLevels.Held ? now : 0;
            var text = original.ToString(CultureInfo.InvariantCulture);
            var hasAnnotations = Json.Object(set, "metadata", "annotations") is not null;
            // Others that came since would be lost, and they do not change the generation.
            if (!hasAnnotations) patch.Add(SideObjectWriter.TestVersion(set));
            patch.Add(hasAnnotations ? JsonPatchText.Add("/metadata/annotations/" + JsonPatchText.Escape(CopyLabels.Partition), text)
                : JsonPatchText.Add("/metadata/annotations", new JsonObject { [CopyLabels.Partition] = text }));
        }

        return _objects.PatchAsync(KnownKinds.StatefulSets, set, patch, cancel);
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
            _objects.Writes++;
            return null;
        }
        catch (ApiException failure)
        {
            return SideObjectWriter.Failed($"Pod {_ns}/{pod.Name} was not evicted", failure);
        }
    }
}
