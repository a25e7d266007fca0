using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Apisix;

/// <summary>An ApisixRoute that a Rollout names: the weights of the backends of its http rules.</summary>
/// <remarks>The ingress controller makes the first backend the upstream of the rule, and a rule whose upstream has no endpoints answers
/// nobody.</remarks>
internal sealed record ApisixRouteDocument(RouteReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : WeightedDocument(ApisixDescriptor.ApisixRoutes, new ObjectName(Namespace, Reference.Name), Path, Managed: null)
{
    private static readonly WeightForm Form = new("rule", "backend", "backends", Default: 100);

    /// <inheritdoc />
    public override WeightedRoutes Find(JsonObject document) => new RouteFinder(Form, Traffic, Title,
        (entry, service) => Json.Text(entry.Entry, "serviceName") == service && (Json.Text(entry.Entry, "subset") ?? "").Length == 0).Find(
        [.. (Json.Array(document, "spec", "http") ?? []).Select((rule, index) => new CandidateRoute($"/spec/http/{index}", index,
            Json.Text(rule, "name"), Json.Text(rule, "name") ?? $"http[{index}]",
            [.. WeightedEntry.Of(rule, Form.List)
                .Select(one => WeightedEntry.Read(one.Index, one.Entry, TitleOf(one.Entry), Form))]))],
        Reference.Rules, Path, "rules");

    /// <inheritdoc />
    protected override IEnumerable<SpecError> FindObstacles(JsonObject document, WeightedRoutes found) =>
        from route in found.Routes
        where route.First.Index is not 0
        select new SpecError($"{Path}.name", $"{TitleOf(route)}: {route.Entries[0]} is the first backend. APISIX takes the first one as "
            + $"the rule's upstream, and the rule answers nobody while that has no ready pods, whatever its weight is; put {route.First} "
            + "first");

    private static string TitleOf(JsonObject backend) => Json.Text(backend, "serviceName")
        + (backend["servicePort"] is { } port ? ":" + (Json.Text(port) ?? port.ToJsonString()) : "")
        + (Json.Text(backend, "subset") is { Length: > 0 } subset ? $" (subset {subset})" : "");
}
