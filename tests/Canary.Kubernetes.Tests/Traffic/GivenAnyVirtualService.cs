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

/// <summary>Any VirtualService, and any weights, header and mirror routes in any order. CANARY_SCENARIO_SEED chooses others.</summary>
public sealed class GivenAnyVirtualService
{
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("CANARY_SCENARIO_SEED"), out var seed) ? seed : 20261201;

    private static readonly TrafficSpec Traffic =
        new(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new IstioSpec([], null));

    [Test]
    public void WhenAllRoutesAreRemoved_ThenItIsAsItWas_AndInBetweenOnlyRoutesOfOursCameAndWeightsMoved()
    {
        for (var world = 0; world < 300; world++)
        {
            var dice = new Random(Seed + world);
            var (original, reference) = Any(dice);
            var (document, sequence) = ((JsonObject)original.DeepClone(), 1L);
            for (var step = dice.Next(1, 8); step > 0; step--)
            {
                var plan = new RoutePlan(Weight.FromPercent(dice.Next(5) * 25), AnyRoutes(dice), (Side)dice.Next(2));
                document = Write(document, reference, plan, sequence++);
                Assert.That(JsonNode.DeepEquals(WithoutOurs(document), WithoutOurs(original)), Is.True, $"seed {Seed + world}");
                Assert.That(Shown(document, reference, plan), Is.EqualTo(plan.Managed), $"seed {Seed + world}");
                Assert.That(WeightPatch.ForPlan(document, Find(document, reference).Routes, plan, new Claim("u", 1, sequence - 1),
                    IstioManagedRoutes.List), Is.Empty,
                    "a level that is there needs no write");
            }

            document = Write(document, reference, RoutePlan.Only(Weight.Zero), sequence);
            document["metadata"]!.AsObject().Remove("annotations");

            Assert.That(JsonDifference.Between(original, document), Is.Empty, $"seed {Seed + world}");
        }
    }

    private static JsonObject Write(JsonObject document, VirtualServiceReference reference, RoutePlan plan, long sequence) =>
        JsonPatchApplier.Apply(document, WeightPatch.ForPlan(document, Find(document, reference).Routes, plan, new Claim("u", 1, sequence),
            IstioManagedRoutes.List));

    private static ManagedRoutes? Shown(JsonObject document, VirtualServiceReference reference, RoutePlan plan) =>
        IstioManagedRoutes.List.Find((JsonArray)document["spec"]!["http"]!, Find(document, reference).Routes, [plan.Managed], plan.Canary);

    private static WeightedRoutes Find(JsonObject document, VirtualServiceReference reference)
    {
        var found = IstioRoutes.Find(document, reference, Traffic, "shop", "p");
        Assert.That(found.Problems, Is.Empty);
        return found;
    }

    // The routes of the user, in their order, without what the Rollout may change in them.
    private static JsonArray WithoutOurs(JsonObject document)
    {
        var routes = new JsonArray();
        foreach (var route in ((JsonArray)document["spec"]!["http"]!).Where(route => !IstioManagedRoutes.IsManaged(route)))
        {
            var copy = route!.DeepClone();
            foreach (var destination in copy["route"]!.AsArray()) destination!.AsObject().Remove("weight");
            routes.Add(copy);
        }

        return routes;
    }

    private static (JsonObject Document, VirtualServiceReference Reference) Any(Random dice)
    {
        var count = dice.Next(1, 5);
        var isOnly = count == 1 && dice.Next(2) == 0;
        var http = new JsonArray([.. Enumerable.Range(0, count).Select(index => AnyRoute(dice, isOnly ? null : $"route-{index}"))]);
        var names = Enumerable.Range(0, count).Where(_ => dice.Next(2) == 0).Select(index => $"route-{index}").DefaultIfEmpty("route-0");
        return (new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "v", ["namespace"] = "shop", ["resourceVersion"] = "9" },
            ["spec"] = new JsonObject { ["hosts"] = new JsonArray("checkout"), ["http"] = http },
        }, new VirtualServiceReference("v", isOnly ? [] : names.ToEquatableArray()));
    }

    private static JsonNode AnyRoute(Random dice, string? name)
    {
        var route = new JsonObject();
        if (name is not null) route["name"] = name;
        string[] fields =
        [
            """{"match":[{"uri":{"prefix":"/a"},"headers":{"x-tenant":{"exact":"a"}}},{"port":81}]}""", """{"match":[{"gateways":["mesh"]}]}""",
            """{"timeout":"5s","retries":{"attempts":2,"retryOn":"5xx"}}""", """{"rewrite":{"uri":"/"}}""", """{"mirrors":[{"destination":{"host":"audit"}}]}""",
            """{"mirror":{"host":"audit"},"mirrorPercentage":{"value":7.5}}""", """{"fault":{"abort":{"httpStatus":500,"percentage":{"value":0.1}}}}""",
            """{"corsPolicy":{"allowMethods":["GET"]},"headers":{"request":{"remove":["x"]}}}""", """{"fieldOfTomorrow":[1,{"a":null}]}""",
        ];
        foreach (var field in fields.Where(_ => dice.Next(3) == 0))
        {
            foreach (var (key, value) in JsonNode.Parse(field)!.AsObject())
            {
                var isSecondMirror = key is "mirror" or "mirrorPercentage" && route.ContainsKey("mirrors");
                if (!isSecondMirror) route[key] = value?.DeepClone();
            }
        }

        var destinations = new JsonArray(Destination("stable", 100), Destination("canary", 0));
        if (dice.Next(3) == 0) destinations.Add(Destination("third", dice.Next(2) * 100));
        route["route"] = destinations;
        return route;
    }

    private static JsonNode Destination(string host, int weight) =>
        new JsonObject { ["destination"] = new JsonObject { ["host"] = host }, ["weight"] = weight };

    private static ManagedRoutes AnyRoutes(Random dice) => new(
        [.. Enumerable.Range(0, dice.Next(3)).Select(index => new HeaderRoute($"header-{index}", [AnyMatch(dice), AnyMatch(dice)]))],
        [.. Enumerable.Range(0, dice.Next(2)).Select(index => new MirrorRoute($"mirror-{index}",
            Weight.FromBasisPoints(dice.Next(1, 10_001)), dice.Next(2) == 0 ? [] : [AnyMatch(dice)]))]);

    private static RequestMatch AnyMatch(Random dice) => new([new HeaderTest($"x-{dice.Next(3)}", dice.Next(2) == 0,
        new TextTest((TextTestKind)dice.Next(3), $"value-{dice.Next(3)}"))]);
}
