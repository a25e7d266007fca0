using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts;
using Canary.Core.Rollouts.Groups;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Caching.Rollouts;

/// <summary>Rollouts that wait for each other or belong together, as the caches know them.</summary>
/// <param name="rollouts">All Rollouts.</param>
/// <param name="workloads">The workloads of each kind that a Rollout releases, by the kind.</param>
/// <param name="index">From names to Rollouts.</param>
internal sealed class RolloutPeers(ResourceCache rollouts, IReadOnlyDictionary<string, ResourceCache> workloads, RolloutIndex index)
{
    private const int MostShown = 16;

    /// <summary>Who waits for this Rollout, or belongs to its group, where something changed that they wait for.</summary>
    /// <param name="index">From names to Rollouts.</param>
    /// <param name="rollout">The Rollout as it is.</param>
    /// <param name="former">As it was; null: it is new, or that is not known.</param>
    public static IEnumerable<RolloutName> FindConcerned(RolloutIndex index, JsonObject rollout, JsonObject? former)
    {
        var name = RolloutIndex.NameOf(rollout);
        if (former is not null && Shown(former) == Shown(rollout)) return [];
        return index.WhoNames(new Reference(KnownKinds.Rollouts, name.Namespace, name.Name))
            .Concat(new[] { rollout, former }.Select(GroupOf).OfType<string>().Distinct()
                .SelectMany(group => index.WhoNames(Reference.Group(name.Namespace, group))))
            .Where(other => other != name).Distinct();
    }

    /// <param name="name">The Rollout that asks.</param>
    /// <param name="spec">Its spec.</param>
    /// <param name="read">Reads a status.</param>
    public EquatableArray<PeerRollout> Find(RolloutName name, RolloutSpec spec, Func<JsonObject, RolloutStatus> read)
    {
        var dependencies = spec.DependsOn.Select(one => new RolloutName(one.Namespace ?? name.Namespace, one.Name)).Distinct().ToArray();
        var members = spec.Group is not { } group ? []
            : index.WhoNames(Reference.Group(name.Namespace, group.Name)).Where(other => other != name)
                .Where(other => Get(other) is { } document && GroupOf(document) == group.Name)
                .OrderBy(other => other.Name, StringComparer.Ordinal).ToArray();
        return [.. dependencies.Concat(members.Except(dependencies)).Select(other => Read(other, dependencies.Contains(other),
            members.Contains(other), read))];
    }

    /// <summary>A circle of Rollouts that wait for each other, where this one is a part of it; null: there is none.</summary>
    public SpecError? FindCircle(RolloutName name)
    {
        var way = new List<RolloutName>();
        var seen = new HashSet<RolloutName>();
        return Leads(name) ? new SpecError("spec.dependsOn",
            $"Rollouts wait for each other in a circle, so none of them begins: {string.Join(" waits for ", way.Take(MostShown))} waits for "
                + $"{name}; remove one of these") : null;

        bool Leads(RolloutName from)
        {
            if (!seen.Add(from) || Get(from) is not { } document) return false;
            way.Add(from);
            foreach (var next in DependenciesOf(document))
            {
                if (next == name || Leads(next)) return true;
            }

            way.RemoveAt(way.Count - 1);
            return false;
        }
    }

    private PeerRollout Read(RolloutName name, bool isDependency, bool isMember, Func<JsonObject, RolloutStatus> read)
    {
        if (Get(name) is not { } document) return new PeerRollout(name.ToString(), isDependency, isMember, null);
        return new PeerRollout(name.ToString(), isDependency, isMember, read(document).ForPeers)
        {
            IsBehind = IsBehind(document),
            PromotesTogether = Json.Flag(document, "spec", "group", "promoteTogether") is true,
            MaxConcurrent = (int?)Json.Whole(document, "spec", "group", "maxConcurrent"),
        };
    }

    // Its workload or its spec is newer than its status: what it will release is not decided yet.
    private bool IsBehind(JsonObject document)
    {
        var ns = Json.Namespace(document);
        var generation = Json.Whole(document, "metadata", "generation") ?? 0;
        if (generation > (Json.Whole(document, "status", "observedGeneration") ?? 0)) return true;
        var workload = Json.Object(document, "spec", "workload") ?? Json.Object(document, "spec", "traffic", "canary", "workload");
        if (Json.Text(workload, "name") is not { } name
            || workloads.GetValueOrDefault(Json.Text(workload, "kind") ?? KnownKinds.Deployments.Kind)?.Get(new ObjectName(ns, name))
                is not { } released) return false;
        var observed = Json.Object(document, "status", "observedWorkloads", "canary");
        return Json.Text(observed, "uid") != Documents.Uid(released)
            || (Json.Whole(observed, "generation") ?? 0) < (Json.Whole(released, "metadata", "generation") ?? 0);
    }

    private JsonObject? Get(RolloutName name) => rollouts.Get(new ObjectName(name.Namespace, name.Name));

    private static IEnumerable<RolloutName> DependenciesOf(JsonObject document) => Json.Objects(document, "spec", "dependsOn")
        .Where(one => Json.Text(one, "name") is not null)
        .Select(one => new RolloutName(Json.Text(one, "namespace") ?? Json.Namespace(document), Json.Text(one, "name")!));

    private static string? GroupOf(JsonObject? document) => Json.Text(document, "spec", "group", "name");

    // What others wait for. A step, a measurement or a message is none of it.
    private static (string?, string?, string?, string?, bool, bool, string?, long?) Shown(JsonObject rollout)
    {
        var status = Json.Object(rollout, "status");
        return (Json.Text(status, "phase"), Json.Text(status, "startedAt"), Json.Text(status, "promotion"),
            Json.Text(status, "abort", "since"),
            Json.Flag(status, "readyToPromote") is true, Json.Flag(status, "promotedInFull") is true,
            Json.Object(status, "waiting")?.ToJsonString(), Json.Whole(rollout, "metadata", "generation"));
    }
}
