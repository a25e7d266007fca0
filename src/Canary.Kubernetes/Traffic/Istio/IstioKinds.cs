using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>The kinds of Istio that Canary reads or writes. Istio serves v1 since 1.22 and v1beta1 since 1.5; all versions have the same
/// schema.</summary>
public static class IstioKinds
{
    private static readonly string[] Before122 = ["v1beta1", "v1alpha3"];

    /// <summary>Written: the weights of the destinations of its routes.</summary>
    public static ResourceKind VirtualServices { get; } =
        new("networking.istio.io", "v1", "virtualservices", "VirtualService", true) { OtherVersions = Before122 };

    /// <summary>Read: the labels of the subsets.</summary>
    public static ResourceKind DestinationRules { get; } =
        new("networking.istio.io", "v1", "destinationrules", "DestinationRule", true) { OtherVersions = Before122 };
}
