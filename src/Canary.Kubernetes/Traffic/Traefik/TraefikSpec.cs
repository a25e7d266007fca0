using System.Linq;
using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.Traefik;

/// <summary>Traefik: weights of the services of TraefikServices and IngressRoutes. Source: <c>spec.traffic.traefik</c>.</summary>
/// <param name="Routes">At least one.</param>
public sealed record TraefikSpec(EquatableArray<RouteReference> Routes) : RouteListSpec(Routes)
{
    // A TraefikService has no conditions, and a connection no headers.
    /// <inheritdoc />
    public override bool HasManagedRoutes => Routes.All(route => route.Kind == TraefikKinds.IngressRoutes.Kind);

    internal override RouteListForm Form => TraefikDescriptor.Form;
}
