using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Fuzzing;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Smi;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic.Weights;

/// <summary>Any object of each kind with weights, and any weights and header routes in any order. CANARY_SCENARIO_SEED chooses others; real
/// objects are taken too where <c>CANARY_SHARED</c> names a folder with <c>samples</c>.</summary>
[TestFixtureSource(nameof(Kinds))]
public sealed class GivenAnyObjectWithWeights(string name)
{
    private static readonly int Seed =
        int.TryParse(Environment.GetEnvironmentVariable("CANARY_SCENARIO_SEED"), out var seed) ? seed : 20261201;

    private readonly WeightedKind _kind = WeightedKind.All.Single(one => one.ToString() == name);

    private static readonly TrafficSpec Sides =
        new(new SideSpec("stable", null, null), new SideSpec("canary", null, null), new SmiSpec([]));

    public static IEnumerable<string> Kinds => WeightedKind.All.Select(one => one.ToString());

    [Test]
    public void WhenWeightsComeAndGo_ThenOnlyTheSharesOfTheSidesMove_AndTheEndIsTheBeginning()
    {
        var walks = 0;
        for (var world = 0; world < 200; world++)
        {
            var document = Any(new Random(Seed + world));
            // Both sides may have nothing, or too little to be shared out, beside a third one.
            if (_kind.Document(document, Sides).Find(document).Problems.Count > 0) continue;
            walks++;
            Walk(document, new Random(Seed - world), $"{_kind} seed {Seed + world}");
        }

        Assert.That(walks, Is.GreaterThan(100));
    }

    [Test]
    public void WhenTheObjectsAreReal_ThenTheSameHolds()
    {
        if (Environment.GetEnvironmentVariable("CANARY_SHARED") is not { Length: > 0 } shared
            || !Directory.Exists(Path.Combine(shared, "samples")))
        {
            TestContext.Out.WriteLine("CANARY_SHARED names no folder with samples: no real object was taken");
            return;
        }

        var count = 0;
        foreach (var file in Directory.EnumerateFiles(Path.Combine(shared, "samples"), "*.yaml").Order())
        {
            foreach (var document in YamlDocument.Parse(File.ReadAllText(file)).Select(one => one.Root).OfType<JsonObject>())
            {
                if (Json.Text(document, "kind") != _kind.Kind.Kind
                    || _kind.Lists(document).FirstOrDefault(list => list.Count > 0) is not { } list) continue;
                // The first list gets both sides.
                if (list.Count == 1) list.Add(list[0]!.DeepClone());
                foreach (var (entry, side) in list.Zip(new[] { "stable", "canary" })) entry![_kind.Service] = side;
                foreach (var entry in list.Take(2))
                {
                    ((JsonObject)entry!).Remove("kind");
                    if (_kind.Kind.Kind == "MeshHTTPRoute") entry["kind"] = "MeshService";
                }

                if (_kind.DropsEmpty) list.RemoveAt(1);
                ((JsonObject)document["metadata"]!)["resourceVersion"] = "9";
                ((JsonObject)document["metadata"]!)["namespace"] ??= "default";
                count++;
                Walk(document, new Random(Seed), file);
            }
        }

        TestContext.Out.WriteLine($"{count} of {_kind}");
    }

    [Test]
    public void WhenTheObjectIsMutated_ThenItIsReadAndPatchedOrAProblem()
    {
        for (var seed = 0; seed < 1_000; seed++)
        {
            var valid = Any(new Random(seed));
            if (JsonText.ReadObject(Encoding.UTF8.GetBytes(new Mutator(seed).Next(valid))) is not JsonObject document
                || document["metadata"] is not JsonObject) continue;
            var named = _kind.Document(valid, Sides);
            foreach (var problem in named.Check(document)) Assert.That(problem.Path, Does.StartWith("spec.traffic."));
            named.ForPlan(document, new RoutePlan(Weight.FromPercent(33), AnyRoutes(named, new Random(seed)), Side.NamedCanary),
                new Claim("u", 1, 1)).Operations.ToJsonString();
            named.Read(document, Canary.Core.Rollouts.RolloutStatus.New);
        }
    }

    private void Walk(JsonObject original, Random dice, string seed)
    {
        var (document, sequence) = ((JsonObject)original.DeepClone(), 1L);
        var named = _kind.Document(original, Sides);
        Assert.That(named.Find(original).Problems, Is.Empty, seed);
        var selected = named.Find(original).Routes;
        for (var step = dice.Next(1, 8); step > 0; step--)
        {
            var weight = Weight.FromBasisPoints(dice.Next(3) == 0 ? dice.Next(10_001) : dice.Next(101) * 100);
            var plan = new RoutePlan(weight, AnyRoutes(named, dice), (Side)dice.Next(2));
            var written = named.ForPlan(document, plan, new Claim("u", 1, sequence++));
            document = JsonPatchApplier.Apply(document, written.Operations);

            var found = named.Find(document);
            Assert.That(found.Problems, Is.Empty, seed);
            Assert.That(found.Routes, Has.Count.EqualTo(selected.Count), seed);
            foreach (var (now, then) in found.Routes.Zip(selected)) AssertShares(now, then, weight, seed);
            AssertRest(document, original, seed);
            if (written.Problem is null && named.Managed is { } managed)
                Assert.That(managed.Find(managed.Read(document), found.Routes, [plan.Managed], plan.Canary), Is.EqualTo(plan.Managed),
                    seed);
            Assert.That(named.ForPlan(document, plan, new Claim("u", 1, sequence - 1)).Operations, Is.Empty,
                "a level that is there needs no write");
        }

        var first = selected[0].Share;
        document = JsonPatchApplier.Apply(document, named.ForRelease(document, first, new Claim("u", 1, sequence)));

        AssertRest(document, original, seed);
        Assert.That(named.Find(document).Routes[0].Share, Is.EqualTo(first), seed);
        Assert.That(document["metadata"]!["annotations"] is null or JsonObject { Count: 0 }, Is.True, seed);
        Assert.That(JsonNode.DeepEquals(Without(document, original, both: false), Without(original, original, both: false)), Is.True,
            $"{seed}\n{document}\n{original}");
    }

