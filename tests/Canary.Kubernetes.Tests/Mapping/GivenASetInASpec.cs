using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.Sets;
using Canary.Core.Traffic;
using Canary.Kubernetes.Mapping;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Mapping;

/// <summary><c>spec.workload</c> of a kind of which no copy is kept.</summary>
public sealed class GivenASetInASpec
{
    [TestCase("StatefulSet")]
    [TestCase("DaemonSet")]
    public void WhenASetIsNamed_ThenBothSidesAreServicesOfIt(string kind)
    {
        var (spec, errors) = RolloutSpecMapping.Read(Spec("", kind: kind));

        Assert.Multiple(() =>
        {
            Assert.That(errors, Is.Empty);
            Assert.That(spec!.Set, Is.EqualTo(new SetWorkload(new WorkloadReference(kind, "web"), null)));
            Assert.That((spec.Workload, spec.PromotesTemplate), Is.EqualTo(((object?)null, true)));
            Assert.That(spec.Traffic.NamedStable, Is.EqualTo(new SideSpec("web-stable", null, null)));
            Assert.That(spec.Traffic.NamedCanary, Is.EqualTo(new SideSpec("web-canary", null, null)));
        });
    }

    [TestCase("", "StatefulSet")]
    [TestCase(", service: front", "StatefulSet")]
    [TestCase("", "DaemonSet")]
    public void WhenItIsWrittenIntoTheStatus_ThenTheSameIsReadBack(string service, string kind)
    {
        var (spec, _) = RolloutSpecMapping.Read(Spec(service, kind: kind));

        Assert.That(RolloutSpecMapping.ReadAccepted(RolloutSpecMapping.Write(spec!)), Is.EqualTo(spec));
    }

    [TestCase(", antiAffinity: required", "", "steps: []", "spec.workload.antiAffinity: it needs kind Deployment")]
    [TestCase(", pinImages: true", "", "steps: []", "spec.workload.pinImages: it needs kind Deployment")]
    [TestCase("", "canary: { subset: v2 },", "", "spec.traffic.stable.subset: it is missing, and spec.traffic.canary.subset is given")]
    [TestCase("", "stable: { subset: v2 }, canary: { subset: v2 },", "", "spec.traffic.canary.subset: it is 'v2' on both sides")]
    [TestCase("", "stable: { subset: v1 }, canary: { subset: v2, service: front },", "",
        "spec.traffic.canary.service: it is 'front', and the subset of stable belongs to 'web'")]
    [TestCase("", "canary: { workload: { kind: Deployment, name: x } },", "", "spec.traffic.canary.workload: spec.workload is given")]
    [TestCase("", "stable: { service: web },", "", "spec.traffic.stable.service: it is 'web', the Service that clients call")]
    [TestCase("", "", "scaleDownDelay: 10s", "spec.strategy.canary.scaleDownDelay: it needs spec.workload of kind Deployment")]
    [TestCase("", "", "steps: [{ setCanaryScale: { replicas: 2 } }]",
        "spec.strategy.canary.steps[0].setCanaryScale: it needs spec.workload of kind Deployment")]
    public void WhenAFieldIsNotForIt_ThenTheFieldIsNamed(string workload, string sides, string strategy, string problem)
    {
        var (spec, errors) = RolloutSpecMapping.Read(Spec(workload, sides, strategy));

        Assert.That(spec, Is.Null);
        Assert.That(errors.Single().ToString(), Does.StartWith(problem));
    }

    [Test]
    public void WhenTheSidesAreSubsets_ThenBothAreOfTheServiceThatClientsCall()
    {
        var (spec, errors) = RolloutSpecMapping.Read(Spec(", service: front", "stable: { subset: v1 }, canary: { subset: v2 },"));

        Assert.Multiple(() =>
        {
            Assert.That(errors, Is.Empty);
            Assert.That(spec!.Traffic.NamedStable, Is.EqualTo(new SideSpec("front", "v1", null)));
            Assert.That(spec.Traffic.NamedCanary, Is.EqualTo(new SideSpec("front", "v2", null)));
            Assert.That(RolloutSpecMapping.ReadAccepted(RolloutSpecMapping.Write(spec)), Is.EqualTo(spec));
        });
    }

    [TestCase("gatewayApi: { routes: [{ name: web }] }", "spec.traffic.stable.subset: the router gatewayApi has no subsets")]
    [TestCase("istio: { virtualServices: [{ name: web }], destinationRule: { name: web } }",
        "spec.traffic.istio.destinationRule: Canary makes the DestinationRule of these subsets, web-sides; remove it")]
    public void WhenTheSidesCannotBeSubsets_ThenTheFieldIsNamed(string router, string problem)
    {
        var spec = Spec("", "stable: { subset: v1 }, canary: { subset: v2 },");
        var traffic = spec["traffic"]!.AsObject();
        traffic.Remove("istio");
        foreach (var (key, value) in Yaml.Object(router)) traffic[key] = value!.DeepClone();

        Assert.That(RolloutSpecMapping.Read(spec).Errors.Single().ToString(), Does.StartWith(problem));
    }

    private static JsonObject Spec(string workload, string sides = "", string strategy = "steps: [{ setWeight: 5 }]",
        string kind = "StatefulSet") => Yaml.Object($$"""
        workload: { kind: {{kind}}, name: web{{workload}} }
        traffic: { {{sides}} istio: { virtualServices: [{ name: web, routes: [primary] }] } }
        strategy: { canary: { {{strategy}} } }
        """);
}
