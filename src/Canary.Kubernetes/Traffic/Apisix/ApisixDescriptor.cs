using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.Apisix;

/// <summary>APISIX: weights of backends in ApisixRoutes; the sides are Services.</summary>
internal sealed class ApisixDescriptor() : RouteListDescriptor(Form, Texts)
{
    // The preset of APISIX needs the addresses of pods.
    private static readonly RouteListTexts Texts = new(
        "Split the traffic with APISIX: weights of backends in ApisixRoutes.",
        "The ApisixRoutes to write, in the Rollout's namespace. All get the same weight.",
        "One ApisixRoute.",
        "a side is a Service; subsets of an ApisixUpstream are none",
        "app-http")
    {
        Names = "Names of the http rules to write. Without it: each rule that has both sides as backends.",
    };

    /// <summary>Served as v2.</summary>
    public static ResourceKind ApisixRoutes { get; } = new("apisix.apache.org", "v2", "apisixroutes", "ApisixRoute", true);

    public static RouteListForm Form { get; } = new("apisix", "routes", [ApisixRoutes]);

    protected override RouteListSpec Make(EquatableArray<RouteReference> routes) => new ApisixSpec(routes);

    protected override RoutedDocument Document(ResourceKind kind, RouteReference reference, TrafficSpec traffic, string space,
        string path) => new ApisixRouteDocument(reference, traffic, space, path);
}