    private void AssertShares(WeightedRoute now, WeightedRoute then, Weight weight, string seed)
    {
        Assert.That(now.IsWritten(weight), Is.True, seed);
        Assert.That(now.ShareAs([weight]), Is.EqualTo(weight), seed);
        Assert.That(Math.Abs(now.Share.BasisPoints - weight.BasisPoints), Is.LessThanOrEqualTo(1), seed);
        Assert.That(now.Entries.Where(entry => entry.Index is not null).Select(entry => entry.Written ?? now.Form.Default),
            Has.All.InRange(0L, now.Form.Largest), seed);
        foreach (var side in new[] { now.First, now.Second })
        {
            if (_kind.DropsEmpty) Assert.That(side.Index is null, Is.EqualTo(side.Parts == 0), seed);
        }

        // What others have is as large a part of the whole as before.
        var (sum, sumBefore) = (now.Entries.Sum(one => one.Parts), then.Entries.Sum(one => one.Parts));
        var (others, othersBefore) = (Others(now), Others(then));
        Assert.That(others.Select(one => one.Title), Is.EqualTo(othersBefore.Select(one => one.Title)), seed);
        foreach (var (one, before) in others.Zip(othersBefore))
            Assert.That((decimal)one.Parts * sumBefore, Is.EqualTo((decimal)before.Parts * sum), seed);
    }

    private void AssertRest(JsonObject document, JsonObject original, string seed) =>
        Assert.That(JsonNode.DeepEquals(Without(document, original, both: true), Without(original, original, both: true)), Is.True, seed);

    private static WeightedEntry[] Others(WeightedRoute route) =>
        [.. route.Entries.Where(entry => entry != route.First && entry != route.Second)];

    // The object without what the Rollout may change in it: the weights of its routes, its own routes and the claim.
    private JsonObject Without(JsonObject document, JsonObject original, bool both)
    {
        var copy = (JsonObject)document.DeepClone();
        var named = _kind.Document(original, Sides);
        ((JsonObject)copy["metadata"]!).Remove("annotations");
        if (named.Managed is { } managed)
        {
            foreach (var route in managed.Read(copy).Where(managed.IsManaged).ToArray()) managed.Read(copy).Remove(route);
        }

        foreach (var route in named.Find(copy).Routes)
        {
            var list = (JsonArray)JsonPatchApplier.At(copy, route.ListPointer)!;
            foreach (var entry in route.Entries.Where(entry => entry.Index is not null).OrderByDescending(entry => entry.Index))
            {
                ((JsonObject)list[entry.Index!.Value]!).Remove("weight");
                if (both && _kind.DropsEmpty && (entry == route.First || entry == route.Second)) list.RemoveAt(entry.Index.Value);
            }
        }

        return copy;
    }

    private static ManagedRoutes AnyRoutes(WeightedDocument named, Random dice) => named.Managed is null ? ManagedRoutes.None : new(
        [.. Enumerable.Range(0, dice.Next(3)).Select(index => new HeaderRoute($"header-{index}", [AnyMatch(dice), AnyMatch(dice)]))],
        [.. Enumerable.Range(0, dice.Next(2)).Select(index => new MirrorRoute($"mirror-{index}",
            Weight.FromPercent(dice.Next(1, 101)), dice.Next(2) == 0 ? [] : [AnyMatch(dice)]))]);

    private static RequestMatch AnyMatch(Random dice) => new([new HeaderTest($"x-{dice.Next(3)}", dice.Next(2) == 0,
        new TextTest((TextTestKind)dice.Next(3), $"value-{dice.Next(3)}"))]);

    private JsonObject Any(Random dice)
    {
        var lists = new List<JsonArray> { Both(dice) };
        // Another list has one side alone, or none.
        for (var count = dice.Next(3); count > 0; count--) lists.Add([Entry(_kind.DropsEmpty ? "third" : "stable", dice, least: 1)]);
        var spec = _kind.Make(lists);
        spec["fieldOfTomorrow"] = JsonNode.Parse("""[1,{"a":"<&>"}]""");
        return new JsonObject
        {
            ["apiVersion"] = _kind.Kind.ApiVersion,
            ["kind"] = _kind.Kind.Kind,
            ["metadata"] = new JsonObject { ["name"] = "r", ["namespace"] = "shop", ["resourceVersion"] = "9" },
            ["spec"] = spec,
        };
    }

    private JsonArray Both(Random dice)
    {
        var entries = new List<JsonNode> { Entry("stable", dice, least: 1) };
        if (!_kind.DropsEmpty) entries.Add(Entry("canary", dice, least: 0));
        if (dice.Next(3) == 0) entries.Insert(dice.Next(entries.Count + 1), Entry("third", dice, least: 0));
        return [.. entries];
    }

    private JsonObject Entry(string name, Random dice, int least)
    {
        var entry = new JsonObject { [_kind.Service] = name, ["port"] = 80 };
        if (_kind.Kind.Kind == "MeshHTTPRoute") entry["kind"] = "MeshService";
        if (_kind.NeedsWeights || dice.Next(3) > 0) entry["weight"] = dice.Next(least, 1_000);
        return entry;
    }
}
