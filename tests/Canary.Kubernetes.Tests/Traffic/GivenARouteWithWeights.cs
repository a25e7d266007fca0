using System;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Istio;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

public sealed class GivenARouteWithWeights
{
    private static readonly TrafficSpec Traffic =
        new(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new IstioSpec([], null));
    private static readonly Claim Claim = new("u", 3);

    [TestCase(100, 0, 25, 75, 25)]
    [TestCase(1, 1, 25, 3, 1)]
    [TestCase(99, 1, 0, 100, 0)]
    [TestCase(3, 0, 100, 0, 3)]
    [TestCase(900, 100, 5, 950, 50)]
    [TestCase(100, 0, 1, 99, 1)]
    public void WhenOnlyTheTwoSidesAreThere_ThenTheyShareWhatTheyHave(int first, int second, int percent, int expectedFirst,
        int expectedSecond)
    {
        var route = Route(first, second);

        var weights = RouteWeights.Share(route, Weight.FromPercent(percent));

        Assert.That(weights, Is.EqualTo(new long[] { expectedFirst, expectedSecond }));
    }

    [Test]
    public void WhenAThirdDestinationHasAShare_ThenItKeepsItsWeightAndTheSumStays100()
    {
        var weights = RouteWeights.Share(Route(90, 0, 10), Weight.FromPercent(25));

        Assert.That(weights, Is.EqualTo(new long[] { 67, 23, 10 }));
    }

    [Test]
    public void WhenRoundingHidesTheWeight_ThenTheRouteIsKnownToShowIt()
    {
        var route = Route(67, 23, 10);

        Assert.That(route.ShareAs([Weight.FromPercent(25)]), Is.EqualTo(Weight.FromPercent(25)));
        Assert.That(route.ShareAs([Weight.FromPercent(50)]), Is.EqualTo(route.Share));
    }

    [Test]
    public void WhenTheBudgetIsTooSmallForTheShare_ThenAllAreScaledAndNobodysShareChanges()
    {
        var weights = RouteWeights.Share(Route(1, 0, 99), Weight.FromPercent(5));

        Assert.That(weights, Is.EqualTo(new long[] { 19, 1, 1980 }));
    }

    [Test]
    public void WhenTheShareIsFinerThanAPercent_ThenItIsExact()
    {
        var weights = RouteWeights.Share(Route(100, 0), Weight.FromPercent(0.5m));

        Assert.That(weights, Is.EqualTo(new long[] { 199, 1 }));
    }

    [Test]
    public void WhenScalingWouldNotFitIn32Bits_ThenTheNumbersAreRounded()
    {
        var weights = RouteWeights.Share(Route(int.MaxValue - 7, 0), Weight.FromPercent(33));

        Assert.That(weights.Sum(), Is.EqualTo(int.MaxValue - 7));
        Assert.That(weights[1], Is.EqualTo(708669601).Within(1));
    }

    [Test]
    public void WhenAnyWeightsAreGiven_ThenTheInvariantsHold()
    {
        var random = new Random(20_260_131);
        for (var round = 0; round < 20_000; round++)
        {
            var route = Route(random.Next(0, 1000), random.Next(1, 1000), random.Next(0, 2) == 0 ? [] : [random.Next(0, 500)]);
            var second = Weight.FromBasisPoints(random.Next(0, 10_001));

            var weights = RouteWeights.Share(route, second);

            Assert.That(weights, Has.All.InRange(0, int.MaxValue));
            Assert.That(weights[0] + weights[1], Is.GreaterThan(0));
            Assert.That(weights[1] / (double)(weights[0] + weights[1]), Is.EqualTo(second.BasisPoints / 10_000d)
                .Within(second.BasisPoints % 100 == 0 ? 0.5 / route.Budget + 1e-9 : 1e-9));
            if (route.Entries.Count > 2)
                Assert.That(weights[2] * route.Entries.Sum(one => one.Parts),
                    Is.EqualTo(route.Entries[2].Parts * weights.Sum()), "a third destination keeps its share");
            Assert.That(With(route, [.. weights]).IsShowing(second), Is.True, "what was written is recognised");
        }
    }

