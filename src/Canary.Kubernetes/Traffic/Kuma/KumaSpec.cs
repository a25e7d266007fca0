using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.Kuma;

/// <summary>Kuma: weights of the backends of MeshHTTPRoutes. Source: <c>spec.traffic.kuma</c>.</summary>
/// <param name="Routes">At least one.</param>
public sealed record KumaSpec(EquatableArray<RouteReference> Routes) : RouteListSpec(Routes)
{
    internal override RouteListForm Form => KumaDescriptor.Form;
}
