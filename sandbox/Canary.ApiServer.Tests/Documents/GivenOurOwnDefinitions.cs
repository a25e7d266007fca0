using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Http;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Documents;

/// <summary>The definitions in <c>deploy/crds</c>.</summary>
public sealed class GivenOurOwnDefinitions
{
    private static IEnumerable<string> Files =>
        Directory.EnumerateFiles(RepositoryFolder.PathTo("deploy", "crds"), "canary.delivery_*.yaml")
        .Select(path => Path.GetFileName(path));

    [TestCaseSource(nameof(Files))]
    public void WhenOneIsCreated_ThenItIsAccepted(string file) =>
        Assert.That(DefinitionTrial.Errors(Read(file)).Select(error => error.Text), Is.Empty);

    /// <remarks>They did until a real server refused them.</remarks>
    [TestCaseSource(nameof(Files))]
    public void WhenOneDescribesMetadata_ThenItIsRefused(string file)
    {
        var definition = Read(file);
        definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["metadata"]!["description"] =
            "Standard object's metadata.";

        var errors = DefinitionTrial.Errors(definition);

        Assert.That(errors.Select(error => error.Field), Is.EqualTo(["spec.validation.openAPIV3Schema.properties[metadata]"]));
    }

    private static JsonObject Read(string file) =>
        (JsonObject)YamlAnswer.Parse(File.ReadAllText(RepositoryFolder.PathTo("deploy", "crds", file))).Root!;
}
