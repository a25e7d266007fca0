using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Tests.Api;
using Canary.Kubernetes.Traffic.Dispatch;
using Canary.Kubernetes.Traffic.Registry;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Traffic;

/// <summary>The cases of <c>tests/Golden</c>: a folder a router, a folder a case. <c>given.yaml</c> has the objects, <c>when.json</c> the
/// traffic of a Rollout, its workload where it names one, and the canary's weight in percent, <c>then.json</c> each field that the write
/// changes, with its new value, and what is wrong. CANARY_UPDATE=1 writes <c>then.json</c> anew.</summary>
public sealed class GivenGoldenRoutes
{
    private static readonly string Folder = Path.Combine(RepositoryFolder.Root, "tests", "Golden");
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static IEnumerable<TestCaseData> Cases() =>
        from router in Directory.GetDirectories(Folder)
        from path in Directory.GetDirectories(router)
        orderby path
        select new TestCaseData(path).SetArgDisplayNames(Path.GetRelativePath(Folder, path));

    [Test]
    public void WhenTheFoldersAreListed_ThenEachRouterHasCases() => Assert.That(
        Directory.GetDirectories(Folder).Where(router => Directory.GetDirectories(router).Length > 0).Select(Path.GetFileName),
        Is.EquivalentTo(RouterRegistry.All.Select(router => router.Key)));

    [TestCaseSource(nameof(Cases))]
    public async Task WhenTheWeightIsWritten_ThenTheseFieldsChangeAndNoOther(string path)
    {
        var given = YamlDocument.Parse(await File.ReadAllTextAsync(Path.Combine(path, "given.yaml"))).Select(one => (JsonObject)one.Root!)
            .ToArray();
        var when = (JsonObject)JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(path, "when.json")))!;
        await using var shop = await Shop.StartAsync(cluster =>
        {
            var rollout = (JsonObject)YamlDocument.Parse(Shop.Rollout).Single().Root!;
            rollout["spec"]!["traffic"] = when["traffic"]!.DeepClone();
            if (when["workload"] is { } workload) rollout["spec"]!["workload"] = workload.DeepClone();
            else rollout["spec"]!["revision"] = "2";
            cluster.Put(KnownKinds.Rollouts, rollout);
            foreach (var document in given) cluster.Put(KindOf(document), (JsonObject)document.DeepClone());
        });
        var before = given.Select(document => Read(shop, document)).ToArray();

        var then = await WriteAsync(shop, Weight.FromPercent((decimal)when["weight"]!));
        var changes = new JsonObject();
        foreach (var (document, former) in given.Zip(before))
        {
            var now = Read(shop, document);
            foreach (var pointer in JsonDifference.Between(former, now))
                changes[$"{document["kind"]} {document["metadata"]!["name"]} {pointer}"] = ValueAt(now, pointer)?.DeepClone();
        }

        then["changes"] = changes;
        var file = Path.Combine(path, "then.json");
        var text = then.ToJsonString(Indented) + "\n";
        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") is "1") await File.WriteAllTextAsync(file, text);
        Assert.That(text, Is.EqualTo(await File.ReadAllTextAsync(file)));
    }

    // What the controller would do: it reads the routes, and writes where they show another weight.
    private static async Task<JsonObject> WriteAsync(Shop shop, Weight weight)
    {
        var (rollout, router) = (shop.Snapshot(), new TrafficRouter(shop.Cluster.Client, shop.Caches));
        if (rollout.Spec is not { } spec) return new JsonObject { ["problems"] = List(rollout.Errors.Select(error => error.ToString())) };
        var problems = (await router.ReadAsync(rollout, spec.Traffic, A.Limit())).Problems.Select(problem => problem.ToString()).ToArray();
        var result = await router.ApplyAsync(rollout, spec.Traffic, RoutePlan.Only(weight), new Claim("rollout-1", 6), A.Limit());
        return new JsonObject
        {
            ["result"] = result switch
            {
                WriteResult.Applied applied => $"{applied.Writes} written",
                WriteResult.Refused refused => $"refused: {refused.Message}",
                _ => result.ToString(),
            },
            ["problems"] = List(problems),
        };
    }

    private static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(text => (JsonNode)text)];

    private static JsonObject Read(Shop shop, JsonObject document)
    {
        var read = (JsonObject)shop.Cluster.Get(KindOf(document), "shop", Json.Name(document)).DeepClone();
        foreach (var field in new[] { "resourceVersion", "generation", "managedFields" }) ((JsonObject)read["metadata"]!).Remove(field);
        return read;
    }

    private static ResourceKind KindOf(JsonObject document) =>
        RouterRegistry.ResourceKinds.Concat([KnownKinds.Services, KnownKinds.EndpointSlices, KnownKinds.Pods])
            .Single(kind => kind.Kind == Json.Text(document, "kind")
                && (Json.Text(document, "apiVersion") ?? "").StartsWith(kind.Group, StringComparison.Ordinal));

    private static JsonNode? ValueAt(JsonNode? document, string pointer) => pointer.Split('/')[1..].Aggregate(
        document,
        (node, part) => node switch
        {
            JsonArray list => list[int.Parse(part, System.Globalization.CultureInfo.InvariantCulture)],
            _ => node?[part.Replace("~1", "/", StringComparison.Ordinal)],
        });
}
