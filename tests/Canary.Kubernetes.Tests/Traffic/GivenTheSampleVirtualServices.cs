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
using Canary.Kubernetes.Traffic.Istio;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

/// <summary>Each list of destinations of the VirtualServices in <c>Samples</c>, and of real ones where <c>CANARY_SHARED</c> names a folder
/// with <c>samples</c>.</summary>
public sealed class GivenTheSampleVirtualServices
{
    private static readonly Claim Claim = new("11111111-2222-3333-4444-555555555555", 7);

    private static IEnumerable<TestCaseData> HttpLists() =>
        Folders().SelectMany(folder => Directory.EnumerateFiles(folder, "*.yaml").Order())
        .SelectMany(file => YamlDocument.Parse(File.ReadAllText(file)).Select((document, index) => (file, index, document.Root)))
        .Where(one => (string?)one.Root?["kind"] == "VirtualService")
        .SelectMany(one => (one.Root!["spec"]?["http"] as JsonArray ?? []).Select((route, http) => (one.file, one.index, http, route))
            .Where(list => list.route?["route"] is JsonArray { Count: > 0 }))
        .Select(list => new TestCaseData(list.file, list.index,
            list.http).SetArgDisplayNames($"{Path.GetFileName(list.file)}#{list.index}/spec/http/{list.http}/route"));

    private static string Own => RepositoryFolder.PathTo("tests", "Canary.Kubernetes.Tests", "Traffic", "Samples");

    private static IEnumerable<string> Folders() =>
        Environment.GetEnvironmentVariable("CANARY_SHARED") is { Length: > 0 } shared && Directory.Exists(Path.Combine(shared, "samples"))
        ? [Own, Path.Combine(shared, "samples")] : [Own];

    [Test]
    public void WhenTheyAreCounted_ThenTheyAreEnough() => Assert.That(HttpLists().Count(), Is.GreaterThanOrEqualTo(16));

    [TestCaseSource(nameof(HttpLists))]
    public void WhenAWeightIsSetAndSetBack_ThenOnlyWeightsAndTheClaimEverDiffer(string file, int index, int http)
    {
        var pointer = $"/spec/http/{http}/route";
        var original = Load(file, index);
        var destinations = original["spec"]!["http"]![http]!["route"]!.AsArray();
        var (reference, traffic) = MakeWritable(original, destinations, http);

        var shifted = Shift(original, reference, traffic, Weight.FromPercent(10));
        var restored = Shift(shifted, reference, traffic, Weight.Zero);

        string[] allowed =
            [$"{pointer}/0/weight", $"{pointer}/1/weight", "/metadata/annotations", "/metadata/annotations/canary.delivery~1claim"];
        Assert.That(JsonDifference.Between(original, shifted), Is.SubsetOf(allowed).And.Contains($"{pointer}/1/weight"));
        Assert.That(JsonDifference.Between(original, restored), Is.SubsetOf(allowed[2..]));
        Assert.That(Share(shifted, reference, traffic), Is.EqualTo(Weight.FromPercent(10)));
        Assert.That(Share(restored, reference, traffic), Is.EqualTo(Weight.Zero));
    }

