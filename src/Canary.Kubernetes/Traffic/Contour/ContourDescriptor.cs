using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.Contour;

/// <summary>Contour: weights of services in HTTPProxies; the sides are Services.</summary>
internal sealed class ContourDescriptor() : RouteListDescriptor(Form, Texts)
{
    private static readonly RouteListTexts Texts = new(
        "Split the traffic with Contour: weights of services in the routes of HTTPProxies.",
        "The HTTPProxies to write, in the Rollout's namespace. Each route that has both sides as services gets the same weight.",
        "One HTTPProxy.",
        "an HTTPProxy has no subsets: a side is a Service",
        "contour")
    {
        NamesPort = true,
    };

    /// <summary>Served as v1.</summary>
    public static ResourceKind HttpProxies { get; } = new("projectcontour.io", "v1", "httpproxies", "HTTPProxy", true);

    public static RouteListForm Form { get; } = new("contour", "proxies", [HttpProxies]) { Noun = "HTTPProxy", Names = null };

    protected override RouteListSpec Make(EquatableArray<RouteReference> routes) => new ContourSpec(routes);

    protected override RoutedDocument Document(ResourceKind kind, RouteReference reference, TrafficSpec traffic, string space,
        string path) => new HttpProxyDocument(reference, traffic, space, path);
}
