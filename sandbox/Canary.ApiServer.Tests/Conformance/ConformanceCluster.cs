using System;
using System.IO;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using NUnit.Framework;

namespace Canary.ApiServer.Tests.Conformance;

/// <summary>
/// What an API server has to do for Canary, against the sandbox or, with CANARY_TEST_KUBECONFIG, against the cluster of that file.
/// Nothing below knows which: each fixture has a namespace and a definition of its own, and takes both away.
/// </summary>
public abstract class ConformanceCluster
{
    private static readonly WriteOptions Writer = new("conformance");

    private ApiServerHost? _sandbox;
    private string? _kubeconfig;
    private ApiClient? _client;

    internal ApiClient Client => _client ?? throw new InvalidOperationException("the fixture is not set up");

    internal string Namespace { get; private set; } = "";

    /// <summary>A kind that nobody else has: with a status and a scale, defaults, bounds, lists of all sorts.</summary>
    internal ResourceKind Probes { get; private set; } = KnownKinds.ConfigMaps;

    [OneTimeSetUp]
    public async Task FurnishAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        _kubeconfig = Environment.GetEnvironmentVariable("CANARY_TEST_KUBECONFIG");
        if (string.IsNullOrEmpty(_kubeconfig))
        {
            _sandbox = await ApiServerHost.StartAsync(new ApiServerOptions { BookmarkInterval = TimeSpan.FromSeconds(1) }, patience.Token);
            _kubeconfig = Path.Combine(Path.GetTempPath(), $"canary-conformance-{Guid.NewGuid():N}");
            await File.WriteAllTextAsync(_kubeconfig, _sandbox.Kubeconfig(null), patience.Token);
        }

        _client = new ApiClient(KubeConfig.Load(_kubeconfig, null), TimeProvider.System);
        var suffix = Guid.NewGuid().ToString("N")[..8];
        Namespace = $"canary-conformance-{suffix}";
        var ns = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Namespace", ["metadata"] = new JsonObject { ["name"] = Namespace } };
        await Client.CreateAsync(KnownKinds.Namespaces, null, ns, Writer, patience.Token);
        await InstallAsync($"c{suffix}.conformance.canary.delivery", patience.Token);
    }

    [OneTimeTearDown]
    public async Task ClearAsync()
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        if (_client is not null)
        {
            await _client.DeleteAsync(KnownKinds.CustomResourceDefinitions, new ObjectName(null, $"{Probes.Plural}.{Probes.Group}"),
                DeleteOptions.Default, patience.Token);
            await _client.DeleteAsync(KnownKinds.Namespaces, new ObjectName(null, Namespace), DeleteOptions.Default, patience.Token);
            _client.Dispose();
        }

        if (_sandbox is not null)
        {
            await _sandbox.DisposeAsync();
            File.Delete(_kubeconfig!);
        }
    }

    internal Task<JsonObject> CreateAsync(ResourceKind kind, JsonObject obj, CancellationToken cancel) =>
        Client.CreateAsync(kind, Namespace, obj, Writer, cancel);

    internal Task<JsonObject> ReplaceAsync(ResourceKind kind, JsonObject obj, string? subresource, CancellationToken cancel) =>
        Client.ReplaceAsync(kind, obj, subresource, Writer, cancel);

    internal Task<JsonObject> MergeAsync(ResourceKind kind, string name, string patch, string? subresource, CancellationToken cancel) =>
        Client.PatchAsync(kind, At(name), new Patch.Merge((JsonObject)JsonNode.Parse(patch)!), subresource, Writer, cancel);

    internal Task<JsonObject> JsonPatchAsync(ResourceKind kind, string name, string patch, CancellationToken cancel) =>
        Client.PatchAsync(kind, At(name), new Patch.JsonPatch((JsonArray)JsonNode.Parse(patch)!), null, Writer, cancel);

    internal Task<JsonObject> ApplyAsync(ResourceKind kind, string name, JsonObject obj, string manager, bool force,
        CancellationToken cancel) =>
        Client.PatchAsync(kind, At(name), new Patch.Apply(obj, force), null, new WriteOptions(manager), cancel);

    internal ObjectName At(string name) => new(Namespace, name);

    internal JsonObject Probe(string name, string spec = """{"size":1}""") => new()
    {
        ["apiVersion"] = Probes.ApiVersion,
        ["kind"] = Probes.Kind,
        ["metadata"] = new JsonObject { ["name"] = name },
        ["spec"] = JsonNode.Parse(spec),
    };

    internal static JsonObject ConfigMap(string name, string value = "1") => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "ConfigMap",
        ["metadata"] = new JsonObject { ["name"] = name },
        ["data"] = new JsonObject { ["a"] = value },
    };

    internal static string Version(JsonObject obj) => obj["metadata"]!["resourceVersion"]!.GetValue<string>();

    internal static long Generation(JsonObject obj) => obj["metadata"]!["generation"]!.GetValue<long>();

    /// <summary>Waits for what a server does a moment after it has answered.</summary>
    internal static async Task EventuallyAsync(Func<Task<bool>> isSo, string what, CancellationToken cancel)
    {
        for (var i = 0; i < 150; i++)
        {
            if (await isSo())
                return;
            await Task.Delay(100, cancel);
        }

        Assert.Fail($"within 15 s not so: {what}");
    }

    internal static async Task<ApiException> RefusalAsync(Func<Task> request)
    {
        try
        {
            await request();
        }
        catch (ApiException e)
        {
            return e;
        }

        throw new AssertionException("the request was accepted");
    }

    private async Task InstallAsync(string group, CancellationToken cancel)
    {
        Probes = new ResourceKind(group, "v1", "probes", "Probe", IsNamespaced: true);
        var definition = new JsonObject
        {
            ["apiVersion"] = "apiextensions.k8s.io/v1",
            ["kind"] = "CustomResourceDefinition",
            ["metadata"] = new JsonObject { ["name"] = $"probes.{group}" },
            ["spec"] = new JsonObject
            {
                ["group"] = group,
                ["scope"] = "Namespaced",
                ["names"] = JsonNode.Parse("""{"plural":"probes","singular":"probe","kind":"Probe","listKind":"ProbeList"}"""),
                ["versions"] = new JsonArray(JsonNode.Parse(ProbeDefinition.Version)),
            },
        };
        await Client.CreateAsync(KnownKinds.CustomResourceDefinitions, null, definition, Writer, cancel);
        await EventuallyAsync(async () => await IsServedAsync(cancel), "the definition is established and served", cancel);
    }

    private async Task<bool> IsServedAsync(CancellationToken cancel)
    {
        try
        {
            await Client.ListAsync(Probes, Namespace, ListOptions.All, cancel);
            return true;
        }
        catch (ApiException e) when (e.IsNotFound)
        {
            return false;
        }
    }
}
