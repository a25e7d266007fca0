using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.Smi;

/// <summary>Service Mesh Interface: weights of backends in TrafficSplits; the sides are Services.</summary>
internal sealed class SmiDescriptor() : RouteListDescriptor(Form, Texts)
{
    // Whose proxies they are the API does not say.
    private static readonly RouteListTexts Texts = new(
        "Split the traffic with the Service Mesh Interface: weights of backends in TrafficSplits.",
        "The TrafficSplits to write, in the Rollout's namespace. All get the same weight.",
        "One TrafficSplit.",
        "a TrafficSplit has no subsets: a backend is a Service",
        "app-http");

    /// <summary>The versions that implementations serve. v1alpha1 stands before v1alpha2: where both are served, objects are stored in it,
    /// and it takes quantities and whole numbers.</summary>
    public static ResourceKind TrafficSplits { get; } =
        new("split.smi-spec.io", "v1alpha4", "trafficsplits", "TrafficSplit", true)
        {
            OtherVersions = ["v1alpha3", "v1alpha1", "v1alpha2"],
        };

    public static RouteListForm Form { get; } = new("smi", "trafficSplits", [TrafficSplits]) { Noun = "TrafficSplit", Names = null };

    protected override RouteListSpec Make(EquatableArray<RouteReference> routes) => new SmiSpec(routes);

    protected override RoutedDocument Document(ResourceKind kind, RouteReference reference, TrafficSpec traffic, string space,
        string path) => new TrafficSplitDocument(reference, traffic, space, path);
}
