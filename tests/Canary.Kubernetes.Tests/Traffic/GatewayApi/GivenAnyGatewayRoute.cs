using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.GatewayApi;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.GatewayApi;

/// <summary>Any route of the Gateway API, and any weights, header and mirror routes in any order. CANARY_SCENARIO_SEED chooses
/// others; real routes are taken too where <c>CANARY_SHARED</c> names a folder with <c>samples</c>.</summary>
public sealed class GivenAnyGatewayRoute
{
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("CANARY_SCENARIO_SEED"), out var seed) ? seed : 20261201;

    private static readonly TrafficSpec Traffic =
        new(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new GatewaySpec([]));

    [Test]
    public void WhenWeightsComeAndGo_ThenOnlyTheWeightsOfTheRulesWithBothSidesMove_AndTheEndIsTheBeginning()
    {
        for (var world = 0; world < 300; world++)
            Walk(Any(new Random(Seed + world)), new Random(Seed - world), $"seed {Seed + world}");
    }

    [Test]
    public void WhenTheRoutesAreReal_ThenTheSameHolds()
    {
        if (Environment.GetEnvironmentVariable("CANARY_SHARED") is not { Length: > 0 } shared
            || !Directory.Exists(Path.Combine(shared, "samples")))
        {
            TestContext.Out.WriteLine("CANARY_SHARED names no folder with samples: no real route was taken");
            return;
        }

        var count = 0;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(shared, "samples"), "*.yaml").Order())
        {
            foreach (var document in YamlDocument.Parse(File.ReadAllText(file)).Select(one => one.Root).OfType<JsonObject>())
            {
                if (GatewayKinds.Find(Json.Text(document, "kind") ?? "") is null || !MakeWritable(document)) continue;
                count++;
                Walk(document, new Random(Seed), file);
            }
        }

        Assert.That(count, Is.GreaterThanOrEqualTo(7));
    }

    private static void Walk(JsonObject original, Random dice, string seed)
    {
        var (document, sequence) = ((JsonObject)original.DeepClone(), 1L);
        for (var step = dice.Next(1, 8); step > 0; step--)
        {
            var weight = Weight.FromBasisPoints(dice.Next(3) == 0 ? dice.Next(10_001) : dice.Next(101) * 100);
            var isHttp = (string)original["kind"]! == GatewayKinds.HttpRoutes.Kind;
            var plan = new RoutePlan(weight, isHttp ? AnyRoutes(dice) : ManagedRoutes.None, (Side)dice.Next(2));
            var problems = GatewayManagedRules.List.Arrange(Rules(document), Find(document).Routes, plan.Managed, plan.Canary).Problems;
            document = Write(document, plan, sequence++);
            var shown = GatewayManagedRules.List.Find(Rules(document), Find(document).Routes, [plan.Managed], plan.Canary);
            if (problems.Count == 0) Assert.That(shown, Is.EqualTo(plan.Managed), seed);
            AssertLimits(document, original, seed);
            Assert.That(JsonNode.DeepEquals(WithoutOurs(document), WithoutOurs(original)), Is.True, seed);
            foreach (var rule in Find(document).Routes)
            {
                var before = Find(original).Routes[Find(document).Routes.ToList().FindIndex(one => one.Index == rule.Index)];
                Assert.That(rule.ShareAs([weight]), Is.EqualTo(weight), seed);
                Assert.That(Math.Abs(rule.Share.BasisPoints - weight.BasisPoints), Is.LessThanOrEqualTo(1), seed);
                Assert.That(rule.Entries.Select(one => one.Parts), Has.All.InRange(0, BackendRefs.Form.Largest), seed);
                // What others have is as large a part of the whole as before.
                var (sum, sumBefore) = (rule.Entries.Sum(one => one.Parts), before.Entries.Sum(one => one.Parts));
                foreach (var (now, then) in rule.Entries.Zip(before.Entries)
                    .Where(pair => pair.First != rule.First && pair.First != rule.Second))
                    Assert.That(now.Parts * sumBefore, Is.EqualTo(then.Parts * sum), seed);
            }

            Assert.That(WeightPatch.ForPlan(document, Find(document).Routes, plan, new Claim("u", 1, sequence - 1),
                GatewayManagedRules.List), Is.Empty,
                "a level that is there needs no write");
        }

        var first = Find(original).Routes[0].Share;
        document = JsonPatchApplier.Apply(document,
            WeightPatch.ForRelease(document, Find(document).Routes, first, new Claim("u", 1, sequence), GatewayManagedRules.List));

        Assert.That(JsonNode.DeepEquals(WithoutOurs(document), WithoutOurs(original)), Is.True, seed);
        Assert.That(Find(document).Routes[0].Share, Is.EqualTo(first), seed);
        Assert.That(document["metadata"]!["annotations"] is null or JsonObject { Count: 0 }, Is.True, seed);
    }

    private static JsonObject Write(JsonObject document, RoutePlan plan, long sequence) => JsonPatchApplier.Apply(document,
        WeightPatch.ForPlan(document, Find(document).Routes, plan, new Claim("u", 1, sequence), GatewayManagedRules.List));

    private static JsonArray Rules(JsonObject document) => (JsonArray)document["spec"]!["rules"]!;

    // What the API server would refuse.
    private static void AssertLimits(JsonObject document, JsonObject original, string seed)
    {
        if (Rules(document).Count == Rules(original).Count) return;
        Assert.That(Rules(document), Has.Count.LessThanOrEqualTo(16), seed);
        Assert.That(Rules(document).Select(rule => rule!["matches"] is JsonArray all ? all.Count : 1), Has.All.LessThanOrEqualTo(64), seed);
        Assert.That(Rules(document).Where(GatewayManagedRules.IsManaged).Select(rule => (string)rule!["name"]!), Is.Unique, seed);
        Assert.That(Rules(document).Where(GatewayManagedRules.IsManaged).Select(rule => (string)rule!["name"]!),
            Has.All.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"), seed);
    }

    private static ManagedRoutes AnyRoutes(Random dice) => new(
        [.. Enumerable.Range(0, dice.Next(3)).Select(index => new HeaderRoute($"header-{index}", [AnyMatch(dice), AnyMatch(dice)]))],
        [.. Enumerable.Range(0, dice.Next(2)).Select(index => new MirrorRoute($"mirror-{index}",
            Weight.FromBasisPoints(dice.Next(1, 10_001)), dice.Next(2) == 0 ? [] : [AnyMatch(dice)]))]);

    private static RequestMatch AnyMatch(Random dice) => new([new HeaderTest($"x-{dice.Next(3)}", dice.Next(2) == 0,
        new TextTest((TextTestKind)dice.Next(3), $"value-{dice.Next(3)}"))]);

    private static WeightedRoutes Find(JsonObject document)
    {
        var found = GatewayRules.Find(document, new RouteReference((string)document["kind"]!, "r", []), Traffic,
            Json.Namespace(document), "p");
        Assert.That(found.Problems, Is.Empty);
        return found;
    }

    // The route without what the Rollout may change in it.
    private static JsonObject WithoutOurs(JsonObject document)
    {
        var copy = (JsonObject)document.DeepClone();
        ((JsonObject)copy["metadata"]!).Remove("annotations");
        copy["spec"]!["rules"] = new JsonArray([.. Rules(copy).Where(rule => !GatewayManagedRules.IsManaged(rule))
            .Select(rule => rule!.DeepClone())]);
        foreach (var rule in Find(copy).Routes)
        {
            foreach (var backend in copy["spec"]!["rules"]![rule.Index]!["backendRefs"]!.AsArray()) ((JsonObject)backend!).Remove("weight");
        }

        return copy;
    }

    // Names the first two backends of each rule after the sides; false: no rule has backends.
    private static bool MakeWritable(JsonObject document)
    {
        ((JsonObject)document["metadata"]!)["resourceVersion"] = "9";
        var any = false;
        foreach (var rule in Json.Objects(document, "spec", "rules"))
        {
            if (rule["backendRefs"] is not JsonArray { Count: > 0 } backends) continue;
            if (backends.Count == 1) backends.Add(backends[0]!.DeepClone());
            foreach (var (backend, name) in backends.Zip(new[] { "stable", "canary" })) backend!["name"] = name;
            any = true;
        }

        return any;
    }

    private static JsonObject Any(Random dice)
    {
        var kind = GatewayKinds.All[dice.Next(GatewayKinds.All.Count)].Kind;
        var rules = new JsonArray([.. Enumerable.Range(0, dice.Next(1, 5)).Select(index => AnyRule(dice, index))]);
        if (!rules.Any(rule => rule!["backendRefs"]!.AsArray().Count > 1)) rules[0]!["backendRefs"] = Backends(dice);
        return new JsonObject
        {
            ["kind"] = kind,
            ["metadata"] = new JsonObject { ["name"] = "r", ["namespace"] = "shop", ["resourceVersion"] = "9" },
            ["spec"] = new JsonObject { ["parentRefs"] = new JsonArray(new JsonObject { ["name"] = "public" }), ["rules"] = rules },
        };
    }

    private static JsonObject AnyRule(Random dice, int index)
    {
        var rule = new JsonObject();
        if (dice.Next(2) == 0) rule["name"] = $"rule-{index}";
        string[] fields =
        [
            """{"matches":[{"path":{"type":"PathPrefix","value":"/a"},"headers":[{"type":"Exact","name":"x-tenant","value":"a"}]}]}""",
            """{"timeouts":{"request":"5s"}}""", """{"retry":{"attempts":2,"codes":[503]}}""",
            """{"sessionPersistence":{"sessionName":"s"}}""",
            """{"filters":[{"type":"RequestMirror","requestMirror":{"backendRef":{"name":"audit","port":80},"percent":5}}]}""",
            """{"fieldOfTomorrow":[1,{"a":null}]}""",
        ];
        foreach (var (key, value) in fields.Where(_ => dice.Next(3) == 0).SelectMany(field => JsonNode.Parse(field)!.AsObject()))
            rule[key] = value?.DeepClone();
        rule["backendRefs"] = dice.Next(3) == 0 ? new JsonArray(Backend("stable", null)) : Backends(dice);
        return rule;
    }

    private static JsonArray Backends(Random dice)
    {
        var backends = new List<JsonNode>
        {
            Backend("stable", dice.Next(3) == 0 ? null : dice.Next(1, 1_000)),
            Backend("canary", dice.Next(3) == 0 ? null : dice.Next(1_000)),
        };
        if (dice.Next(3) == 0) backends.Insert(dice.Next(3), Backend("third", dice.Next(3) == 0 ? null : dice.Next(100)));
        return [.. backends];
    }

    private static JsonNode Backend(string name, int? weight)
    {
        var backend = new JsonObject { ["name"] = name, ["port"] = 80 };
        if (weight is { } given) backend["weight"] = given;
        return backend;
    }
}
