using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.Traefik;

/// <summary>Traefik: weights of services in TraefikServices, IngressRoutes and IngressRouteTCPs; the sides are Services.</summary>
internal sealed class TraefikDescriptor() : RouteListDescriptor(Form, Texts)
{
    private static readonly RouteListTexts Texts = new(
        "Split the traffic with Traefik: weights of services in TraefikServices, or in the routes of IngressRoutes and IngressRouteTCPs.",
        "The objects to write, in the Rollout's namespace. All get the same weight.",
        "One object.",
        "Traefik has no subsets: a side is a Service",
        "traefik")
    {
        Names = "Rules of the routes to write, as they are in match. Without it: the only route that has a side as a service. A "
            + "TraefikService has no routes.",
        NamesItem = "The rule of a route.",
        NamesPort = true,
    };

    public static RouteListForm Form { get; } = new("traefik", "objects", TraefikKinds.All) { Noun = "object", Names = "matches" };

    protected override RouteListSpec Make(EquatableArray<RouteReference> routes) => new TraefikSpec(routes);

    protected override RoutedDocument Document(ResourceKind kind, RouteReference reference, TrafficSpec traffic, string space,
        string path) => new TraefikDocument(kind, reference, traffic, space, path);
}
