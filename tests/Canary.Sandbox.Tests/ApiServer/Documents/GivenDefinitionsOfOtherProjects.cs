using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Sandbox.ApiServer.Documents;
using Canary.Sandbox.ApiServer.Http;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.ApiServer.Documents;

/// <summary>Definitions of meshes and gateways, which real servers accept. They are no part of the repository; without them the tests are skipped.</summary>
public sealed class GivenDefinitionsOfOtherProjects
{
    [Test]
    public void WhenTheyAreChecked_ThenTheyAreStructural()
    {
        var definitions = Definitions();

        Assert.Multiple(() =>
        {
            foreach (var definition in definitions)
                Assert.That(ObjectSchema.ValidateDefinition(definition).Select(error => error.Text), Is.Empty, definition.At("metadata", "name").Text());
        });
    }

    [Test]
    public void WhenAnObjectIsReadByThem_ThenEachVersionHasASchemaAndADocument()
    {
        var versions = Definitions().SelectMany(definition => ((JsonArray)definition.At("spec", "versions")!).OfType<JsonObject>().Select(version => (definition, version)));

        Assert.Multiple(() =>
        {
            foreach (var (definition, version) in versions)
            {
                var schema = ObjectSchema.FromCustomResource((JsonObject)version.At("schema", "openAPIV3Schema")!, version.Member("subresources") as JsonObject);
                var obj = new JsonObject { ["metadata"] = new JsonObject { ["name"] = "x" }, ["nope"] = 1 };
                var names = definition.At("spec", "names");
                var resource = new OpenApiResource(names.Member("kind").Text()!, names.Member("kind").Text() + "List", names.Member("plural").Text()!, true, ["get", "list", "patch"], [], schema);

                schema.Default(obj);

                Assert.That(schema.UnknownFields(obj), Does.Contain("nope").Or.Empty, names.Member("kind").Text());
                Assert.That(OpenApiDocuments.GroupVersion(definition.At("spec", "group").Text()!, version.Member("name").Text()!, [resource])["paths"], Is.Not.Empty);
                Assert.That(TableView.CustomResource(version.Member("additionalPrinterColumns") as JsonArray)[0].Name, Is.EqualTo("Name"));
            }
        });
    }

    private static List<JsonObject> Definitions()
    {
        var folder = Path.Combine(Recording.Shared, "crds");
        if (!Directory.Exists(folder))
            Assert.Ignore($"no definitions at {folder}: set CANARY_SHARED to the folder that has some");
        var found = Directory.EnumerateFiles(folder, "*.yaml", SearchOption.AllDirectories)
            .SelectMany(file => File.ReadAllText(file).Split("\n---", StringSplitOptions.RemoveEmptyEntries))
            .Where(text => text.Contains("kind: CustomResourceDefinition", StringComparison.Ordinal))
            .Select(text => YamlText.Parse(text.TrimStart('-', '\n')).Root).OfType<JsonObject>()
            .Where(document => document.Member("kind").Text() == "CustomResourceDefinition" && document.Member("apiVersion").Text() == "apiextensions.k8s.io/v1").ToList();
        Assert.That(found, Has.Count.GreaterThan(20));
        return found;
    }
}
