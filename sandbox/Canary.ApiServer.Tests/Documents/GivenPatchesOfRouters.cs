using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Patches;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.Core.Traffic;
using Canary.Core.Units;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Wire;
using Canary.Kubernetes.Mapping;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Registry;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>The objects of <c>tests/Golden</c>, in a server that has the CustomResourceDefinitions of their projects. Those are read where
/// <c>CANARY_SHARED</c> names a folder with <c>crds</c>.</summary>
public sealed class GivenPatchesOfRouters
{
    private static readonly string Golden = RepositoryFolder.PathTo("tests", "Golden");

    private static IEnumerable<string> Routers() => Directory.GetDirectories(Golden).Select(path => Path.GetFileName(path)!).Order();

    [TestCaseSource(nameof(Routers))]
    public void WhenWeightsAndHeaderRoutesAreWritten_ThenTheDefinitionsAcceptEachObject(string router)
    {
        if (Environment.GetEnvironmentVariable("CANARY_SHARED") is not { Length: > 0 } shared
            || !Directory.Exists(Path.Combine(shared, "crds")))
        {
            TestContext.Out.WriteLine("CANARY_SHARED names no folder with crds: no definition of another project was taken");
            return;
        }

        var (schemas, writes) = (Schemas(Path.Combine(shared, "crds")), 0);
        foreach (var path in Directory.GetDirectories(Path.Combine(Golden, router)).Order())
        {
            var when = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(path, "when.json")))!;
            if (Read(when) is not { } traffic) continue;
            JsonObject[] given = [.. YamlDocument.Parse(File.ReadAllText(Path.Combine(path, "given.yaml")))
                .Select(one => (JsonObject)one.Root!)];
            foreach (var named in RouterRegistry.Of(traffic.Router).Documents(traffic, "shop"))
            {
                if (given.FirstOrDefault(one => one.Member("kind").Text() == named.Kind.Kind
                    && one.At("metadata", "name").Text() == named.Name.Name) is { } document
                    && schemas.GetValueOrDefault((document.Member("apiVersion").Text()!, named.Kind.Kind)) is { } schema)
                    writes += Walk(named, document, schema, traffic, path);
            }
        }

        TestContext.Out.WriteLine($"{writes} writes");
        if (router != "service") Assert.That(writes, Is.GreaterThan(5));
    }

    [Test]
    public void WhenTheSamplesAndPagesAreApplied_ThenTheDefinitionsAcceptTheirObjects()
    {
        if (Environment.GetEnvironmentVariable("CANARY_SHARED") is not { Length: > 0 } shared
            || !Directory.Exists(Path.Combine(shared, "crds")))
        {
            TestContext.Out.WriteLine("CANARY_SHARED names no folder with crds: no definition of another project was taken");
            return;
        }

        var (schemas, taken) = (Schemas(Path.Combine(shared, "crds")), 0);
        var texts = Directory.EnumerateFiles(RepositoryFolder.PathTo("deploy", "samples"), "*.yaml").Select(File.ReadAllText)
            .Concat(Directory.EnumerateFiles(RepositoryFolder.PathTo("docs"), "*.md").SelectMany(page =>
                File.ReadAllText(page).Split("\n```yaml\n").Skip(1).Select(block => block.Split("\n```")[0])))
            .Where(text => text.Contains("apiVersion: ", StringComparison.Ordinal));
        foreach (var document in texts.SelectMany(YamlDocument.Parse).Select(one => one.Root).OfType<JsonObject>())
        {
            var key = (document.Member("apiVersion").Text() ?? "", document.Member("kind").Text() ?? "");
            if (schemas.GetValueOrDefault(key) is not { } schema) continue;
            schema.Default(document);
            Assert.That(schema.UnknownFields(document), Is.Empty, document.ToJsonString());
            Assert.That(schema.Validate(document, null, null).Select(error => error.Text), Is.Empty, document.ToJsonString());
            taken++;
        }

        Assert.That(taken, Is.GreaterThan(15));
    }

    private static int Walk(RoutedDocument named, JsonObject document, ObjectSchema schema, TrafficSpec traffic, string path)
    {
        document["metadata"]!["resourceVersion"] = "9";
        schema.Default(document);
        // A case may have what the server would not take.
        if (schema.Validate(document, null, null).Count > 0 || named.Check(document).Count > 0) return 0;
        var (sequence, writes) = (1L, 0);
        foreach (var percent in new[] { 5, 50, 100, 33, 1, 0 })
        {
            var plan = new RoutePlan(Weight.FromPercent(percent), traffic.Router.HasManagedRoutes && percent is 5 or 33 ? Managed
                : ManagedRoutes.None, Side.NamedCanary);
            var patch = named.ForPlan(document, plan, new Claim("rollout-1", 6, sequence++)).Operations;
            if (patch.Count == 0) continue;
            // As the server reads it: it compares the text of strings.
            var sent = (JsonArray)JsonNode.Parse(RequestText.ToBytes(patch))!;
            var written = (JsonObject)JsonPatchDocument.Apply(document, sent)!;
            schema.Default(written);
            Assert.That(schema.UnknownFields(written), Is.Empty, $"{path} at {percent}");
            Assert.That(schema.Validate(written, document, null).Select(error => error.Text), Is.Empty, $"{path} at {percent}");
            Assert.That(named.ForPlan(written, plan, new Claim("rollout-1", 6, sequence - 1)).Operations, Is.Empty,
                "nothing is left to write");
            (document, writes) = (written, writes + 1);
        }

        return writes;
    }

    private static ManagedRoutes Managed => new([new HeaderRoute("staff",
        [new RequestMatch([new HeaderTest("x-staff", false, new TextTest(TextTestKind.Exact, "a<b>&c")),
            new HeaderTest("group", true, new TextTest(TextTestKind.Prefix, "a"))])])], []);

    private static TrafficSpec? Read(JsonObject when)
    {
        var spec = new JsonObject
        {
            ["traffic"] = when["traffic"]!.DeepClone(),
            ["strategy"] = JsonNode.Parse("""{"canary":{"steps":[{"setWeight":5}]}}"""),
        };
        if (when["workload"] is { } workload) spec["workload"] = workload.DeepClone();
        else spec["revision"] = "2";
        return RolloutMapping.Read(new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "checkout", ["namespace"] = "shop", ["uid"] = "rollout-1" },
            ["spec"] = spec,
        }).Spec?.Traffic;
    }

    private static Dictionary<(string ApiVersion, string Kind), ObjectSchema> Schemas(string folder)
    {
        var found = new Dictionary<(string, string), ObjectSchema>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories).Order())
        {
            foreach (var text in File.ReadAllText(file).Split("\n---", StringSplitOptions.RemoveEmptyEntries)
                .Where(text => text.Contains("kind: CustomResourceDefinition", StringComparison.Ordinal)))
            {
                var definition = (JsonObject)YamlAnswer.Parse(text.TrimStart('-', '\n')).Root!;
                foreach (var version in ((JsonArray)definition.At("spec", "versions")!).OfType<JsonObject>())
                    found.TryAdd(($"{definition.At("spec", "group").Text()}/{version.Member("name").Text()}",
                        definition.At("spec", "names", "kind").Text()!), ObjectSchema.FromCustomResource(
                            (JsonObject)version.At("schema", "openAPIV3Schema")!, version.Member("subresources") as JsonObject));
            }
        }

        return found;
    }
}
