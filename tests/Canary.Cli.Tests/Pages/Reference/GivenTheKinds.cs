using System.Collections.Generic;
using System.Linq;
using Canary.Kubernetes.Resources;
using Canary.Kubernetes.Schemas;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Cli.Tests.Pages.Reference;

/// <summary>The reference pages of the kinds, generated from their schemas.</summary>
public sealed class GivenTheKinds
{
    private static IEnumerable<CustomResource> Kinds => CanaryResources.All;

    [TestCaseSource(nameof(Kinds))]
    public void WhenItsPageIsRead_ThenItSaysWhatTheSchemaSays(CustomResource kind) =>
        ReferencePage.AssertIs($"{kind.Kind.ToLowerInvariant()}.md", KindPage.Print(kind));

    [TestCaseSource(nameof(Kinds))]
    public void WhenAFieldIsDescribed_ThenItIsInSentences(CustomResource kind)
    {
        var fields = Fields("spec", kind.Spec).Concat(kind.Status is null ? [] : Fields("status", kind.Status)).ToArray();
        var bad = fields.Where(field => field.Description.Length < 3 || !char.IsLetterOrDigit(field.Description[0])
            || field.Description[^1] != '.');

        Assert.That(fields, Has.Length.GreaterThan(30));
        Assert.That(bad.Select(field => $"{field.Path}: {field.Description}"), Is.Empty);
    }

    private static IEnumerable<(string Path, string Description)> Fields(string path, Schema schema)
    {
        yield return (path, schema.Description);
        var below = schema.Properties.Select(property => ($"{path}.{property.Name}", property.Schema)).ToList();
        if (schema.Items is not null) below.Add(($"{path}[]", schema.Items));
        if (schema.Values is not null) below.Add(($"{path}.*", schema.Values));
        foreach (var field in below.SelectMany(one => Fields(one.Item1, one.Schema))) yield return field;
    }
}
