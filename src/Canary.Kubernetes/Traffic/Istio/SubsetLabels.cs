using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>The labels that a subset of a host selects by, from DestinationRules.</summary>
internal sealed class SubsetLabels(ObjectLookup rules)
{
    /// <summary>What is kept of a DestinationRule in memory.</summary>
    public static JsonObject Project(JsonObject document)
    {
        var kept = Projections.Head(document);
        if (Projections.Pick(Json.Object(document, "metadata", "labels"), CopyLabels.Rollout) is { Count: > 0 } labels)
            kept["metadata"]!["labels"] = labels;
        var subsets = Json.Objects(document, "spec", "subsets").Select(subset => (JsonNode)Projections.Pick(subset, "name", "labels"));
        kept["spec"] = Projections.Pick(Json.Object(document, "spec"), "host", "exportTo").Put("subsets", new JsonArray([.. subsets]));
        return kept;
    }

    /// <summary>The labels; null where the subset is not found.</summary>
    public IReadOnlyDictionary<string, string>? Find(string ns, SideSpec side, string? rule) =>
        Rules(ns, side, rule)
        .SelectMany(document => Json.Objects(document, "spec", "subsets"))
        .Where(subset => Json.Text(subset, "name") == side.Subset)
        .Select(subset => Json.Map(subset, "labels"))
        .FirstOrDefault();

    /// <summary>Why there are no labels.</summary>
    public SpecError Problem(string ns, SideSpec side, string? rule, string role)
    {
        if (rules.Problem() is { } problem)
            return new SpecError($"spec.traffic.{role}.subset", $"DestinationRules cannot be read: {problem}");
        if (rule is not null)
        {
            var name = new ObjectName(ns, rule);
            if (rules.Get(name) is not { } document)
                return new SpecError("spec.traffic.istio.destinationRule.name",
                    $"DestinationRule {name} is not there; {rules.DescribeNames(ns)}");
            if (!IsFor(document, ns, side.Service))
                return new SpecError("spec.traffic.istio.destinationRule.name",
                    $"DestinationRule {name} is for host {Json.Text(document, "spec", "host")}, not for {side.Service}");
        }

        var found = Rules(ns, side, rule).ToArray();
        var subsets = found.SelectMany(document => Json.Objects(document, "spec", "subsets")).Select(subset => Json.Text(subset, "name"))
            .ToArray();
        return new SpecError($"spec.traffic.{role}.subset", found.Length == 0
            ? $"no DestinationRule in namespace {ns} is for host {side.Service}, so it has no "
                + $"subset {side.Subset}; {rules.DescribeNames(ns)}"
            : $"DestinationRule {ns}/{string.Join(" and ", found.Select(Json.Name))} has no "
                + $"subset {side.Subset}; {(subsets.Length == 0 ? "it has none" : "it has " + string.Join(", ", subsets))}");
    }

    // One that is named is looked up alone: to look at all of them is to read them all.
    private IEnumerable<JsonObject> Rules(string ns, SideSpec side, string? rule) =>
        (rule is null ? rules.List(ns) : rules.Get(new ObjectName(ns, rule)) is { } named ? [named] : [])
        .Where(document => IsFor(document, ns, side.Service))
        .OrderBy(Json.Name, System.StringComparer.Ordinal);

    /// <summary>The rule is for the Service of this name in the namespace.</summary>
    public static bool IsFor(JsonObject document, string ns, string service) =>
        IstioHost.Normalise(Json.Text(document, "spec", "host") ?? "", Json.Namespace(document)) == IstioHost.Normalise(service, ns);
}
