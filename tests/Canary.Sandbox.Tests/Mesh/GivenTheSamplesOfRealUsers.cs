using System;
using System.IO;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Mapping;
using Canary.Sandbox.Mesh.Routing;
using Canary.Sandbox.Objects;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Mesh;

public sealed class GivenTheSamplesOfRealUsers
{
    [Test]
    public void WhenTheirVirtualServicesAreRead_ThenAllAreUnderstood()
    {
        var folder = Path.Combine(Environment.GetEnvironmentVariable("CANARY_SHARED") ?? SharedBesideTheRepository(), "samples");
        if (!Directory.Exists(folder)) Assert.Ignore($"{folder} is not there: the samples of real users are not read");
        var documents = Directory.EnumerateFiles(folder, "istio-*.yaml").SelectMany(file => YamlDocument.Parse(File.ReadAllText(file)))
            .Select(document => document.Root).OfType<JsonObject>().Where(item => item.TextAt("kind") == "VirtualService").ToList();

        var read = documents.Select(VirtualService.Read).ToList();

        Assert.That(read.Count, Is.GreaterThan(10));
        Assert.That(read.SelectMany(item => item.Routes).SelectMany(route => route.Destinations), Is.Not.Empty);
    }

    private static string SharedBesideTheRepository()
    {
        var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Canary.sln"))) folder = folder.Parent;
        return Path.Combine(folder?.Parent?.FullName ?? "", "shared");
    }
}
