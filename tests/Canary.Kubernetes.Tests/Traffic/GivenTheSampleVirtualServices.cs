using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

/// <summary>Real documents: each list of destinations that a VirtualService of the samples has, as the samples' own table lists them.</summary>
public sealed class GivenTheSampleVirtualServices
{
    private static readonly Claim _claim = new("11111111-2222-3333-4444-555555555555", 7);

    private static IEnumerable<TestCaseData> HttpLists()
    {
        var table = Path.Combine(Environment.GetEnvironmentVariable("CANARY_SHARED") ?? Path.Combine(RepositoryFolder.Find(), "..", "shared"), "samples", "ROUTES.tsv");
        if (!File.Exists(table)) return [new TestCaseData("", 0, "", 0).SetArgDisplayNames("the samples are not there")];
        return File.ReadLines(table).Skip(1).Select(line => line.Split('\t'))
            .Where(row => row[2] == "VirtualService" && row[4].StartsWith("/spec/http/", StringComparison.Ordinal) && row[4].EndsWith("/route", StringComparison.Ordinal))
            .Select(row => new TestCaseData(row[0], int.Parse(row[1]), row[4], int.Parse(row[4].Split('/')[3])).SetArgDisplayNames($"{row[0]}#{row[1]}{row[4]}"));
    }

    [TestCaseSource(nameof(HttpLists))]
    public void WhenAWeightIsSetAndSetBack_ThenOnlyWeightsAndTheClaimEverDiffer(string file, int index, string pointer, int http)
    {
        var original = Load(file, index);
        var destinations = original["spec"]!["http"]![http]!["route"]!.AsArray();
        var (reference, traffic) = MakeWritable(original, destinations, http);

        var shifted = Shift(original, reference, traffic, Weight.FromPercent(10));
        var restored = Shift(shifted, reference, traffic, Weight.Zero);

        string[] allowed = [$"{pointer}/0/weight", $"{pointer}/1/weight", "/metadata/annotations", "/metadata/annotations/canary.delivery~1claim"];
        Assert.That(JsonDifference.Between(original, shifted), Is.SubsetOf(allowed).And.Contains($"{pointer}/1/weight"));
        Assert.That(JsonDifference.Between(original, restored), Is.SubsetOf(allowed[2..]));
        Assert.That(Share(shifted, reference, traffic), Is.EqualTo(Weight.FromPercent(10)));
        Assert.That(Share(restored, reference, traffic), Is.EqualTo(Weight.Zero));
    }

    [Test]
    public void WhenTheSidesAreSubsetsOfOneHost_ThenTheRouteIsFound()
    {
        var document = Load("argo-02-subset-multi-route.yaml", 1);
        var traffic = Traffic(new SideSpec("istio-subset-split", "stable", null), new SideSpec("istio-subset-split", "canary", null));

        var found = IstioRoutes.Find(document, new VirtualServiceReference("istio-subset-split-vsvc", ["primary"]), traffic, "default", "p");

        Assert.That(found.Problems, Is.Empty);
        Assert.That(found.Routes.Single().Share, Is.EqualTo(Weight.Zero));
    }

    [Test]
    public void WhenOneVirtualServiceHasHttpAndTls_ThenTlsStays()
    {
        var document = Load("argo-01-http-and-tls.yaml", 2);
        var tls = document["spec"]!["tls"]!.ToJsonString();
        var traffic = Traffic(new SideSpec("istio-host-split-stable", null, null), new SideSpec("istio-host-split-canary", null, null));

        var shifted = Shift(document, new VirtualServiceReference("istio-host-split-vsvc", ["primary"]), traffic, Weight.FromPercent(25));

        Assert.That(shifted["spec"]!["tls"]!.ToJsonString(), Is.EqualTo(tls));
        Assert.That(shifted["spec"]!["http"]![0]!["route"]![1]!["weight"]!.GetValue<long>(), Is.EqualTo(25));
    }

