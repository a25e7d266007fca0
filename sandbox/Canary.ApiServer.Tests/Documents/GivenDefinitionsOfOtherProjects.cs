using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents;
using Canary.ApiServer.Documents.Columns;
using Canary.ApiServer.Documents.OpenApi;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;
using Canary.ApiServer.Tests.Replay;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>Definitions in the forms of meshes, gateways and rollout controllers, which real servers accept. The real ones are read as well
/// where <c>CANARY_SHARED</c> names a folder with <c>crds</c>.</summary>
public sealed class GivenDefinitionsOfOtherProjects
{
    [Test]
    public void WhenTheyAreChecked_ThenTheyAreAccepted()
    {
        var definitions = Definitions();

        Assert.Multiple(() =>
        {
            foreach (var definition in definitions)
                Assert.That(DefinitionTrial.Errors(definition).Select(error => error.Text), Is.Empty, definition.At("metadata", "name")
                    .Text());
        });
    }

    [Test]
    public void WhenAnObjectIsReadByThem_ThenEachVersionHasASchemaAndADocument()
    {
        var versions = Definitions()
            .SelectMany(definition => ((JsonArray)definition.At("spec", "versions")!).OfType<JsonObject>()
                .Select(version => (definition, version)));

        Assert.Multiple(() =>
        {
            foreach (var (definition, version) in versions)
            {
                var schema = ObjectSchema.FromCustomResource((JsonObject)version.At("schema", "openAPIV3Schema")!,
                    version.Member("subresources") as JsonObject);
                var obj = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x" }, ["nope"] = 1 };
                var names = definition.At("spec", "names");
                var resource = new OpenApiResource(names.Member("kind").Text()!, names.Member("kind")
                    .Text() + "List", names.Member("plural").Text()!, true, ["get", "list", "patch"], [], schema);

                schema.Default(obj);

                Assert.That(schema.UnknownFields(obj), Does.Contain("nope").Or.Empty, names.Member("kind").Text());
                Assert.That(OpenApiDocuments.GroupVersion(definition.At("spec", "group").Text()!, version.Member("name")
                    .Text()!, [resource])["paths"], Is.Not.Empty);
                Assert.That(TableView.CustomResource(version.Member("additionalPrinterColumns") as JsonArray)[0].Name, Is.EqualTo("Name"));
            }
        });
    }

    private static List<JsonObject> Definitions()
    {
        var found = Folders().SelectMany(folder => Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories))
            .SelectMany(file => File.ReadAllText(file).Split("\n---", StringSplitOptions.RemoveEmptyEntries))
            .Where(text => text.Contains("kind: CustomResourceDefinition", StringComparison.Ordinal))
            .Select(text => YamlAnswer.Parse(text.TrimStart('-', '\n')).Root).OfType<JsonObject>()
            .Where(document => document.Member("kind").Text() == "CustomResourceDefinition"
                && document.Member("apiVersion").Text() == "apiextensions.k8s.io/v1").ToList();
        Assert.That(found, Has.Count.GreaterThan(7));
        return found;
    }

    private static IEnumerable<string> Folders()
    {
        yield return RepositoryFolder.PathTo("sandbox", "Canary.ApiServer.Tests", "Documents", "Definitions");
        yield return RepositoryFolder.PathTo("sandbox", "Canary.Sandbox", "World", "Manifests");
        yield return RepositoryFolder.PathTo("deploy", "crds");
        yield return RecordingFiles.Folder;
        if (Environment.GetEnvironmentVariable("CANARY_SHARED") is { Length: > 0 } shared) yield return Path.Combine(shared, "crds");
    }
}
