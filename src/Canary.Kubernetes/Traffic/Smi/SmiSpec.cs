using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.Smi;

/// <summary>SMI: weights of the backends of TrafficSplits. Source: <c>spec.traffic.smi</c>.</summary>
/// <param name="Routes">At least one.</param>
public sealed record SmiSpec(EquatableArray<RouteReference> Routes) : RouteListSpec(Routes)
{
    internal override RouteListForm Form => SmiDescriptor.Form;
}
