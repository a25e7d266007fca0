using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Mapping;
using Canary.Sandbox.Mesh.Routing;
using Canary.Testing;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

/// <summary>VirtualServices in the forms that users write, and real ones where <c>CANARY_SHARED</c> names a folder with
/// <c>samples</c>.</summary>
public sealed class GivenTheSamplesOfRealUsers
{
    [Test]
    public void WhenTheirVirtualServicesAreRead_ThenAllAreUnderstood()
    {
        var documents = Folders().SelectMany(folder => Directory.EnumerateFiles(folder, "*.yaml"))
            .SelectMany(file => YamlDocument.Parse(File.ReadAllText(file)))
            .Select(document => document.Root).OfType<JsonObject>().Where(item => item.TextAt("kind") == "VirtualService").ToList();

        var read = documents.Select(VirtualService.Read).ToList();

        Assert.That(read.Count, Is.GreaterThan(10));
        Assert.That(read.SelectMany(item => item.Routes).SelectMany(route => route.Destinations), Is.Not.Empty);
    }

    private static IEnumerable<string> Folders()
    {
        yield return RepositoryFolder.PathTo("tests", "Canary.Kubernetes.Tests", "Traffic", "Samples");
        if (Environment.GetEnvironmentVariable("CANARY_SHARED") is { Length: > 0 } shared) yield return Path.Combine(shared, "samples");
    }
}
