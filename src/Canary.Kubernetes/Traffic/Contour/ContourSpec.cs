using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.Contour;

/// <summary>Contour: weights of the services of HTTPProxies. Source: <c>spec.traffic.contour</c>.</summary>
/// <param name="Routes">At least one.</param>
public sealed record ContourSpec(EquatableArray<RouteReference> Routes) : RouteListSpec(Routes)
{
    /// <inheritdoc />
    public override bool HasManagedRoutes => true;

    internal override RouteListForm Form => ContourDescriptor.Form;
}
