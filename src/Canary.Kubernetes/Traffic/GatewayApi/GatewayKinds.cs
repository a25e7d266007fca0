using System.Collections.Generic;
using System.Linq;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Kubernetes.Traffic.GatewayApi;

/// <summary>The kinds of routes of the Gateway API that Canary writes. In each, <c>spec.rules[].backendRefs[].weight</c> is the
/// share.</summary>
public static class GatewayKinds
{
    /// <summary>Served as v1 since Gateway API 1.0.</summary>
    public static ResourceKind HttpRoutes { get; } = Kind("httproutes", "HTTPRoute", "v1beta1");

    /// <summary>Served as v1 since Gateway API 1.1.</summary>
    public static ResourceKind GrpcRoutes { get; } = Kind("grpcroutes", "GRPCRoute", "v1alpha2");

    /// <summary>Served as v1 since Gateway API 1.6.</summary>
    public static ResourceKind TcpRoutes { get; } = Kind("tcproutes", "TCPRoute", "v1alpha2");

    /// <summary>Served as v1 since Gateway API 1.5.</summary>
    public static ResourceKind TlsRoutes { get; } = Kind("tlsroutes", "TLSRoute", "v1alpha3", "v1alpha2");

    /// <summary>All of them; the first is the default.</summary>
    public static IReadOnlyList<ResourceKind> All { get; } = [HttpRoutes, GrpcRoutes, TcpRoutes, TlsRoutes];

    /// <summary>The kind of this name; null: there is none.</summary>
    public static ResourceKind? Find(string kind) => All.FirstOrDefault(one => one.Kind == kind);

    private static ResourceKind Kind(string plural, string kind, params string[] before) =>
        new("gateway.networking.k8s.io", "v1", plural, kind, true) { OtherVersions = before };
}
