using System.Linq;
using Canary.Core.Rollouts;
using Canary.Core.Traffic;
using Canary.Kubernetes.Traffic.Apisix;
using Canary.Kubernetes.Traffic.Smi;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.Weights;

/// <summary>APISIX takes the first backend of a rule as its upstream, and the rule answers nobody while that has no pods.</summary>
public sealed class GivenTheOrderOfBackends
{
    private static readonly TrafficSpec Sides =
        new(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new SmiSpec([]));

    [TestCase("stable", "canary", "other", null)]
    [TestCase("canary", "stable", "other", "canary")]
    [TestCase("other", "stable", "canary", "other")]
    public void WhenAnotherBackendThanStableIsFirst_ThenNothingIsRaised(string first, string second, string third, string? named)
    {
        var document = Yaml.Object($$"""
            metadata: { name: r, namespace: shop, resourceVersion: "9" }
            spec:
              http:
              - name: primary
                backends:
                - { serviceName: {{first}}, servicePort: 80, weight: 10 }
                - { serviceName: {{second}}, servicePort: 80, weight: 10 }
                - { serviceName: {{third}}, servicePort: 80, weight: 10 }
            """);
        var route = WeightedKind.All.Single(one => one.Kind == ApisixDescriptor.ApisixRoutes).Document(document, Sides);

        var (reading, problems) = (route.Read(document, RolloutStatus.New), route.Check(document));

        Assert.That(reading.Routes, Has.Count.EqualTo(1), "it can be rolled back all the same");
        Assert.That(reading.Obstacles.Select(one => one.Message), named is null ? Is.Empty
            : Has.One.Contains($"{named}:80 is the first backend").And.One.Contains("put stable:80 first"));
        Assert.That(problems, Is.EqualTo(reading.Obstacles), "lint says so too");
    }
}
