using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.StableCopy;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Mapping.Strategies;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.Kubernetes.Caching.Rollouts;

/// <summary>The names in a Rollout: of its spec, right or wrong, and of the spec in force.</summary>
internal static class RolloutReferences
{
    public static IEnumerable<Reference> Find(JsonObject rollout)
    {
        var space = Json.Namespace(rollout);
        return OfSpec(Json.Object(rollout, "spec"), space).Concat(OfSpec(Json.Object(rollout, "status", "accepted"), space)).Distinct();
    }

    /// <summary>What a rollout of this spec writes or measures, each with the field that names it: no other Rollout may have it.</summary>
    public static IEnumerable<(Reference Reference, string Path)> Owned(JsonObject? spec, string space)
    {
        var traffic = Json.Object(spec, "traffic");
        return OfSides(spec, space)
            .Concat(OfRouters(traffic, space).Where(one => one.IsOwned).Select(one => (one.Reference, one.Path)));
    }

    private static IEnumerable<Reference> OfSpec(JsonObject? spec, string space)
    {
        var traffic = Json.Object(spec, "traffic");
        return OfPeers(spec, space).Concat(OfSides(spec, space).Select(one => one.Reference))
            .Concat(OfRouters(traffic, space).Select(one => one.Reference))
            .Concat(OfTemplates(spec, space));
    }

    // A change of theirs may be what this one waits for.
    private static IEnumerable<Reference> OfPeers(JsonObject? spec, string space)
    {
        foreach (var one in Json.Objects(spec, "dependsOn"))
        {
            if (Json.Text(one, "name") is { } name)
                yield return new Reference(KnownKinds.Rollouts, Json.Text(one, "namespace") ?? space, name);
        }

        if (Json.Text(spec, "group", "name") is { } group) yield return Reference.Group(space, group);
    }

    private static IEnumerable<(Reference Reference, string Path)> OfSides(JsonObject? spec, string space)
    {
        var traffic = Json.Object(spec, "traffic");
        if (Json.Text(spec, "workload", "name") is { } one)
        {
            var clients = Json.Text(spec, "workload", "service") ?? one;
            if (new[] { KnownKinds.StatefulSets, KnownKinds.DaemonSets }
                .FirstOrDefault(kind => kind.Kind == Json.Text(spec, "workload", "kind")) is { } set)
                yield return (new Reference(set, space, one), "spec.workload.name");
            else
            {
                yield return (new Reference(KnownKinds.Deployments, space, one), "spec.workload.name");
                yield return (new Reference(KnownKinds.Deployments, space, one + CopiedWorkload.StableSuffix), "spec.workload.name");
            }

            yield return (new Reference(KnownKinds.Services, space, clients), "spec.workload.service");
            var found = new HashSet<string> { clients };
            foreach (var (side, suffix, field) in new[] { ("stable", CopiedWorkload.StableSuffix, BlueGreenMapping.ActiveService),
                ("canary", CopiedWorkload.CanarySuffix, BlueGreenMapping.PreviewService) })
            {
                var service = Json.Text(traffic, side, "service") ?? Json.Text(spec, "strategy", BlueGreenMapping.Key, field)
                    ?? (Json.Text(traffic, side, "subset") is null ? clients + suffix : clients);
                if (found.Add(service)) yield return (new Reference(KnownKinds.Services, space, service), $"spec.traffic.{side}.service");
            }

            yield break;
        }

        var services = new HashSet<string>();
        foreach (var side in new[] { "stable", "canary" })
        {
            // Two subsets are sides of one Service: it is named once.
            if (Json.Text(traffic, side, "service") is { } service && services.Add(service))
                yield return (new Reference(KnownKinds.Services, space, service), $"spec.traffic.{side}.service");
            if (Json.Text(traffic, side, "workload", "name") is { } workload)
                yield return (new Reference(KnownKinds.Deployments, space, workload), $"spec.traffic.{side}.workload.name");
        }
    }

    private static IEnumerable<RouterReference> OfRouters(JsonObject? traffic, string space) => traffic is null ? []
        : RouterRegistry.All.Where(router => traffic.ContainsKey(router.Key)).SelectMany(router => router.References(traffic, space));

    private static IEnumerable<Reference> OfTemplates(JsonObject? spec, string space)
    {
        var canary = Json.Object(spec, "strategy", "canary");
        var analyses = Json.Objects(canary, "steps").Select(step => Json.Object(step, "analysis"))
            .Concat(from strategy in TestStrategyMapping.Fields.Prepend("canary")
                    from field in new[] { "preAnalysis", "analysis", "postAnalysis" }
                    select Json.Object(spec, "strategy", strategy, field))
            .Concat(new[] { BlueGreenMapping.PreAnalysis, BlueGreenMapping.PostAnalysis }
                .Select(field => Json.Object(spec, "strategy", BlueGreenMapping.Key, field)));
        foreach (var template in analyses.SelectMany(analysis => Json.Objects(analysis, "templates")))
        {
            if (Json.Text(template, "templateName") is not { } name) continue;
            yield return Json.Flag(template, "clusterScope") is true
                ? new Reference(KnownKinds.ClusterAnalysisTemplates, "", name)
                : new Reference(KnownKinds.AnalysisTemplates, space, name);
        }
    }
}
