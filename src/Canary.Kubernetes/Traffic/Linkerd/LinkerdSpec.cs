using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.Linkerd;

/// <summary>Linkerd: weights of the backends of its own HTTPRoutes. Source: <c>spec.traffic.linkerd</c>.</summary>
/// <param name="Routes">At least one.</param>
public sealed record LinkerdSpec(EquatableArray<RouteReference> Routes) : RouteListSpec(Routes)
{
    internal override RouteListForm Form => LinkerdDescriptor.Form;
}
