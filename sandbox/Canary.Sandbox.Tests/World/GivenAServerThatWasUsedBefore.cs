using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Sandbox.World;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.World;

public sealed class GivenAServerThatWasUsedBefore
{
    [Test]
    public async Task WhenTheSandboxIsInstalledAgain_ThenItResetsNoWeightAndMakesNoSecondKind()
    {
        await using var server = await ApiServerHost.StartAsync(new ApiServerOptions(), CancellationToken.None);
        using var api = new ApiClient(new ApiServerConfiguration(server.Address), TimeProvider.System);
        await InstallAsync(api);
        var route = await api.GetAsync(IstioKinds.VirtualServices, new ObjectName("shop", "checkout"), default);
        route.At("spec", "http")![0]!["route"]![1]!["weight"] = 30;
        await api.ReplaceAsync(IstioKinds.VirtualServices, route, null, new WriteOptions("test"), default);
        var kinds = (await api.ListAllAsync(KnownKinds.CustomResourceDefinitions, null, ListOptions.All, default)).Items;

        await InstallAsync(api);

        var after = await api.GetAsync(IstioKinds.VirtualServices, new ObjectName("shop", "checkout"), default);
        Assert.That(after.At("spec", "http")![0]!["route"]![1].NumberAt("weight"), Is.EqualTo(30));
        var kindsAfter = (await api.ListAllAsync(KnownKinds.CustomResourceDefinitions, null, ListOptions.All, default)).Items;
        Assert.That(kindsAfter.Select(kind => (kind.TextAt("metadata", "name"), kind.TextAt("metadata", "uid"))),
            Is.EquivalentTo(kinds.Select(kind => (kind.TextAt("metadata", "name"), kind.TextAt("metadata", "uid")))));
    }

    [Test]
    public async Task WhenAVersionIsShipped_ThenOnlyItsTemplateChanges()
    {
        await using var server = await ApiServerHost.StartAsync(new ApiServerOptions(), CancellationToken.None);
        using var api = new ApiClient(new ApiServerConfiguration(server.Address), TimeProvider.System);
        await InstallAsync(api);
        var before = await api.GetAsync(KnownKinds.Deployments, ShopNames.ReleasedDeployment(ShopLayout.OneDeployment), default);

        await new VersionShipper(api).ShipAsync(ShopNames.ReleasedDeployment(ShopLayout.OneDeployment),
            new ShippedVersion("2.0.0", 0.25, TimeSpan.FromMilliseconds(90)),
            default);

        var after = await api.GetAsync(KnownKinds.Deployments, ShopNames.ReleasedDeployment(ShopLayout.OneDeployment), default);
        var container = after.ItemsAt("spec", "template", "spec", "containers").Single();
        Assert.That(container.TextAt("image"), Is.EqualTo("registry.example/checkout:2.0.0"));
        Assert.That(
            container.ItemsAt("env").Select(variable => (variable.TextAt("name"), variable.TextAt("value"))),
            Is.EqualTo(new[] { ("VERSION", "2.0.0"), ("ERROR_RATE", "0.25"), ("LATENCY", "90ms") }));
        Assert.That(after.TextsAt("spec", "template", "metadata", "labels")["version"], Is.EqualTo("2.0.0"));
        foreach (var deployment in new[] { before, after }) ((JsonObject)deployment["spec"]!).Remove("template");
        Assert.That(JsonNode.DeepEquals(before["spec"], after["spec"]), Is.True);
    }

    private static async Task InstallAsync(ApiClient api)
    {
        var installer = new Installer(api, TimeProvider.System, NullLogger.Instance);
        await installer.InstallKindsAsync("v1", CancellationToken.None);
        await installer.CreateMissingAsync(Manifests.Shop(ShopLayout.OneDeployment, ShopRouter.Istio), CancellationToken.None);
    }
}
