using System.Collections.Generic;
using System.Linq;
using Canary.Core.Traffic;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Apisix;
using Canary.Kubernetes.Traffic.Contour;
using Canary.Kubernetes.Traffic.GatewayApi;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Kubernetes.Traffic.Kuma;
using Canary.Kubernetes.Traffic.Linkerd;
using Canary.Kubernetes.Traffic.Nginx;
using Canary.Kubernetes.Traffic.PlainService;
using Canary.Kubernetes.Traffic.Smi;
using Canary.Kubernetes.Traffic.Traefik;

namespace Canary.Kubernetes.Traffic.Registry;

/// <summary>The routers of this version, one line each.</summary>
public static class RouterRegistry
{
    private static readonly Dictionary<string, RouterDescriptor> Known = new RouterDescriptor[]
    {
        new IstioDescriptor(),
        new GatewayApiDescriptor(),
        new TraefikDescriptor(),
        new SmiDescriptor(),
        new ContourDescriptor(),
        new LinkerdDescriptor(),
        new KumaDescriptor(),
        new ApisixDescriptor(),
        new NginxDescriptor(),
        new PlainServiceDescriptor(),
    }.ToDictionary(router => router.Key);

    /// <summary>The kinds that the routers read or write.</summary>
    public static IReadOnlyList<ResourceKind> ResourceKinds { get; } =
        [.. Known.Values.SelectMany(router => router.Kinds).Select(one => one.Kind)];

    /// <summary>Those of them that a Rollout need not name, such as what defines the subsets.</summary>
    public static IReadOnlyList<ResourceKind> UnnamedKinds { get; } =
        [.. Known.Values.SelectMany(router => router.Kinds).Where(one => !one.IsReferenced).Select(one => one.Kind)];

    internal static IReadOnlyCollection<RouterDescriptor> All => Known.Values;

    internal static RouterDescriptor Of(RouterSpec router) => Known[router.Key];
}
