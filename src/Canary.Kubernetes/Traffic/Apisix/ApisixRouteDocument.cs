using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Apisix;

/// <summary>An ApisixRoute that a Rollout names: the weights of the backends of its http rules.</summary>
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

    private static string TitleOf(JsonObject backend) => Json.Text(backend, "serviceName")
        + (backend["servicePort"] is { } port ? ":" + (Json.Text(port) ?? port.ToJsonString()) : "")
        + (Json.Text(backend, "subset") is { Length: > 0 } subset ? $" (subset {subset})" : "");
}
