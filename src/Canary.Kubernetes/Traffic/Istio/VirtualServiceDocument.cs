using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.Istio;

/// <summary>A VirtualService that a Rollout names: the weights of the destinations of its http routes.</summary>
internal sealed record VirtualServiceDocument(VirtualServiceReference Reference, TrafficSpec Traffic, string Namespace, string Path)
    : WeightedDocument(IstioKinds.VirtualServices, new ObjectName(Namespace, Reference.Name), Path, IstioManagedRoutes.List)
{
    /// <inheritdoc />
    protected override string RoutesField => "routes";

    /// <inheritdoc />
    public override WeightedRoutes Find(JsonObject document) => IstioRoutes.Find(document, Reference, Traffic, Namespace, Path);
}
