using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.Linkerd;

/// <summary>Linkerd: weights of backends in HTTPRoutes of its own group; the sides are Services.</summary>
internal sealed class LinkerdDescriptor() : RouteListDescriptor(Form, Texts)
{
    // The preset of the clients' proxies needs the name of the Service that they call.
    private static readonly RouteListTexts Texts = new(
        "Split the traffic with Linkerd: weights of backends in HTTPRoutes of the group policy.linkerd.io. Those of the "
            + "Gateway API have a router of their own.",
        "The HTTPRoutes to write, in the Rollout's namespace. Each rule that has both sides as backends gets the same weight.",
        "One HTTPRoute.",
        "Linkerd has no subsets: a backend is a Service",
        "linkerd-inbound");

    /// <summary>Versions before v1beta2 have no weights.</summary>
    public static ResourceKind HttpRoutes { get; } =
        new("policy.linkerd.io", "v1beta3", "httproutes", "HTTPRoute", true) { OtherVersions = ["v1beta2"] };

    public static RouteListForm Form { get; } = new("linkerd", "routes", [HttpRoutes]) { Names = null };

    protected override RouteListSpec Make(EquatableArray<RouteReference> routes) => new LinkerdSpec(routes);

    protected override RoutedDocument Document(ResourceKind kind, RouteReference reference, TrafficSpec traffic, string space,
        string path) => new LinkerdDocument(kind, reference, traffic, space, path);
}
