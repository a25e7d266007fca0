using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.Apisix;

/// <summary>APISIX: weights of the backends of ApisixRoutes. Source: <c>spec.traffic.apisix</c>.</summary>
/// <param name="Routes">At least one.</param>
public sealed record ApisixSpec(EquatableArray<RouteReference> Routes) : RouteListSpec(Routes)
{
    internal override RouteListForm Form => ApisixDescriptor.Form;
}
