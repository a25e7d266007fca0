using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.Kuma;

/// <summary>Kuma: weights of backends in MeshHTTPRoutes; the sides are Services.</summary>
internal sealed class KumaDescriptor() : RouteListDescriptor(Form, Texts)
{
    private static readonly RouteListTexts Texts = new(
        "Split the traffic with Kuma: weights of backends in MeshHTTPRoutes.",
        "The MeshHTTPRoutes to write, in the Rollout's namespace. Each rule that has both sides as backends gets the same weight.",
        "One MeshHTTPRoute.",
        "a side is a Service, which Kuma calls a MeshService",
        "kuma")
    {
        NamesPort = true,
    };

    /// <summary>Served as v1alpha1.</summary>
    public static ResourceKind MeshHttpRoutes { get; } = new("kuma.io", "v1alpha1", "meshhttproutes", "MeshHTTPRoute", true);

    public static RouteListForm Form { get; } = new("kuma", "routes", [MeshHttpRoutes]) { Names = null };

    protected override RouteListSpec Make(EquatableArray<RouteReference> routes) => new KumaSpec(routes);

    protected override RoutedDocument Document(ResourceKind kind, RouteReference reference, TrafficSpec traffic, string space,
        string path) => new MeshHttpRouteDocument(reference, traffic, space, path);
}
