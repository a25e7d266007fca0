using System;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Caching;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Traffic.Istio;
using Canary.Sandbox.World;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.World;

/// <summary>A mesh or a Canary that is installed: its definitions are not the sandbox's to change.</summary>
public sealed class GivenAServerWithKindsOfOthers
{
    private static readonly WriteOptions Writing = new("somebody");

    private ApiServerHost _server = null!;
    private ApiClient _api = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _server = await ApiServerHost.StartAsync(new ApiServerOptions(), CancellationToken.None);
        _api = new ApiClient(new ApiServerConfiguration(_server.Address), TimeProvider.System);
    }

    [TearDown]
    public async Task StopAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
    }

    [TestCase("v1beta1")]
    [TestCase("v1alpha3")]
    public async Task WhenItsIstioHasNoV1_ThenItsDefinitionsStayAndItsVersionIsUsed(string version)
    {
        foreach (var definition in Manifests.MeshDefinitions)
            await CreateAsync(definition, document => document["spec"]!["versions"]![0]!["name"] = version);
        var before = await DefinitionsAsync();

        await InstallAsync("v1");

        var after = await DefinitionsAsync();
        Assert.That(before.All(kept => after.Any(now => JsonNode.DeepEquals(now, kept))), Is.True);
        Assert.That((await _api.GetAsync(IstioKinds.VirtualServices, ShopNames.Rollout, default)).TextAt("apiVersion"),
            Is.EqualTo($"networking.istio.io/{version}"));
    }

    [Test]
    public async Task WhenACanaryOfAnotherBuildIsInstalled_ThenItsDefinitionsStay()
    {
        foreach (var definition in Manifests.CanaryKinds)
            await CreateAsync(definition,
                document => document["metadata"]!["annotations"] = new JsonObject { ["installed-by"] = "somebody" });
        var before = await DefinitionsAsync();

        await InstallAsync("v1");

        var after = await DefinitionsAsync();
        Assert.That(before.All(kept => after.Any(now => JsonNode.DeepEquals(now, kept))), Is.True);
    }

    [Test]
    public async Task WhenSeveralInstallAtOnce_ThenEachDefinitionIsMadeOnceAndNeverChanged()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(number => Task.Run(() => InstallAsync(number % 2 == 0 ? "v1" : "v1beta1"))));

        Assert.That((await DefinitionsAsync()).Select(definition => definition.NumberAt("metadata", "generation")), Has.All.EqualTo(1));
    }

    [Test]
    public async Task WhenADefinitionIsJustBeingDeleted_ThenItIsMadeWhenItIsGone()
    {
        var definition = Manifests.MeshDefinitions[0];
        await CreateAsync(definition, document => document["metadata"]!["finalizers"] = new JsonArray("example.com/hold"));
        var name = ObjectName.Of(definition);
        await _api.DeleteAsync(KnownKinds.CustomResourceDefinitions, name, DeleteOptions.Default, default);
        var old = await _api.GetAsync(KnownKinds.CustomResourceDefinitions, name, default);

        var installing = InstallAsync("v1");
        await _api.PatchAsync(KnownKinds.CustomResourceDefinitions, name,
            new Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = null } }), null, Writing, default);
        await installing;

        Assert.That(Documents.Uid(await _api.GetAsync(KnownKinds.CustomResourceDefinitions, name, default)),
            Is.Not.EqualTo(Documents.Uid(old)));
    }

    [Test, CancelAfter(60_000)]
    public async Task WhenAnotherVersionIsServed_ThenWatchesOfTheOldOneEndAndAClientFollows(CancellationToken cancel)
    {
        await InstallAsync("v1beta1");
        var cache = new ResourceCache(_api, IstioKinds.VirtualServices, ResourceCacheOptions.All, TimeProvider.System, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var running = cache.RunAsync(stop.Token);
        await cache.WaitForSyncAsync(cancel);

        var upgraded = await _api.GetAsync(KnownKinds.CustomResourceDefinitions, ObjectName.Of(Manifests.MeshDefinitions[0]), cancel);
        var versions = upgraded["spec"]!["versions"]!.AsArray();
        var newer = versions[0]!.DeepClone();
        (newer["name"], newer["storage"], versions[0]!["served"]) = ("v1", false, false);
        versions.Add(newer);
        await _api.ReplaceAsync(KnownKinds.CustomResourceDefinitions, upgraded, null, Writing, cancel);
        await _api.PatchAsync(IstioKinds.VirtualServices, ShopNames.Rollout,
            new Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { ["seen"] = "yes" } } }), null,
            Writing, cancel);

        while (cache.Get(ShopNames.Rollout)?.Labels().ContainsKey("seen") is not true) await Task.Delay(20, cancel);
        Assert.That(cache.Get(ShopNames.Rollout).TextAt("apiVersion"), Is.EqualTo("networking.istio.io/v1"));
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task CreateAsync(JsonObject definition, Action<JsonObject> change)
    {
        change(definition);
        await _api.CreateAsync(KnownKinds.CustomResourceDefinitions, null, definition, Writing, default);
    }

    private async Task<JsonObject[]> DefinitionsAsync() =>
        [.. (await _api.ListAllAsync(KnownKinds.CustomResourceDefinitions, null, ListOptions.All, default)).Items];

    private async Task InstallAsync(string version)
    {
        var installer = new Installer(_api, TimeProvider.System, NullLogger.Instance);
        await installer.InstallKindsAsync(version, CancellationToken.None);
        await installer.CreateMissingAsync(Manifests.Shop(ShopLayout.OneDeployment, ShopRouter.Istio), CancellationToken.None);
    }
}
