using System.Collections.Generic;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.Traefik;

/// <summary>The kinds of Traefik that Canary writes. Their group is traefik.io since Traefik 2.10.</summary>
internal static class TraefikKinds
{
    /// <summary>Weights in <c>spec.weighted.services</c>.</summary>
    public static ResourceKind TraefikServices { get; } = Kind("traefikservices", "TraefikService");

    /// <summary>Weights in <c>spec.routes[].services</c>.</summary>
    public static ResourceKind IngressRoutes { get; } = Kind("ingressroutes", "IngressRoute");

    /// <summary>Weights in <c>spec.routes[].services</c>, by connection.</summary>
    public static ResourceKind IngressRouteTcps { get; } = Kind("ingressroutetcps", "IngressRouteTCP");

    /// <summary>All of them; the first is the default.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } = [TraefikServices, IngressRoutes, IngressRouteTcps];

    private static ResourceKind Kind(string plural, string kind) => new("traefik.io", "v1alpha1", plural, kind, true);
}
