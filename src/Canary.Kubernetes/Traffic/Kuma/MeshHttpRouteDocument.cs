using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Traffic.Kuma;

/// <summary>A MeshHTTPRoute that a Rollout names: the weights of the backends of its rules.</summary>
internal sealed record MeshHttpRouteDocument(RouteReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : WeightedDocument(KumaDescriptor.MeshHttpRoutes, new ObjectName(Namespace, Reference.Name), Path, Managed: null)
{
    private static readonly WeightForm Form = new("rule", "backend", "backendRefs", Default: 1);

    /// <inheritdoc />
    public override WeightedRoutes Find(JsonObject document) => new RouteFinder(Form, Traffic, Title,
        (entry, service) => IsService(entry.Entry, service)).Find([.. Rules(document)], [], Path, field: null);

    private IEnumerable<CandidateRoute> Rules(JsonObject document)
    {
        var targets = Json.Array(document, "spec", "to") ?? [];
        for (var to = 0; to < targets.Count; to++)
        {
            var rules = Json.Array(targets[to], "rules") ?? [];
            for (var index = 0; index < rules.Count; index++)
            {
                yield return new CandidateRoute($"/spec/to/{to}/rules/{index}/default", index, null, $"to[{to}].rules[{index}]",
                    [.. WeightedEntry.Of(rules[index], "default", Form.List)
                        .Select(one => WeightedEntry.Read(one.Index, one.Entry, TitleOf(one.Entry), Form))]);
            }
        }
    }

    // A MeshService has the name of its Service. Before there were MeshServices it had that of the tag kuma.io/service:
    // checkout-canary_shop_svc_80.
    private bool IsService(JsonObject backend, string service) => Json.Text(backend, "kind") == "MeshService"
        && Json.Text(backend, "name") is { } name
        && ((name == service && (Json.Text(backend, "namespace") ?? "") is var space && (space.Length == 0 || space == Namespace))
            || name.StartsWith($"{service}_{Namespace}_svc_", StringComparison.Ordinal));

    private static string TitleOf(JsonObject backend) =>
        (Json.Text(backend, "kind") is { } kind and not "MeshService" ? kind + " " : "")
        + (Json.Text(backend, "namespace") is { Length: > 0 } space ? space + "/" : "") + Json.Text(backend, "name")
        + (Json.Whole(backend, "port") is { } port ? ":" + port.ToString(CultureInfo.InvariantCulture) : "");
}
