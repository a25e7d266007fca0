using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>The DestinationRule that Canary makes for the sides of a set. Istio merges it with those of others for the same host and
/// namespace: they keep their subsets and their traffic policy.</summary>
/// <param name="Name">The DestinationRule.</param>
/// <param name="Service">Name of the Service whose pods are told apart, in the same namespace.</param>
internal sealed record SideRule(ObjectName Name, string Service) : OwnSubsets(IstioKinds.DestinationRules, Name)
{
    /// <summary>The DestinationRule of a Service: <c>SERVICE-sides</c>.</summary>
    public static SideRule Of(string space, string service) => new(new ObjectName(space, $"{service}-sides"), service);

    /// <inheritdoc />
    public override IReadOnlyList<string> VersionLabels { get; } = ["service.istio.io/canonical-revision", "version"];

    /// <inheritdoc />
    public override IReadOnlyDictionary<string, string>? Labels(JsonObject document, string subset) =>
        Json.Objects(document, "spec", "subsets").FirstOrDefault(one => Json.Text(one, "name") == subset) is not { } found ? null
            // Of another host it selects none of these pods.
            : IsForService(document) ? Json.Map(found, "labels") : new Dictionary<string, string>();

    /// <inheritdoc />
    public override JsonObject Document(JsonObject metadata,
        IEnumerable<(string Name, IReadOnlyDictionary<string, string> Labels)> subsets) => new()
        {
            ["apiVersion"] = IstioKinds.DestinationRules.ApiVersion,
            ["kind"] = IstioKinds.DestinationRules.Kind,
            ["metadata"] = metadata,
            ["spec"] = new JsonObject
            {
                ["host"] = Service,
                ["subsets"] = new JsonArray([.. subsets.Select(one => Subset(one.Name, one.Labels))]),
            },
        };

    /// <inheritdoc />
    public override IEnumerable<JsonObject> Patch(JsonObject document,
        IEnumerable<(string Name, IReadOnlyDictionary<string, string> Labels)> subsets)
    {
        if (!IsForService(document)) yield return JsonPatchText.Add("/spec/host", Service);
        if (Json.Array(document, "spec", "subsets") is not { } there)
        {
            yield return JsonPatchText.Add("/spec/subsets", new JsonArray([.. subsets.Select(one => Subset(one.Name, one.Labels))]));
            yield break;
        }

        foreach (var (name, labels) in subsets)
        {
            var index = there.ToList().FindIndex(one => Json.Text(one as JsonObject, "name") == name);
            yield return index < 0 ? JsonPatchText.Add("/spec/subsets/-", Subset(name, labels))
                : JsonPatchText.Add($"/spec/subsets/{index}/labels", Map(labels));
        }
    }

    /// <inheritdoc />
    public override IEnumerable<SpecError> FindConflicts(ObjectLookup objects, IReadOnlyList<string> subsets)
    {
        foreach (var other in objects.List(Name.Namespace).Where(one => Json.Name(one) != Name.Name
            && SubsetLabels.IsFor(one, Name.Namespace!, Service)))
        {
            var title = $"DestinationRule {ObjectName.Of(other)}";
            foreach (var subset in Json.Objects(other, "spec", "subsets").Select(one => Json.Text(one, "name"))
                .Where(name => name is not null && subsets.Contains(name)))
                yield return new SpecError("spec.traffic.stable.subset",
                    $"Canary makes the subset {subset} of host {Service} in DestinationRule {Name}, and {title} has one of that name; remove "
                        + "it there, or give the sides other names");
            if (Json.Array(other, "spec", "exportTo") is { Count: > 0 } exported && !exported.Any(one => Json.Text(one) is "*"))
                yield return new SpecError("spec.traffic.stable.subset",
                    $"{title} is for host {Service} too, and has exportTo, so Istio does not merge it with DestinationRule {Name} that "
                        + "Canary makes; remove its exportTo");
        }
    }

    private bool IsForService(JsonObject document) => SubsetLabels.IsFor(document, Name.Namespace!, Service);

    private static JsonObject Subset(string name, IReadOnlyDictionary<string, string> labels) =>
        new() { ["name"] = name, ["labels"] = Map(labels) };

    private static JsonObject Map(IReadOnlyDictionary<string, string> labels) =>
        new(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));
}
