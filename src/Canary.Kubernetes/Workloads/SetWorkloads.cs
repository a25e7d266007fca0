using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;
using Canary.Kubernetes.Sets;

namespace Canary.Kubernetes.Workloads;

/// <summary>The two sides that the pods of a set are.</summary>
internal sealed class SetWorkloads(ApiClient client, RolloutCaches caches, PodReader reader, DaemonSetRevisions revisions)
{
    /// <summary>Both sides as they are, or what is in the way.</summary>
    public async Task<WorkloadReading> ObserveAsync(RolloutSnapshot rollout, SetWorkload workload, TrafficSpec traffic,
        CancellationToken cancel)
    {
        var ns = rollout.Name.Namespace;
        var there = await SetObjects.FindAsync(caches, ns, workload, traffic, cancel);
        var problems = there.FindObstacles(caches, rollout, workload, traffic);
        var (blindness, documents, isListed) = (Blindness(workload), new List<JsonObject>(), false);
        if (there.Set is not null)
        {
            try
            {
                there = await ReviseAsync(there, cancel);
                isListed = IsToBeListed(rollout.Status, workload, there.Set!);
                if (isListed) documents.AddRange(await ListAsync(ns, there.Set!, cancel));
            }
            catch (ApiException failure)
            {
                blindness ??= $"the pods of {workload} cannot be read: {failure.Status.Message}";
            }
        }

        var services = there.Selections;
        var pods = there.Set?.Pods(documents) ?? [];
        return new WorkloadReading(
            Stable(there, services, pods, Ready(there.Stable, services.Stable, isListed ? pods : null), rollout.Status.IsRunning,
                blindness),
            Canary(there, services, pods, ReadyOfCanary(there, services, isListed ? pods : null), blindness),
            problems.ToEquatableArray())
        {
            Set = there.Set is { } found && blindness is null
                && (problems.Count == 0 || IsServed(rollout, workload, found, problems) || IsToBeHeld(rollout, workload, found)
                    || (IsTakenOver(rollout, workload) && there.AreSidesGone(rollout.Name.Name)))
                ? new SetObservation(found.Replicas, found.Partition, found.CurrentRevision, found.UpdateRevision, services,
                    pods.Select(pod => pod.Pod).ToEquatableArray())
                {
                    IsRolling = found is { Partition: null, IsRolling: true },
                }
                : null,
            IsStale = blindness is not null,
        };
    }

    /// <summary>Brings the set and its Services to these levels. Nothing where the spec names no set.</summary>
    public async Task<WriteResult> ArrangeAsync(RolloutSnapshot rollout, RolloutSpec spec, SetLevels levels, CancellationToken cancel)
    {
        if (spec.Set is not { } set) return new WriteResult.Applied(0);
        try
        {
            var there = await SetObjects.FindAsync(caches, rollout.Name.Namespace, set, spec.Traffic, cancel);
            var obstacles = there.FindObstacles(caches, rollout, set, spec.Traffic);
            // A subset names the version of its revision.
            if (there is { Subsets: not null, Set: not null }) there = await ReviseAsync(there, cancel);
            return obstacles.Count > 0 && !(there.Set is { } found && (IsServed(rollout, set, found, obstacles)
                    || (levels == new SetLevels(null, null, SetLevels.Held, null) && IsToBeHeld(rollout, set, found))
                    || (levels is { Partition: null, Evicted: null } && IsTakenOver(rollout, set)
                        && there.AreSidesGone(rollout.Name.Name))))
                ? new WriteResult.Refused(string.Join("; ", obstacles))
                : await new SetWriter(client, caches, rollout, set).ArrangeAsync(spec.Traffic, levels, there, cancel);
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused(failure.Status.Message);
        }
    }

    /// <summary>Gives the set of a Rollout that is deleted back.</summary>
    public async Task<HandBackResult> HandBackAsync(RolloutSnapshot rollout, SetWorkload set, TrafficSpec traffic,
        CancellationToken cancel)
    {
        var there = await SetObjects.FindAsync(caches, rollout.Name.Namespace, set, traffic, cancel);
        if (there.Set is { } found) revisions.Forget(found.Document);
        return await new SetWriter(client, caches, rollout, set).HandBackAsync(there, cancel);
    }

    // Nothing is released then. But where Kubernetes replaces pods all the same, the Services follow those that are left.
    private static bool IsServed(RolloutSnapshot rollout, SetWorkload workload, SetReading set, IReadOnlyList<SpecError> problems) =>
        set.Partition is null && IsTakenOver(rollout, workload) && problems.Count == set.FindObstacles().Count();

