using System;
using System.IO;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.Cli.Io;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Mapping;
using Canary.Testing;

namespace Canary.Cli.Tests.Watching;

/// <summary>An API server with the Rollout checkout, its two Deployments, and no controller: the test writes the status.</summary>
internal sealed class SmallCluster : IAsyncDisposable
{
    private static readonly WriteOptions Writing = new("test");

    private readonly ApiServerHost _host;
    private readonly string _folder;

    private SmallCluster(ApiServerHost host, ApiClient api, string folder) => (_host, Api, _folder) = (host, api, folder);

    public static ObjectName Rollout { get; } = new("default", "checkout");

    public ApiClient Api { get; }

    public string Kubeconfig => Path.Combine(_folder, "kubeconfig");

    public static async Task<SmallCluster> StartAsync(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("canary-cli-").FullName;
        var host = await ApiServerHost.StartAsync(new ApiServerOptions(), cancel);
        await File.WriteAllTextAsync(Path.Combine(folder, "kubeconfig"), host.Kubeconfig(null), cancel);
        var api = new ApiClient(KubeConfig.Load(Path.Combine(folder, "kubeconfig"), null), TimeProvider.System);
        var definitions = new ResourceKind("apiextensions.k8s.io", "v1", "customresourcedefinitions", "CustomResourceDefinition", false);
        foreach (var file in Directory.GetFiles(RepositoryFolder.PathTo("deploy", "crds"), "canary.delivery_*.yaml"))
            await api.CreateAsync(definitions, null, (JsonObject)YamlDocument.Parse(await File.ReadAllTextAsync(file, cancel))[0].Root!,
                Writing, cancel);
        var cluster = new SmallCluster(host, api, folder);
        foreach (var side in new[] { "stable", "canary" }) await cluster.CreateDeploymentAsync(side, cancel);
        var rollout = A.Rollout();
        foreach (var member in new[] { "namespace", "uid", "resourceVersion", "generation" })
            ((JsonObject)rollout["metadata"]!).Remove(member);
        await api.CreateAsync(KnownKinds.Rollouts, "default", rollout, Writing, cancel);
        return cluster;
    }

    /// <summary>Writes the status as a controller would that has seen everything.</summary>
    public async Task SayAsync(string phase, string canary, string stable, CancellationToken cancel)
    {
        var rollout = await Api.GetAsync(KnownKinds.Rollouts, Rollout, cancel);
        rollout["status"] = A.Rollout(phase, canary, stable)["status"]!.DeepClone();
        rollout["status"]!["observedGeneration"] = (long?)rollout["metadata"]!["generation"];
        var observed = new JsonObject();
        foreach (var side in new[] { "stable", "canary" })
        {
            if (await Api.FindAsync(KnownKinds.Deployments, new ObjectName("default", $"checkout-{side}"), cancel) is not { } deployment)
                continue;
            observed[side] = new JsonObject
            {
                ["name"] = $"checkout-{side}",
                ["uid"] = Documents.Uid(deployment),
                ["generation"] = (long?)deployment["metadata"]!["generation"]
            };
        }

        rollout["status"]!["observedWorkloads"] = observed;
        await Api.ReplaceAsync(KnownKinds.Rollouts, rollout, "status", Writing, cancel);
    }

    /// <summary>As <c>kubectl set image</c>.</summary>
    public Task SetImageAsync(string image, CancellationToken cancel) => Api.PatchAsync(
        KnownKinds.Deployments,
        new ObjectName("default", "checkout-canary"),
        new Patch.Merge(
            JsonNode.Parse($$"""{"spec":{"template":{"spec":{"containers":[{"name":"checkout","image":"{{image}}"}]} } } }""")!.AsObject()),
        null,
        Writing,
        cancel);

    public async Task CreateDeploymentAsync(string side, CancellationToken cancel)
    {
        var deployment = A.Deployment(side, 1);
        deployment.Remove("status");
        foreach (var member in new[] { "namespace", "uid", "generation" }) ((JsonObject)deployment["metadata"]!).Remove(member);
        await Api.CreateAsync(KnownKinds.Deployments, "default", deployment, Writing, cancel);
    }

    /// <summary>The server goes away.</summary>
    public ValueTask StopServerAsync() => _host.DisposeAsync();

    /// <summary>Runs a command against it.</summary>
    /// <param name="line">The command; its <c>--timeout</c>, where it has one, is an hour or more.</param>
    /// <param name="until">The timeout is over once this was printed; empty: at once; null: never.</param>
    public async Task<(int Code, string Output, string Error)> RunAsync(string line, string? until = null)
    {
        var (output, error, time) = (new StringBuilder(), new StringWriter(), new LongWait());
        if (until is "") time.End();
        var io = new CommandIo(time.EndOn(until is null or "" ? "\0" : until, output), error, time);
        var code = await CommandLine.RunAsync([.. line.Split(' '), "-n", "default", "--kubeconfig", Kubeconfig], io);
        return (code, output.ToString(), error.ToString());
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
