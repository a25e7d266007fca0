using System.Linq;
using Canary.Core.Units;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>Gateway API: weights of the backends of routes. Source: <c>spec.traffic.gatewayApi</c>.</summary>
/// <param name="Routes">At least one.</param>
public sealed record GatewaySpec(EquatableArray<RouteReference> Routes) : RouteListSpec(Routes)
{
    // The other kinds have no filters of this kind, or no requests.
    /// <inheritdoc />
    public override bool HasManagedRoutes => Routes.All(route => route.Kind == GatewayKinds.HttpRoutes.Kind);

    internal override RouteListForm Form => GatewayApiDescriptor.Form;
}
