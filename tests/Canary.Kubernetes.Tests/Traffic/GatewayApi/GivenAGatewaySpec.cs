using System.Linq;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.GatewayApi;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.GatewayApi;

public sealed class GivenAGatewaySpec
{
    [Test]
    public void WhenItIsWrong_ThenEachErrorHasItsPath()
    {
        var spec = new GatewaySpec([new RouteReference("HTTPRoute", "a", ["r", "r"]), new RouteReference("GRPCRoute", "a", []),
            new RouteReference("HTTPRoute", "a", []), new RouteReference("UDPRoute", "b", [])]);

        Assert.That(spec.Check().Select(error => error.Path), Is.EqualTo(new[]
        {
            "spec.traffic.gatewayApi.routes[0].rules[1]", "spec.traffic.gatewayApi.routes[2].name",
            "spec.traffic.gatewayApi.routes[3].kind",
        }));
        Assert.That(new GatewaySpec([]).Check().Single().Path, Is.EqualTo("spec.traffic.gatewayApi.routes"));
    }

    [Test]
    public void WhenASideIsASubset_ThenItIsSaidThatThereAreNone()
    {
        var problem = new GatewayApiDescriptor().SubsetProblem(new GatewaySpec([]), "shop", new("a", "v2", null), "canary", _ => null!);

        Assert.That(problem.ToString(), Does.StartWith("spec.traffic.canary.subset: ").And.Contain("remove it"));
    }

    [Test]
    public void WhenKindsOfTwoGroupsHaveOneName_ThenTheyAreTwoReferences()
    {
        var ofLinkerd = new ResourceKind("policy.linkerd.io", "v1beta3", "httproutes", "HTTPRoute", true);

        Assert.That(new Reference(ofLinkerd, "shop", "checkout"),
            Is.Not.EqualTo(new Reference(GatewayKinds.HttpRoutes, "shop", "checkout")));
    }
}
