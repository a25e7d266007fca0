using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>Gateway API: weights of backends in HTTPRoutes, GRPCRoutes, TCPRoutes and TLSRoutes; the sides are Services.</summary>
internal sealed class GatewayApiDescriptor() : RouteListDescriptor(Form, Texts)
{
    // Whose proxies they are the API does not say: what the application counts is there whoever they are.
    private static readonly RouteListTexts Texts = new(
        "Split the traffic with the Gateway API: weights of backends in routes, whose parents are Gateways, or Services of a mesh.",
        "The routes to write, in the Rollout's namespace. All get the same weight.",
        "One route.",
        "the Gateway API has no subsets: a backend is a Service",
        "app-http")
    {
        Names = "Names of the rules to write. Without it: each rule that has both sides as backends.",
    };

    public static RouteListForm Form { get; } = new("gatewayApi", "routes", GatewayKinds.All) { Reserved = GatewayManagedRules.Prefix };

    protected override RouteListSpec Make(EquatableArray<RouteReference> routes) => new GatewaySpec(routes);

    protected override RoutedDocument Document(ResourceKind kind, RouteReference reference, TrafficSpec traffic, string space,
        string path) => new GatewayRouteDocument(kind, reference, traffic, space, path);
}
