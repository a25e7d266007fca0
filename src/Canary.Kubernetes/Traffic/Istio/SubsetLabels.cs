using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Mapping;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>The labels that a subset of a host selects by, from DestinationRules.</summary>
internal sealed class SubsetLabels(RolloutCaches caches)
{
    /// <summary>The labels; null where the subset is not found.</summary>
    public IReadOnlyDictionary<string, string>? Find(string ns, SideSpec side, string? rule) =>
        Find(caches.DestinationRules.List(ns), ns, side, rule);

    /// <summary>The labels, among these DestinationRules; null where the subset is not found.</summary>
    public static IReadOnlyDictionary<string, string>? Find(IEnumerable<JsonObject> known, string ns, SideSpec side, string? rule) =>
        Rules(known, ns, side, rule)
        .SelectMany(document => Json.Objects(document, "spec", "subsets"))
        .Where(subset => Json.Text(subset, "name") == side.Subset)
        .Select(subset => Json.Map(subset, "labels"))
        .FirstOrDefault();

    /// <summary>Why there are no labels.</summary>
    public SpecError Problem(string ns, SideSpec side, string? rule, string role)
    {
        if (!caches.DestinationRules.HasSynced)
            return new SpecError($"spec.traffic.{role}.subset",
                $"DestinationRules cannot be read: {caches.DestinationRules.Problem?.Message ?? "not read yet"}");
        if (rule is not null)
        {
            var name = new ObjectName(ns, rule);
            if (caches.DestinationRules.Get(name) is not { } document)
                return new SpecError("spec.traffic.istio.destinationRule.name", $"DestinationRule {name} is not there; {Others(ns)}");
            if (!IsFor(document, ns, side.Service))
                return new SpecError("spec.traffic.istio.destinationRule.name",
                    $"DestinationRule {name} is for host {Json.Text(document, "spec", "host")}, not for {side.Service}");
        }

        var rules = Rules(caches.DestinationRules.List(ns), ns, side, rule).ToArray();
        var subsets = rules.SelectMany(document => Json.Objects(document, "spec", "subsets")).Select(subset => Json.Text(subset, "name"))
            .ToArray();
        return new SpecError($"spec.traffic.{role}.subset", rules.Length == 0
            ? $"no DestinationRule in namespace {ns} is for host {side.Service}, so it has no subset {side.Subset}; {Others(ns)}"
            : $"DestinationRule {ns}/{string.Join(" and ", rules.Select(Json.Name))} has no "
                + $"subset {side.Subset}; {(subsets.Length == 0 ? "it has none" : "it has " + string.Join(", ", subsets))}");
    }

    private static IEnumerable<JsonObject> Rules(IEnumerable<JsonObject> known, string ns, SideSpec side, string? rule) => known
        .Where(document => (rule is null || Json.Name(document) == rule) && IsFor(document, ns, side.Service))
        .OrderBy(Json.Name, System.StringComparer.Ordinal);

    private static bool IsFor(JsonObject document, string ns, string service) =>
        IstioHost.Normalise(Json.Text(document, "spec", "host") ?? "", Json.Namespace(document)) == IstioHost.Normalise(service, ns);

    private string Others(string ns)
    {
        var names = caches.DestinationRules.List(ns).Select(Json.Name).Order(System.StringComparer.Ordinal).Take(20).ToArray();
        return names.Length == 0 ? $"there is none in namespace {ns}" : $"there are {string.Join(", ", names)}";
    }
}
