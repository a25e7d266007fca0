using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;

namespace Canary.Kubernetes.Workloads;

/// <summary>The two sides that the pods of a set are.</summary>
internal sealed class SetWorkloads(ApiClient client, RolloutCaches caches, PodReader reader)
{
    /// <summary>Both sides as they are, or what is in the way.</summary>
    public async Task<WorkloadReading> ObserveAsync(RolloutSnapshot rollout, SetWorkload workload, TrafficSpec traffic,
        CancellationToken cancel)
    {
        var ns = rollout.Name.Namespace;
        var there = await SetObjects.FindAsync(caches, ns, workload, traffic, cancel);
        var problems = there.FindObstacles(caches, rollout, workload, traffic);
        var (blindness, documents) = (Blindness(), new List<JsonObject>());
        var services = there.Set is { } named ? new SetServices(there.Stable is not null && there.Canary is not null,
            SetReading.Selected(named, there.Stable), SetReading.Selected(named, there.Canary)) : new SetServices(false, null, null);
        if (there.Set is { } set && IsToBeListed(rollout.Status, workload, set))
        {
            try
            {
                documents.AddRange(await ListAsync(ns, set, cancel));
            }
            catch (ApiException failure)
            {
                blindness ??= $"the pods of StatefulSet {workload.Reference.Name} cannot be read: {failure.Status.Message}";
            }
        }

        return new WorkloadReading(
            Stable(there, services, documents, blindness), Canary(there, services, documents, blindness), problems.ToEquatableArray())
        {
            Set = there.Set is { } found && problems.Count == 0 && blindness is null ? Observe(found, services, documents) : null,
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
            return obstacles.Count > 0 ? new WriteResult.Refused(string.Join("; ", obstacles))
                : await new SetWriter(client, caches, rollout, set).ArrangeAsync(spec.Traffic, levels, there, cancel);
        }
        catch (ApiException failure)
        {
            return new WriteResult.Refused(failure.Status.Message);
        }
    }

    /// <summary>Gives the set of a Rollout that is deleted back.</summary>
    public async Task<HandBackResult> HandBackAsync(RolloutSnapshot rollout, SetWorkload set, TrafficSpec traffic,
        CancellationToken cancel) =>
        await new SetWriter(client, caches, rollout, set).HandBackAsync(
            await SetObjects.FindAsync(caches, rollout.Name.Namespace, set, traffic, cancel), cancel);

    private static SetObservation Observe(JsonObject set, SetServices services, List<JsonObject> documents) => new(
        SetReading.Replicas(set), SetReading.Partition(set), SetReading.CurrentRevision(set), SetReading.UpdateRevision(set), services,
        SetReading.Pods(set, documents).Select(pod => pod.Pod).ToEquatableArray());

    private SideObservation Stable(SetObjects there, SetServices services, List<JsonObject> documents, string? blindness)
    {
        var ready = Ready(there.Stable);
        if (there.Set is not { } set) return new SideObservation(null, ready, 0, false, blindness);
        var update = SetReading.UpdateRevision(set);
        // At the end of a promotion all pods are to run it.
        var isRolledOut = services.Stable is not { } revision || revision != update
            || (SetReading.CurrentRevision(set) == revision && SetReading.AreAllOf(set, revision));
        var wanted = services.Stable is null || services.Stable == update ? SetReading.Replicas(set)
            : SetReading.Pods(set, documents).Count(pod => pod.Pod.Revision == services.Stable && !pod.Pod.IsTerminating);
        return new SideObservation(services.Stable, ready, wanted, isRolledOut && blindness is null, blindness);
    }

    private SideObservation Canary(SetObjects there, SetServices services, List<JsonObject> documents, string? blindness)
    {
        var ready = Ready(there.Canary);
        if (there.Set is not { } set) return new SideObservation(null, ready, 0, false, blindness);
        var update = SetReading.UpdateRevision(set);
        var wanted = SetReading.Partition(set) is var partition && SetReading.Replicas(set) is var replicas && partition < replicas
            ? replicas - partition : 0;
        var isRolledOut = blindness is null && update is not null && services.Canary == update;
        var problem = blindness ?? PodProblems.Describe([.. SetReading.Pods(set, documents)
            .Where(pod => pod.Pod is { IsReady: false } one && one.Revision == update).Select(pod => pod.Document)]);
        return new SideObservation(update, ready, wanted, isRolledOut, problem)
        {
            Workload = new ObservedWorkload(Json.Name(set), Documents.Uid(set), Json.Whole(set, "metadata", "generation") ?? 0),
        };
    }

    private int Ready(JsonObject? service) =>
        service is null ? 0 : new SidePods(reader).CountReady(Json.Namespace(service), service);

    // An idle rollout costs no request: the status of the set says that all pods run the stable revision.
    private static bool IsToBeListed(RolloutStatus status, SetWorkload workload, JsonObject set) =>
        status.IsRunning || status.Accepted?.Set?.Reference != workload.Reference || !SetReading.AreAllOf(set, status.StableRevision);

    private async Task<IReadOnlyList<JsonObject>> ListAsync(string ns, JsonObject set, CancellationToken cancel)
    {
        var labels = SetReading.Labels(set);
        if (labels.Count == 0) return [];
        var selector = string.Join(',', labels.Select(label => $"{label.Key}={label.Value}"));
        return (await client.ListAllAsync(KnownKinds.Pods, ns, new ListOptions(LabelSelector: selector), cancel)).Items;
    }

    private string? Blindness() => (caches.EndpointSlices.Problem ?? caches.StatefulSets.Cache.Problem) is { } problem
        ? $"pods cannot be watched: {problem.Status.Message}" : null;
}
