using System.Linq;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

public sealed class GivenAnIstioSpec
{
    [Test]
    public void WhenItNamesNoVirtualService_ThenOneIsNeeded()
    {
        var spec = new IstioSpec([], null);

        Assert.That(spec.HasRoutes, Is.False);
        Assert.That(spec.Check().Select(error => error.ToString()),
            Is.EqualTo(new[] { "spec.traffic.istio.virtualServices: it is empty; name at least one VirtualService" }));
    }

    [Test]
    public void WhenItNamesAVirtualServiceOrARouteTwice_ThenEachIsAnErrorWithItsPath()
    {
        var spec = new IstioSpec([new VirtualServiceReference("a", ["r", "r"]), new VirtualServiceReference("a", [])], null);

        Assert.That(spec.HasRoutes, Is.True);
        Assert.That(spec.Check().Select(error => error.ToString()), Is.EqualTo(new[]
        {
            "spec.traffic.istio.virtualServices[0].routes[1]: 'r' is named twice",
            "spec.traffic.istio.virtualServices[1].name: 'a' is named twice; name all its routes in one place",
        }));
    }
}
