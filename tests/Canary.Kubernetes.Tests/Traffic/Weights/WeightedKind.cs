using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Apisix;
using Canary.Kubernetes.Traffic.Contour;
using Canary.Kubernetes.Traffic.GatewayApi;
using Canary.Kubernetes.Traffic.Kuma;
using Canary.Kubernetes.Traffic.Linkerd;
using Canary.Kubernetes.Traffic.Smi;
using Canary.Kubernetes.Traffic.Traefik;

namespace Canary.Kubernetes.Tests.Traffic.Weights;

/// <summary>A kind of object with weights: how one is made, and where its lists are.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Service">The field of an entry that has the name of a Service.</param>
/// <param name="Lists">The lists of entries of an object.</param>
/// <param name="Make">An object with these lists.</param>
/// <param name="Router">The router's part of a Rollout that names the object.</param>
internal sealed record WeightedKind(ResourceKind Kind, string Service, Func<JsonObject, IEnumerable<JsonArray>> Lists,
    Func<IReadOnlyList<JsonArray>, JsonObject> Make, Func<RouteReference, RouterSpec> Router)
{
    /// <summary>A service of a side is in the list only while it gets requests.</summary>
    public bool DropsEmpty { get; init; }

    /// <summary>Each entry has a weight.</summary>
    public bool NeedsWeights { get; init; }

    public static IReadOnlyList<WeightedKind> All { get; } =
    [
        new(LinkerdDescriptor.HttpRoutes, "name", Of("rules", "backendRefs"), RoutesWith("rules", "backendRefs"),
            one => new LinkerdSpec([one])),
        .. GatewayKinds.All.Select(kind => new WeightedKind(kind, "name", Of("rules", "backendRefs"), RoutesWith("rules", "backendRefs"),
            one => new GatewaySpec([one]))),
        new(SmiDescriptor.TrafficSplits, "service", document => [.. One(document, "spec", "backends")],
            lists => new JsonObject { ["service"] = "checkout", ["backends"] = lists[0] }, one => new SmiSpec([one]))
        {
            NeedsWeights = true,
        },
        new(ContourDescriptor.HttpProxies, "name", Of("routes", "services"), lists => new JsonObject
        {
            ["routes"] = new JsonArray([.. lists.Select((list, index) => new JsonObject
            {
                ["conditions"] = new JsonArray(new JsonObject { ["prefix"] = $"/{index}" }),
                ["services"] = list,
            })]),
        }, one => new ContourSpec([one])),
        new(KumaDescriptor.MeshHttpRoutes, "name",
            document => Json.Objects(document, "spec", "to").SelectMany(to => Json.Objects(to, "rules"))
                .SelectMany(rule => One(rule, "default", "backendRefs")),
            lists => new JsonObject
            {
                ["to"] = new JsonArray([.. lists.Select(list => new JsonObject
                {
                    ["targetRef"] = new JsonObject { ["kind"] = "Mesh" },
                    ["rules"] = new JsonArray(new JsonObject { ["default"] = new JsonObject { ["backendRefs"] = list } }),
                })]),
            },
            one => new KumaSpec([one])),
        new(ApisixDescriptor.ApisixRoutes, "serviceName", Of("http", "backends"), RoutesWith("http", "backends"),
            one => new ApisixSpec([one])),
        new(TraefikKinds.TraefikServices, "name", document => One(document, "spec", "weighted", "services"),
            lists => new JsonObject { ["weighted"] = new JsonObject { ["services"] = lists[0], ["sticky"] = new JsonObject() } },
            one => new TraefikSpec([one]))
        {
            DropsEmpty = true,
        },
        .. new[] { TraefikKinds.IngressRoutes, TraefikKinds.IngressRouteTcps }.Select(kind => new WeightedKind(kind, "name",
            Of("routes", "services"), lists => new JsonObject
            {
                ["routes"] = new JsonArray([.. lists.Select((list, index) => new JsonObject
                {
                    ["match"] = $"Host(`{new string('a', 1 + (20 * index))}`) && Path(`/a`)",
                    ["middlewares"] = new JsonArray(new JsonObject { ["name"] = "compress" }),
                    ["services"] = list,
                })]),
            }, one => new TraefikSpec([one]))
        {
            DropsEmpty = true,
        }),
    ];

    /// <summary>The object as a Rollout names it.</summary>
    public WeightedDocument Document(JsonObject document, TrafficSpec sides, string[]? rules = null)
    {
        var reference = new RouteReference(Kind.Kind, Json.Name(document), [.. rules ?? []]);
        var traffic = sides with { Router = Router(reference) };
        return (WeightedDocument)Canary.Kubernetes.Traffic.Registry.RouterRegistry.Of(traffic.Router)
            .Documents(traffic, Json.Namespace(document)).Single();
    }

    public override string ToString() => Kind.ToString();

    private static Func<JsonObject, IEnumerable<JsonArray>> Of(string routes, string list) => document =>
        Json.Objects(document, "spec", routes).SelectMany(route => One(route, list));

    private static Func<IReadOnlyList<JsonArray>, JsonObject> RoutesWith(string routes, string list) => lists => new JsonObject
    {
        [routes] = new JsonArray([.. lists.Select((entries, index) => new JsonObject { ["timeouts"] = index, [list] = entries })]),
    };

    private static IEnumerable<JsonArray> One(JsonNode? node, params string[] path) =>
        Json.Array(node, path) is { } list ? [list] : [];
}
