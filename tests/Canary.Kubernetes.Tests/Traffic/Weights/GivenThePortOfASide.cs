using System.Text.Json.Nodes;
using Canary.Core.Analysis;
using Canary.Core.Traffic;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Apisix;
using Canary.Kubernetes.Traffic.Contour;
using Canary.Kubernetes.Traffic.Kuma;
using Canary.Kubernetes.Traffic.Registry;
using Canary.Kubernetes.Traffic.Traefik;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.Weights;

/// <summary>Some metrics name a side by its Service and the port of its entry, which the preset takes from the object.</summary>
public sealed class GivenThePortOfASide
{
    private static readonly RouterSpec Traefik = new TraefikSpec([Named(TraefikKinds.TraefikServices.Kind)]);
    private static readonly RouterSpec Contour = new ContourSpec([Named(ContourDescriptor.HttpProxies.Kind)]);
    private static readonly RouterSpec Kuma = new KumaSpec([Named(KumaDescriptor.MeshHttpRoutes.Kind)]);
    private static readonly RouterSpec Apisix = new ApisixSpec([Named(ApisixDescriptor.ApisixRoutes.Kind)]);

    [Test]
    public void WhenTheEntryOfStableHasAPort_ThenThePresetGetsIt()
    {
        Assert.That(Ask(Traefik, """
            kind: TraefikService
            metadata: { name: r, namespace: shop }
            spec: { weighted: { services: [{ name: stable, port: web, weight: 100 }] } }
            """), Is.EqualTo(new[] { new Argument("port", "web") }));
        Assert.That(Ask(Contour, """
            kind: HTTPProxy
            metadata: { name: r, namespace: shop }
            spec: { routes: [{ services: [{ name: stable, port: 8080, weight: 100 }, { name: canary, port: 8080 }] }] }
            """), Is.EqualTo(new[] { new Argument("port", "8080") }));
        Assert.That(Ask(Kuma, """
            kind: MeshHTTPRoute
            metadata: { name: r, namespace: shop }
            spec:
              to:
              - rules:
                - default:
                    backendRefs:
                    - { kind: MeshService, name: stable, port: 8080, weight: 100 }
                    - { kind: MeshService, name: canary, port: 8080, weight: 0 }
            """), Is.EqualTo(new[] { new Argument("port", "8080") }));
    }

    [Test]
    public void WhenThereIsNoObject_OrTheMetricsHaveNoPort_ThenNothingIsSaid()
    {
        Assert.That(Ask(Contour, "{ kind: HTTPProxy, metadata: { name: other, namespace: shop } }"), Is.Empty);
        Assert.That(Ask(Apisix, """
            kind: ApisixRoute
            metadata: { name: r, namespace: shop }
            spec: { http: [{ name: a, backends: [{ serviceName: stable, port: 1 }, { serviceName: canary, port: 1 }] }] }
            """), Is.Empty);
    }

    private static RouteReference Named(string kind) => new(kind, "r", []);

    private static Argument[] Ask(RouterSpec router, string text)
    {
        JsonObject[] documents = [Yaml.Object(text)];
        var traffic = new TrafficSpec(new SideSpec("stable", null, null), new SideSpec("canary", null, null), router);
        return [.. RouterRegistry.Of(router).Subject(traffic, "shop", kind => ObjectLookup.Of(kind, documents))];
    }
}
