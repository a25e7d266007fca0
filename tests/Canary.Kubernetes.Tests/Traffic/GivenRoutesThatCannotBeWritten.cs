using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

public sealed class GivenRoutesThatCannotBeWritten
{
    private const string Path = "spec.traffic.istio.virtualServices[0]";

    private static readonly TrafficSpec Traffic =
        new(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new IstioSpec([], null));

    [TestCase(
        "{ http: [{ name: a, route: [] }, { name: b, route: [] }] }", "primary",
        Path + ".routes[0]: VirtualService shop/v has no http route named primary; its http routes are named a, b")]
    [TestCase(
        "{ http: [{ route: [] }, { route: [] }] }", "primary",
        Path + ".routes[0]: VirtualService shop/v has no http route named primary; none of its http routes has a name")]
    [TestCase(
        "{ http: [{ name: primary, route: [] }, { name: primary, route: [] }] }", "primary",
        Path + ".routes[0]: VirtualService shop/v has 2 http routes named primary, http[0] and http[1]: give each a name of its own")]
    [TestCase(
        "{ http: [{ name: a, route: [] }, { name: b, route: [] }] }", null,
        Path + ".routes: VirtualService shop/v has 2 http routes: say which by name; its http routes are named a, b")]
    [TestCase("{ tcp: [{}] }", null,
        Path + ".name: VirtualService shop/v has no http routes, only tcp routes; weights are set on http routes alone")]
    [TestCase(
        "{ http: [{ name: primary, redirect: { uri: / } }] }", "primary",
        Path
        + ".routes[0]: VirtualService shop/v route primary has redirect, not destinations: name a route that has both sides as "
        + "destinations")]
    [TestCase(
        "{ http: [{ name: primary, route: [{ destination: { host: stable }, weight: 100 }] }] }", "primary",
        Path
        + ".routes[0]: VirtualService shop/v route primary has no destination for spec.traffic.canary, canary; its destinations are "
        + "stable")]
    [TestCase(
        "{ http: [{ name: primary, route: [{ destination: { host: stable }, weight: 100 }, { destination: { host: canary, port: { number: "
            + "80 } } }, { destination: { host: canary.shop.svc.cluster.local, port: { number: 81 } } }] }] }", "primary",
        Path
        + ".routes[0]: VirtualService shop/v route primary has 2 destinations for spec.traffic.canary, canary: route[1] canary:80 and "
        + "route[2] canary.shop.svc.cluster.local:81; exactly one is allowed")]
    [TestCase(
        "{ http: [{ name: primary, route: [{ destination: { host: stable } }, { destination: { host: canary } }] }] }", "primary",
        Path
        + ".routes[0]: VirtualService shop/v route primary: the weights of stable and canary sum to 0, so there is nothing to share out; "
        + "write the safe state, such as 100 and 0")]
    [TestCase(
        "{ http: [{ name: primary, route: [{ destination: { host: stable }, weight: 101 }, { destination: { host: canary }, weight: -1 }] "
            + "}] }", "primary",
        Path
        + ".routes[0]: VirtualService shop/v route primary destination canary has weight -1: a whole number from 0 to 2147483647 is "
        + "allowed")]
    public void WhenTheyAreRead_ThenTheProblemSaysObjectFieldFoundAndAllowed(string spec, string? route, string expected)
    {
        var document =
            new JsonObject { ["metadata"] = new JsonObject { ["name"] = "v", ["namespace"] = "shop" }, ["spec"] = Yaml.Object(spec) };

        var found = IstioRoutes.Find(document, new VirtualServiceReference("v", route is null ? [] : [route]), Traffic, "shop", Path);

        Assert.That(found.Routes, Is.Empty);
        Assert.That(found.Problems.Select(problem => problem.ToString()), Is.EqualTo(new[] { expected }));
    }

    [TestCase("reviews", "reviews.shop.svc.cluster.local", true)]
    [TestCase("reviews", "reviews.shop.svc.my.domain", true)]
    [TestCase("reviews", "reviews.shop", true)]
    [TestCase("reviews", "REVIEWS.shop.svc", true)]
    [TestCase("reviews", "reviews.other.svc.cluster.local", false)]
    [TestCase("reviews", "reviews.com", false)]
    public void WhenAHostIsWrittenAnotherWay_ThenItIsTheSameServiceOrNot(string service, string host, bool isSame)
    {
        Assert.That(IstioHost.Normalise(host, "shop") == IstioHost.Normalise(service, "shop"), Is.EqualTo(isSame));
    }
}
