using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Mapping;
using Canary.Sandbox.Workloads;
using Microsoft.Extensions.Logging.Abstractions;
using NUnit.Framework;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>An API server with the workloads that the sandbox plays; everything goes through the API.</summary>
internal sealed class PlayedCluster : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private readonly ApiServerHost _server;
    private readonly CancellationTokenSource _down = new();
    private readonly Task _running;

    private PlayedCluster(ApiServerHost server, WorkloadsMode mode)
    {
        _server = server;
        Api = new ApiClient(new ApiServerConfiguration(server.Address), TimeProvider.System);
        _running = new WorkloadsRunner(Api, mode, 1, TimeProvider.System, NullLogger.Instance).RunAsync(_down.Token);
    }

    public ApiClient Api { get; }

    public static async Task<PlayedCluster> StartAsync(WorkloadsMode mode = WorkloadsMode.All) =>
        new(await ApiServerHost.StartAsync(new ApiServerOptions(), CancellationToken.None), mode);

    /// <summary>A Deployment of the app checkout in the namespace default; <paramref name="spec"/> and <paramref name="env"/> in YAML's
    /// flow style.</summary>
    public Task<JsonObject> DeployAsync(int replicas, string spec = "", string env = "", string image = "checkout:1.0.0") =>
        CreateAsync(KnownKinds.Deployments, $$$"""
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: checkout, namespace: default}, spec: {replicas: {{{replicas}}}, {{{spec}}}
          selector: {matchLabels: {app: checkout}},
          template: {metadata: {labels: {app: checkout}}, spec: {containers: [{name: app, image: "{{{image}}}", ports: [{name: http, containerPort: 8080}], env: [{name: START_DELAY, value: 50ms}, {{{env}}}] }] } } } }
        """);

    public Task<JsonObject> CreateAsync(ResourceKind kind, string yaml) =>
        Api.CreateAsync(kind, "default", YamlDocument.Parse(yaml)[0].Root!.AsObject(), new WriteOptions("test", FieldValidation: "Strict"),
            CancellationToken.None);

    public Task<JsonObject> MergeAsync(ResourceKind kind, string name, string yaml) => Api.PatchAsync(
        kind, new ObjectName("default", name), new Patch.Merge(YamlDocument.Parse(yaml)[0].Root!.AsObject()), null,
        new WriteOptions("test"),
        CancellationToken.None);

    public async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceKind kind) =>
        (await Api.ListAllAsync(kind, "default", ListOptions.All, CancellationToken.None)).Items;

    public Task<JsonObject> DeploymentAsync() =>
        Api.GetAsync(KnownKinds.Deployments, new ObjectName("default", "checkout"), CancellationToken.None);

    /// <summary>Waits until the Deployment says that it has this many pods, all of the newest template and available.</summary>
    public Task<JsonObject> RolledOutAsync(int replicas) => UntilAsync(
        DeploymentAsync,
        deployment => deployment.NumberAt("status", "observedGeneration") == deployment.NumberAt("metadata", "generation")
            && deployment.NumberAt("status", "updatedReplicas") == replicas && deployment.NumberAt("status", "replicas") == replicas
            && deployment.NumberAt("status", "availableReplicas") == replicas);

    public static async Task<T> UntilAsync<T>(Func<Task<T>> read, Func<T, bool> holds)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var now = await read();
            if (holds(now)) return now;
            if (TimeProvider.System.GetElapsedTime(started) > Patience)
                Assert.Fail(
                    $"not so after {Patience.TotalSeconds:0} s: "
                        + $"{(now is IEnumerable<JsonObject> items ? string.Join("\n", items.Select(item => item.ToJsonString())) : now)}");
            await Task.Delay(20);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _down.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Api.Dispose();
        await _server.DisposeAsync();
        _down.Dispose();
    }
}
