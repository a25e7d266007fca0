using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Sets;
using Canary.Kubernetes.StableCopy;

namespace Canary.Kubernetes.Workloads;

/// <summary>A set, and the Services of its sides, as far as they are there. Where the sides are subsets, both are one Service.</summary>
/// <param name="Set">The set, read by its kind.</param>
/// <param name="Stable">The Service of the stable side.</param>
/// <param name="Canary">The Service of the canary side.</param>
internal sealed record SetObjects(SetReading? Set, JsonObject? Stable, JsonObject? Canary)
{
    /// <summary>The subsets that tell the sides apart; null: their Services do.</summary>
    public SetSubsets? Subsets { get; private init; }

    /// <summary>Reads them from the caches.</summary>
    public static async Task<SetObjects> FindAsync(RolloutCaches caches, string ns, SetWorkload set, TrafficSpec traffic,
        CancellationToken cancel) => new(
        await Cache(caches, set).FindAsync(new ObjectName(ns, set.Reference.Name), cancel) is { } found ? SetReading.Of(set, found) : null,
        caches.Services.Get(new ObjectName(ns, traffic.NamedStable.Service)),
        caches.Services.Get(new ObjectName(ns, traffic.NamedCanary.Service)))
        {
            Subsets = SetSubsets.Find(caches, ns, traffic),
        };

    /// <summary>What is kept of sets of its kind.</summary>
    public static ReferencedObjects Cache(RolloutCaches caches, SetWorkload set) =>
        set.HasPartition ? caches.StatefulSets : caches.DaemonSets;

    /// <summary>What tells the pods of the sides apart, as far as it is there.</summary>
    public SetServices Selections => Set is null ? new SetServices(false, null, null)
        : Subsets is { } subsets
            ? new SetServices(subsets.AreThere, subsets.Selected(Set, subsets.Stable), subsets.Selected(Set, subsets.Canary))
        : new SetServices(this is { Stable: not null, Canary: not null }, Selected(Stable), Selected(Canary));

    /// <summary>What tells the sides apart is gone, in part at least, and what is left of it is this Rollout's.</summary>
    /// <param name="rollout">Name of the Rollout.</param>
    public bool AreSidesGone(string rollout) => Set is { Labels.Count: > 0 } && !Selections.AreThere
        && (Subsets is { } subsets ? subsets.IsOwnOrAbsent(rollout)
            : new[] { Stable, Canary }.OfType<JsonObject>().All(service => CopyLabels.IsOf(service, rollout)));

    private string? Selected(JsonObject? service) =>
        Json.Text(service, "spec", "selector", SetReading.RevisionLabel) is { } revision
        && Set is { } set && CopyObserver.Selects(service!, set.Selector(revision)) ? revision : null;

    /// <summary>Why the set cannot be released as it is; empty: it can.</summary>
    public IReadOnlyList<SpecError> FindObstacles(RolloutCaches caches, RolloutSnapshot rollout, SetWorkload workload, TrafficSpec traffic)
    {
        const string path = "spec.workload.name";
        var (ns, name) = (rollout.Name.Namespace, workload.Reference.Name);
        var (cache, title) = (Cache(caches, workload), $"{workload.Reference.Kind} {ns}/{name}");
        if (Set is not { } set)
        {
            return [new SpecError(path, cache.Problem is { } problem ? $"{workload.Reference.Kind}s cannot be read: {problem}"
                : $"{title} is not there; {cache.DescribeNames(ns)}")];
        }

        var found = new List<SpecError>();
        // Of a DaemonSet Canary writes nothing, so nobody writes it back.
        if (workload.HasPartition) found.AddRange(OtherControllers.OfWorkload(path, workload.Reference.Kind, set.Document));
        found.AddRange(set.FindObstacles().Select(obstacle => new SpecError(path, obstacle)));
        if (set.Labels.Count == 0)
            found.Add(new SpecError(path, $"the selector of {title} has no matchLabels, which the Services of the sides select by"));
        if (Subsets is { } subsets) return [.. found, .. subsets.FindObstacles(rollout.Name.Name, Stable, traffic)];
        foreach (var (service, role) in new[] { (Stable, "stable"), (Canary, "canary") })
        {
            if (service is not null && !CopyLabels.IsOf(service, rollout.Name.Name))
                found.Add(new SpecError($"spec.traffic.{role}.service",
                    $"Canary makes Service {ns}/{Json.Name(service)}, and one of that name is there that it did not make; delete it, or "
                        + "give another name"));
        }

        if (caches.Services.Get(new ObjectName(ns, workload.ClientService)) is not null) return found;
        if (workload.Service is not null)
            found.Add(new SpecError("spec.workload.service", $"Service {ns}/{workload.Service} is not there"));
        else if ((Stable is null || Canary is null) && Json.Objects(set.Document, "spec", "template", "spec", "containers")
            .All(container => Json.Array(container, "ports") is not { Count: > 0 }))
            found.Add(new SpecError("spec.workload.service",
                $"there is no Service {ns}/{workload.ClientService}, and the containers of {title} name no ports: name the Service that "
                    + "clients call"));
        return found;
    }
}