    [Test]
    public void WhenTheSidesAreSubsetsOfOneHost_ThenTheRouteIsFound()
    {
        var document = Load("subsets.yaml", 1);
        var traffic = Traffic(new SideSpec("split", "stable", null), new SideSpec("split", "canary", null));

        var found = IstioRoutes.Find(document, new VirtualServiceReference("split", ["primary"]), traffic, "default", "p");

        Assert.That(found.Problems, Is.Empty);
        Assert.That(found.Routes.Single().Share, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public void WhenOneVirtualServiceHasHttpAndTls_ThenTlsStays()
    {
        var document = Load("http-and-tls.yaml", 0);
        var tls = document["spec"]!["tls"]!.ToJsonString();
        var traffic = Traffic(new SideSpec("secure-stable", null, null), new SideSpec("secure-canary", null, null));

        var shifted = Shift(document, new VirtualServiceReference("http-and-tls", ["primary"]), traffic, Weight.FromPercent(25));

        Assert.That(shifted["spec"]!["tls"]!.ToJsonString(), Is.EqualTo(tls));
        Assert.That(shifted["spec"]!["http"]![0]!["route"]![1]!["weight"]!.GetValue<long>(), Is.EqualTo(25));
    }

    [Test]
    public void WhenDestinationsDifferByPortAndSubset_ThenEachIsFoundByItsOwn()
    {
        var document = Load("forms.yaml", 0);
        var traffic = Traffic(new SideSpec("catalog", "v1", null), new SideSpec("catalog", "v2", null));

        var found = IstioRoutes.Find(document, new VirtualServiceReference("ports-and-cookies", ["weighted"]), traffic, "default", "p");

        Assert.That(found.Problems, Is.Empty);
        Assert.That(found.Routes.Single().Share, Is.EqualTo(Weight.FromPercent(20)));
    }

    [TestCase("tcp.yaml", 0, "has no http routes, only tcp routes")]
    [TestCase("tls.yaml", 0, "has no http routes, only tls routes")]
    [TestCase("delegates.yaml", 0, "2 http routes: say which by name")]
    public void WhenThereIsNoRouteToWrite_ThenTheProblemSaysWhatIsThere(string file, int index, string expected)
    {
        var found = IstioRoutes.Find(Load(file, index), new VirtualServiceReference("x", []),
            Traffic(new SideSpec("a", null, null), new SideSpec("b", null, null)), "default", "spec.traffic.istio.virtualServices[0]");

        Assert.That(found.Routes, Is.Empty);
        Assert.That(found.Problems.Single().ToString(), Does.StartWith("spec.traffic.istio.virtualServices[0]").And.Contains(expected));
    }

    [Test]
    public void WhenTheRouteDelegates_ThenItIsRefused()
    {
        var document = Load("delegates.yaml", 0);
        document["spec"]!["http"]![0]!["name"] = "root";

        var found = IstioRoutes.Find(document, new VirtualServiceReference("root", ["root"]),
            Traffic(new SideSpec("a", null, null), new SideSpec("b", null, null)), "default", "p");

        Assert.That(found.Problems.Single().Message, Does.Contain("has delegate, not destinations"));
    }

    private static JsonObject Load(string file, int index)
    {
        var document = (JsonObject)YamlDocument.Parse(File.ReadAllText(Path.Combine(Own, file)))[index].Root!;
        document["metadata"]!["namespace"] ??= "default";
        document["metadata"]!["resourceVersion"] = "41";
        return document;
    }

    /// <summary>Lists of the samples with one destination get a second one, and explicit weights: the state in which a Rollout takes a
    /// route over.</summary>
    private static (VirtualServiceReference Reference, TrafficSpec Traffic) MakeWritable(JsonObject document, JsonArray destinations,
        int http)
    {
        var name = (string?)document["spec"]!["http"]![http]!["name"] ?? $"route-{http}";
        document["spec"]!["http"]![http]!["name"] = name;
        if (destinations.Count == 1) destinations.Add(new JsonObject { ["destination"] = new JsonObject { ["host"] = "the-canary" } });
        destinations[0]!["weight"] = 100;
        destinations[1]!["weight"] = 0;
        for (var index = 2; index < destinations.Count; index++) destinations[index]!["weight"] = 0;
        return (new VirtualServiceReference((string)document["metadata"]!["name"]!, [name]),
            Traffic(Side(destinations[0]!), Side(destinations[1]!)));
    }

    private static SideSpec Side(JsonNode destination) =>
        new((string)destination["destination"]!["host"]!, (string?)destination["destination"]!["subset"], null);

    private static TrafficSpec Traffic(SideSpec first, SideSpec second) => new(first, second, new IstioSpec([], null));

    private static JsonObject Shift(JsonObject document, VirtualServiceReference reference, TrafficSpec traffic, Weight second)
    {
        var found = IstioRoutes.Find(document, reference, traffic, Json.Namespace(document), "p");
        Assert.That(found.Problems, Is.Empty);
        return JsonPatchApplier.Apply(document, WeightPatch.ForPlan(document, found.Routes, RoutePlan.Only(second), Claim,
            IstioManagedRoutes.List));
    }

    private static Weight Share(JsonObject document, VirtualServiceReference reference, TrafficSpec traffic) =>
        IstioRoutes.Find(document, reference, traffic, Json.Namespace(document), "p").Routes.Single().Share;
}
