using System;
using System.Collections.Generic;
using System.IO;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Schemas;
using Canary.Testing;
using Canary.Yaml;
using NUnit.Framework;

namespace Canary.Kubernetes.Tests.Resources;

public sealed class GivenTheResources
{
    private static IEnumerable<CustomResource> Resources => CanaryResources.All;

    [TestCaseSource(nameof(Resources))]
    public void WhenTheDefinitionIsGenerated_ThenTheFileInDeployIsTheSame(CustomResource resource)
    {
        var path = RepositoryFolder.PathTo("deploy", "crds", $"{CustomResource.Group}_{resource.Plural}.yaml");
        var expected =
            "# Generated from src/Canary.Kubernetes/Resources; CANARY_UPDATE=1 with the tests of Canary.Kubernetes writes it anew.\n"
            + YamlWriter.Write(resource.ToDefinition());

        if (Environment.GetEnvironmentVariable("CANARY_UPDATE") == "1") File.WriteAllText(path, expected);

        Assert.That(File.ReadAllText(path), Is.EqualTo(expected),
            $"{path} is not what the schemas say: run the tests with CANARY_UPDATE=1");
    }

    [TestCaseSource(nameof(Resources))]
    public void WhenTheFileIsReadAsYaml_ThenItIsTheDefinition(CustomResource resource)
    {
        var definition = resource.ToDefinition();

        var read = Canary.Kubernetes.Mapping.YamlDocument.Parse(YamlWriter.Write(definition))[0].Root;

        Assert.That(JsonNode.DeepEquals(read, definition), Is.True);
    }

    /// <remarks>A real API server answers 422: properties[metadata] must not specify anything other than name and generateName.</remarks>
    [TestCaseSource(nameof(Resources))]
    public void WhenTheDefinitionIsGenerated_ThenItSaysNothingAboutMetadataButItsType(CustomResource resource)
    {
        var metadata = resource.ToDefinition()["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["metadata"]!;

        Assert.That(metadata.ToJsonString(), Is.EqualTo("""{"type":"object"}"""));
    }

    [TestCaseSource(nameof(Resources))]
    public void WhenAFieldIsDescribed_ThenEveryOtherFieldIsToo(CustomResource resource)
    {
        var missing = new List<string>();

        Walk(resource.ToSchema(), resource.Kind, missing);

        Assert.That(missing, Is.Empty);
    }

    [TestCaseSource(nameof(Resources))]
    public void WhenAListOrATextIsWritten_ThenItIsBounded(CustomResource resource)
    {
        var unbounded = new List<string>();

        WalkBounds(resource.Spec, "spec", unbounded);

        Assert.That(unbounded, Is.Empty);
    }

    [Test]
    public void WhenShortNamesAreChosen_ThenNoneIsOneOfArgo()
    {
        string[] argo = ["ro", "at", "cat", "ar", "exp"];

        foreach (var resource in CanaryResources.All) Assert.That(resource.ShortNames, Has.None.AnyOf(argo));
    }

    private static void Walk(Schema schema, string path, List<string> missing)
    {
        if (schema.Description.Length == 0) missing.Add(path);
        foreach (var property in schema.Properties) Walk(property.Schema, $"{path}.{property.Name}", missing);
        if (schema.Items is not null) Walk(schema.Items, path + "[]", missing);
        if (schema.Values is not null) Walk(schema.Values, path + ".*", missing);
    }

    private static void WalkBounds(Schema schema, string path, List<string> unbounded)
    {
        if (schema.Type is SchemaType.Array && schema.MaxItems is null) unbounded.Add(path);
        if (schema.Type is SchemaType.String && schema.MaxLength is null && schema.Choices.Count == 0) unbounded.Add(path);
        foreach (var property in schema.Properties) WalkBounds(property.Schema, $"{path}.{property.Name}", unbounded);
        if (schema.Items is not null) WalkBounds(schema.Items, path + "[]", unbounded);
    }
}