    /// <summary>The Rollout released this set before, or found what is stable.</summary>
    public static bool IsTakenOver(RolloutSnapshot rollout, SetWorkload workload) =>
        rollout.Status is { StableRevision: not null, Accepted.Set: { } accepted } && accepted.Reference == workload.Reference;

    // The last pods are updated by a partition that Canary wrote. Whatever is in the way of the rest, it is held when another template
    // comes.
    private static bool IsToBeHeld(RolloutSnapshot rollout, SetWorkload workload, SetReading set) =>
        set is { Partition: not null, IsRolling: true, Replicas: > 0 }
        && rollout.Status is { Promotion: PromotionStage.UpdatingStable or PromotionStage.ReturningTraffic, Accepted.Set: { } accepted }
        && accepted.Reference == workload.Reference;

    // The status of a DaemonSet does not name its revision.
    private async Task<SetObjects> ReviseAsync(SetObjects there, CancellationToken cancel) => there.Set is not DaemonSetReading read ? there
        : there with
        {
            Set = new DaemonSetReading(read.Document)
            {
                Revision = await revisions.FindAsync(read.Document, cancel),
                Now = caches.Time.GetUtcNow(),
            },
        };

    private SideObservation Stable(SetObjects there, SetServices services, IReadOnlyList<(SetPod Pod, JsonObject Document)> pods,
        int ready, bool isReleased, string? blindness)
    {
        if (there.Set is not { } set) return new SideObservation(null, ready, 0, false, blindness);
        SetPod[] own = [.. pods.Select(pod => pod.Pod)];
        // At the end of a promotion all pods are to run it.
        var isRolledOut = services.Stable is not { } revision || revision != set.UpdateRevision || set.IsUpdated(own, isReleased);
        return new SideObservation(services.Stable, ready, set.WantedOfStable(services.Stable, own), isRolledOut && blindness is null,
            blindness);
    }

    private SideObservation Canary(SetObjects there, SetServices services, IReadOnlyList<(SetPod Pod, JsonObject Document)> pods,
        int ready, string? blindness)
    {
        if (there.Set is not { } set) return new SideObservation(null, ready, 0, false, blindness);
        var update = set.UpdateRevision;
        var isRolledOut = blindness is null && update is not null && services.Canary == update;
        var problem = blindness ?? PodProblems.Describe([.. pods
            .Where(pod => pod.Pod is { IsReady: false } one && one.Revision == update).Select(pod => pod.Document)]);
        return new SideObservation(update, ready, set.WantedOfCanary([.. pods.Select(pod => pod.Pod)]), isRolledOut, problem)
        {
            Workload = new ObservedWorkload(Json.Name(set.Document), Documents.Uid(set.Document),
                Json.Whole(set.Document, "metadata", "generation") ?? 0),
        };
    }

    // Nobody reads pods of an idle rollout, and all of them are of stable then: behind the one Service of two subsets, too.
    private int ReadyOfCanary(SetObjects there, SetServices services, IReadOnlyList<(SetPod Pod, JsonObject Document)>? pods) =>
        there.Subsets is not null && pods is null && services.Canary != services.Stable ? 0
            : Ready(there.Canary, services.Canary, pods);

    // EndpointSlices follow a selector that was changed just now some time later, and with publishNotReadyAddresses they call every pod
    // ready: where the pods are known, those of the revision count that are ready themselves.
    private int Ready(JsonObject? service, string? revision, IReadOnlyList<(SetPod Pod, JsonObject Document)>? pods) =>
        service is null ? 0
        : pods is null ? new SidePods(reader).CountReady(Json.Namespace(service), service)
        : new SidePods(reader).CountReady(Json.Namespace(service), service, pods.Select(pod => pod.Pod)
            .Where(pod => pod.IsReady && (revision is null || pod.Revision == revision)).Select(pod => pod.Name).ToHashSet());

    // An idle rollout costs no request: the status of the set says that all pods run the stable revision.
    private static bool IsToBeListed(RolloutStatus status, SetWorkload workload, SetReading set) =>
        status.IsRunning || status.Accepted?.Set?.Reference != workload.Reference || !set.AreAllOf(status.StableRevision);

    private async Task<IReadOnlyList<JsonObject>> ListAsync(string ns, SetReading set, CancellationToken cancel)
    {
        if (set.Labels.Count == 0) return [];
        var selector = string.Join(',', set.Labels.Select(label => $"{label.Key}={label.Value}"));
        return (await client.ListAllAsync(KnownKinds.Pods, ns, new ListOptions(LabelSelector: selector), cancel)).Items;
    }

    private string? Blindness(SetWorkload workload) =>
        (caches.EndpointSlices.Problem ?? SetObjects.Cache(caches, workload).Cache.Problem) is { } problem
        ? $"pods cannot be watched: {problem.Status.Message}" : null;
}
