using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Schemas;
using static Canary.Kubernetes.Schemas.Fields;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>Gateway API: weights of backends in HTTPRoutes, GRPCRoutes, TCPRoutes and TLSRoutes; the sides are Services.</summary>
internal sealed class GatewayApiDescriptor : RouterDescriptor
{
    public const string Field = "gatewayApi";

    private static readonly string DefaultKind = GatewayKinds.HttpRoutes.Kind;

    public override string Key => Field;

    public override Schema Schema { get; } = Object(
        "Split the traffic with the Gateway API: weights of backends in routes, whose parents are Gateways, or Services of a mesh.",
        Required("routes", RequiredList(
            "The routes to write, in the Rollout's namespace. All get the same weight.",
            Object(
                "One route.",
                Optional("kind", Choice("Kind of the route.", [.. GatewayKinds.All.Select(kind => kind.Kind)]).WithDefault(DefaultKind)),
                Required("name", ObjectName("Name of the route.")),
                Optional("rules",
                    List("Names of the rules to write. Without it: each rule that has both sides as backends.",
                        RequiredText("Name of a rule."), 16))),
            16)));

    public override IReadOnlyList<RouterKind> Kinds { get; } =
        [.. GatewayKinds.All.Select(kind => new RouterKind(kind, Projections.Document, IsReferenced: true))];

    public override RouterSpec Read(FieldReader fields) => new GatewaySpec(fields.Items("routes").Select(item => new RouteReference(
        item.Text("kind") ?? DefaultKind, item.RequiredText("name", "the name of a route is needed"),
        item.Texts("rules").ToEquatableArray()))
        .ToEquatableArray());

    public override JsonObject Write(RouterSpec router) => new JsonObject().PutList("routes", ((GatewaySpec)router).Routes,
        one => new JsonObject { ["kind"] = one.Kind, ["name"] = one.Name }.PutList("rules", one.Rules, rule => rule));

    public override IEnumerable<RouterReference> References(JsonObject traffic, string space)
    {
        var index = 0;
        foreach (var one in Json.Objects(traffic, Field, "routes"))
        {
            if (Json.Text(one, "name") is { } name && GatewayKinds.Find(Json.Text(one, "kind") ?? DefaultKind) is { } kind)
                yield return new RouterReference(new Reference(kind, space, name), $"spec.traffic.{Field}.routes[{index}].name",
                    IsOwned: true);
            index++;
        }
    }

    public override IReadOnlyDictionary<string, string>? FindSubset(RouterSpec router, string space, SideSpec side,
        Func<ResourceKind, ObjectLookup> lookup) => null;

    public override SpecError SubsetProblem(RouterSpec router, string space, SideSpec side, string role,
        Func<ResourceKind, ObjectLookup> lookup) =>
        new($"spec.traffic.{role}.subset",
            "the Gateway API has no subsets: a backend is a Service; give each side a Service, and remove it");

    public override string? VersionOf(IReadOnlyDictionary<string, string> subset) => null;

    // Whose proxies they are the API does not say: what the application counts is there whoever they are.
    public override string PresetOf(SideSpec stable, SideSpec canary) => "app-http";

    public override IReadOnlyList<RoutedDocument> Documents(TrafficSpec traffic, string space) =>
        [.. ((GatewaySpec)traffic.Router).Routes.Select((reference, index) => GatewayKinds.Find(reference.Kind) is { } kind
            ? new GatewayRouteDocument(kind, reference, traffic, space, $"spec.traffic.{Field}.routes[{index}]") : null)
            .OfType<RoutedDocument>()];
}