    [Test]
    public void WhenAWeightIsAbsent_ThenTheWholeEntryIsTestedAndTheWeightAdded()
    {
        var document = Document("""
            http:
            - name: primary
              route:
              - destination: { host: stable }
                weight: 100
              - destination: { host: canary }
                headers: { request: { set: { x: "1" } } }
            """);
        var found = IstioRoutes.Find(document, new VirtualServiceReference("v", ["primary"]), Traffic, "shop", "p");

        var patch = WeightPatch.ForPlan(document, found.Routes, RoutePlan.Only(Weight.FromPercent(5)), Claim, IstioManagedRoutes.List);

        Assert.That(patch.Select(operation => $"{operation!["op"]} {operation["path"]}"), Is.EqualTo(new[]
        {
            "test /metadata/resourceVersion",
            "add /metadata/annotations",
            "test /spec/http/0/name",
            "test /spec/http/0/route/0/destination",
            "test /spec/http/0/route/0/weight",
            "test /spec/http/0/route/1",
            "add /spec/http/0/route/0/weight",
            "add /spec/http/0/route/1/weight",
        }));
        Assert.That(JsonPatchApplier.Apply(document, patch)["spec"]!["http"]![0]!["route"]![1]!["weight"]!.GetValue<long>(), Is.EqualTo(5));
    }

    [Test]
    public void WhenTheRouteHasNoName_ThenTheVersionIsTested()
    {
        var document = Document("""
            http:
            - route:
              - { destination: { host: stable }, weight: 100 }
              - { destination: { host: canary }, weight: 0 }
            """);
        document["metadata"]!["annotations"] = new JsonObject { ["canary.delivery/claim"] = "u/3" };
        var found = IstioRoutes.Find(document, new VirtualServiceReference("v", []), Traffic, "shop", "p");

        var patch = WeightPatch.ForPlan(document, found.Routes, RoutePlan.Only(Weight.FromPercent(5)), Claim, IstioManagedRoutes.List);

        Assert.That(patch[0]!["path"]!.GetValue<string>(), Is.EqualTo("/metadata/resourceVersion"));
        Assert.That(patch[1]!["path"]!.GetValue<string>(), Is.EqualTo("/metadata/annotations/canary.delivery~1claim"));
        Assert.That(patch[1]!["op"]!.GetValue<string>(), Is.EqualTo("test"));
    }

    [Test]
    public void WhenTheShareIsThereAlready_ThenThereIsNothingToSend()
    {
        var document =
            Document(
                "http: [{ name: primary, route: [{ destination: { host: stable }, weight: 95 }, { destination: { host: canary }, weight: "
                    + "5 }] }]");
        var found = IstioRoutes.Find(document, new VirtualServiceReference("v", ["primary"]), Traffic, "shop", "p");

        Assert.That(WeightPatch.ForPlan(document, found.Routes, RoutePlan.Only(Weight.FromPercent(5)), Claim,
            IstioManagedRoutes.List), Is.Empty);
    }

    private static JsonObject Document(string spec) => new()
    {
        ["metadata"] = new JsonObject { ["name"] = "v", ["namespace"] = "shop", ["resourceVersion"] = "9" },
        ["spec"] = Yaml.Object(spec),
    };

    private static WeightedRoute Route(int first, int second, params int[] others)
    {
        WeightedEntry[] entries = [.. new[] { first, second }.Concat(others)
            .Select((weight, index) => IstioDestination.Read(index,
                new JsonObject { ["destination"] = new JsonObject { ["host"] = $"d{index}" }, ["weight"] = weight }).ToEntry())];
        return new WeightedRoute(IstioRoutes.Form, "/spec/http/0", 0, "primary", "primary", entries, entries[0], entries[1]);
    }

    private static WeightedRoute With(WeightedRoute route, long[] weights)
    {
        WeightedEntry[] entries =
            [.. route.Entries.Zip(weights).Select(pair => pair.First with { Written = pair.Second, Parts = pair.Second })];
        return route with { Entries = entries, First = entries[0], Second = entries[1] };
    }
}