    [Test]
    public void WhenDestinationsDifferByPortAndSubset_ThenEachIsFoundByItsOwn()
    {
        var document = Load("istio-01-vs-all-ports-regex-cookie.yaml", 0);
        document["metadata"]!["namespace"] = "default";
        document["spec"]!["http"]![1]!["name"] = "weighted";
        var traffic = Traffic(new SideSpec("service3", "v1", null), new SideSpec("service3", "v2", null));

        var found = IstioRoutes.Find(document, new VirtualServiceReference("all", ["weighted"]), traffic, "default", "p");

        Assert.That(found.Problems, Is.Empty);
        Assert.That(found.Routes.Single().Share, Is.EqualTo(Weight.FromPercent(20)));
    }

    [TestCase("istio-10-tcp-weights.yaml", 0, "has no http routes, only tcp routes")]
    [TestCase("istio-06-dup-and-named-matches.yaml", 7, "has no http routes, only tls routes")]
    [TestCase("istio-14-delegate-proto-examples.yaml", 0, "2 http routes: say which by name")]
    public void WhenThereIsNoRouteToWrite_ThenTheProblemSaysWhatIsThere(string file, int index, string expected)
    {
        var found = IstioRoutes.Find(Load(file, index), new VirtualServiceReference("x", []), Traffic(new SideSpec("a", null, null), new SideSpec("b", null, null)), "default", "spec.traffic.istio.virtualServices[0]");

        Assert.That(found.Routes, Is.Empty);
        Assert.That(found.Problems.Single().ToString(), Does.StartWith("spec.traffic.istio.virtualServices[0]").And.Contains(expected));
    }

    [Test]
    public void WhenTheRouteDelegates_ThenItIsRefused()
    {
        var document = Load("istio-14-delegate-proto-examples.yaml", 0);
        document["spec"]!["http"]![0]!["name"] = "root";

        var found = IstioRoutes.Find(document, new VirtualServiceReference("bookinfo", ["root"]), Traffic(new SideSpec("a", null, null), new SideSpec("b", null, null)), "default", "p");

        Assert.That(found.Problems.Single().Message, Does.Contain("has delegate, not destinations"));
    }

    private static JsonObject Load(string file, int index)
    {
        var folder = RepositoryFolder.FindShared("samples");
        var document = (JsonObject)YamlDocument.Parse(File.ReadAllText(Path.Combine(folder, file)))[index].Root!;
        document["metadata"]!["namespace"] ??= "default";
        document["metadata"]!["resourceVersion"] = "41";
        return document;
    }

    /// <summary>Lists of the samples with one destination get a second one, and explicit weights: the state in which a Rollout takes a route over.</summary>
    private static (VirtualServiceReference Reference, TrafficSpec Traffic) MakeWritable(JsonObject document, JsonArray destinations, int http)
    {
        var name = (string?)document["spec"]!["http"]![http]!["name"] ?? $"route-{http}";
        document["spec"]!["http"]![http]!["name"] = name;
        if (destinations.Count == 1) destinations.Add(new JsonObject { ["destination"] = new JsonObject { ["host"] = "the-canary" } });
        destinations[0]!["weight"] = 100;
        destinations[1]!["weight"] = 0;
        for (var index = 2; index < destinations.Count; index++) destinations[index]!["weight"] = 0;
        return (new VirtualServiceReference((string)document["metadata"]!["name"]!, [name]), Traffic(Side(destinations[0]!), Side(destinations[1]!)));
    }

    private static SideSpec Side(JsonNode destination) => new((string)destination["destination"]!["host"]!, (string?)destination["destination"]!["subset"], null);

    private static TrafficSpec Traffic(SideSpec first, SideSpec second) => new(first, second, new RouterSpec.Istio([], null));

    private static JsonObject Shift(JsonObject document, VirtualServiceReference reference, TrafficSpec traffic, Weight second)
    {
        var found = IstioRoutes.Find(document, reference, traffic, Json.Namespace(document), "p");
        Assert.That(found.Problems, Is.Empty);
        return JsonPatchApplier.Apply(document, IstioPatch.ForWeights(document, found.Routes, second, _claim));
    }

    private static Weight Share(JsonObject document, VirtualServiceReference reference, TrafficSpec traffic) =>
        IstioRoutes.Find(document, reference, traffic, Json.Namespace(document), "p").Routes.Single().Share;
}
