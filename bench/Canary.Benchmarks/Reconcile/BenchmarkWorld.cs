using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Configuration;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.World.Programs;

namespace Canary.Benchmarks.Reconcile;

/// <summary>The process of <see cref="WorldServer"/>, seen from here, and the rollouts in it.</summary>
internal sealed class BenchmarkWorld : IAsyncDisposable
{
    private const int Writers = 8;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly WriteOptions Writing = new("benchmark");
    private static readonly ResourceKind VirtualServices = new("networking.istio.io", "v1", "virtualservices", "VirtualService", true);
    private static readonly ResourceKind DestinationRules = new("networking.istio.io", "v1", "destinationrules", "DestinationRule", true);

    private readonly ChildProgram _server;
    private readonly ApiClient _api;
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false });
    private readonly IReadOnlyList<RolloutDocuments> _rollouts;

    private BenchmarkWorld(ChildProgram server, string folder, Uri prometheus, IReadOnlyList<RolloutDocuments> rollouts)
    {
        (_server, Folder, Prometheus, _rollouts) = (server, folder, prometheus, rollouts);
        _api = new ApiClient(KubeConfig.Load(Kubeconfig, null), TimeProvider.System);
    }

    public string Folder { get; }

    public string Kubeconfig => Path.Combine(Folder, WorldServer.Kubeconfig);

    public Uri Prometheus { get; }

    /// <summary>Starts it and creates all objects of the rollouts.</summary>
    public static async Task<BenchmarkWorld> StartAsync(int rollouts, int steps, TimeSpan tick, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("canary-reconcile-").FullName;
        var server = await ChildProgram.StartAsync(
            "world", Environment.ProcessPath!, ["reconcile-world", folder], Path.Combine(folder, "world.log"));
        var address = Path.Combine(folder, WorldServer.PrometheusAddress);
        while (!File.Exists(address))
        {
            if (server.Exited.IsCompleted) throw new ProgramEndedException("world", await server.Exited, server.LastLines);
            await Task.Delay(Look, cancel);
        }

        var documents = Enumerable.Range(0, rollouts).Select(number => new RolloutDocuments(number, steps, (int)tick.TotalSeconds));
        var world = new BenchmarkWorld(server, folder, new Uri(await File.ReadAllTextAsync(address, cancel)), [.. documents]);
        await world.FillAsync(cancel);
        return world;
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        _http.Dispose();
        await _server.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Waits until the controller has looked at each rollout, and none is under way.</summary>
    public async Task UntilAcceptedAsync(CancellationToken cancel)
    {
        while ((await RolloutsAsync(cancel)).Any(rollout => rollout["status"]?["stableRevision"] is null)) await Task.Delay(Look, cancel);
    }

    /// <summary>As many rollouts at rest, all like the first one, which a controller has accepted.</summary>
    /// <returns>The version of the pods before.</returns>
    public async Task<string> CopyAsync(int count, CancellationToken cancel)
    {
        var spaces = Enumerable.Range(0, count).Select(RolloutDocuments.NamespaceOf).Distinct().Skip(1);
        foreach (var space in spaces) await CreateNamespaceAsync(space, cancel);
        var first = _rollouts[0];
        var originals = new List<JsonObject>();
        foreach (var (kind, name) in Objects(first))
            originals.Add(await _api.GetAsync(kind, new ObjectName(first.Namespace, name), cancel));
        var version = (await _api.ListAllAsync(KnownKinds.Pods, null, new ListOptions(), cancel)).ResourceVersion;
        await RolloutCopies.AskAsync(Folder, originals, count, cancel);
        return version;
    }

    /// <summary>A new version of every service, one after the other within a tick, so that no two steps are at the same moment.</summary>
    public async Task ReleaseAsync(TimeSpan tick, CancellationToken cancel)
    {
        var pause = tick / _rollouts.Count;
        foreach (var rollout in _rollouts)
        {
            var wait = Task.Delay(pause, cancel);
            var name = new ObjectName(rollout.Namespace, $"{rollout.Name}-canary");
            var live = await _api.GetAsync(KnownKinds.Deployments, name, cancel);
            live["spec"] = rollout.Deployment("canary", "2.0.0")["spec"]!.DeepClone();
            await UpdateStatusAsync(await _api.ReplaceAsync(KnownKinds.Deployments, live, null, Writing, cancel), cancel);
            await wait;
        }
    }

    /// <summary>Steps that all rollouts have taken together. A step is a weight with the pause after it.</summary>
    public async Task<double> StepsAsync(CancellationToken cancel) =>
        (await RolloutsAsync(cancel)).Sum(rollout => (int?)rollout["status"]?["currentStepIndex"] ?? 0) / 2.0;

    /// <summary>Queries that Prometheus was asked so far.</summary>
    public async Task<long> QueriesAsync(CancellationToken cancel) =>
        long.Parse(await _http.GetStringAsync(new Uri(Prometheus, "/queries"), cancel), CultureInfo.InvariantCulture);

    /// <summary>How many rollouts are in each phase, for messages.</summary>
    public async Task<string> PhasesAsync(CancellationToken cancel) => string.Join(
        ", ",
        (await RolloutsAsync(cancel)).CountBy(rollout => (string?)rollout["status"]?["phase"] ?? "new")
            .Select(phase => $"{phase.Value} {phase.Key}"));

    private async Task<IReadOnlyList<JsonObject>> RolloutsAsync(CancellationToken cancel) =>
        (await _api.ListAllAsync(KnownKinds.Rollouts, null, new ListOptions(), cancel)).Items;

    private async Task FillAsync(CancellationToken cancel)
    {
        foreach (var space in _rollouts.Select(rollout => rollout.Namespace).Append("canary-system").Distinct())
            await CreateNamespaceAsync(space, cancel);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = cancel };
        await Parallel.ForEachAsync(_rollouts, parallel, async (rollout, token) => await CreateAsync(rollout, token));
    }

    private async Task CreateNamespaceAsync(string name, CancellationToken cancel)
    {
        var document = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Namespace",
            ["metadata"] = new JsonObject { ["name"] = name },
        };
        await _api.CreateAsync(KnownKinds.Namespaces, null, document, Writing, cancel);
    }

    private static IEnumerable<(ResourceKind Kind, string Name)> Objects(RolloutDocuments rollout)
    {
        yield return (KnownKinds.Services, rollout.Name);
        foreach (var side in new[] { "stable", "canary" })
        {
            yield return (KnownKinds.Services, $"{rollout.Name}-{side}");
            yield return (KnownKinds.Deployments, $"{rollout.Name}-{side}");
            yield return (KnownKinds.ReplicaSets, $"{rollout.Name}-{side}-1");
            foreach (var pod in rollout.Pods(side, "")) yield return (KnownKinds.Pods, (string)pod["metadata"]!["name"]!);
            yield return (KnownKinds.EndpointSlices, $"{rollout.Name}-{side}-1");
        }

        yield return (VirtualServices, rollout.Name);
        yield return (DestinationRules, rollout.Name);
        yield return (KnownKinds.AnalysisTemplates, rollout.Name);
        yield return (KnownKinds.Rollouts, rollout.Name);
    }

    private async Task CreateAsync(RolloutDocuments rollout, CancellationToken cancel)
    {
        await CreateAsync(KnownKinds.Services, rollout.Service(null), cancel);
        foreach (var side in new[] { "stable", "canary" })
        {
            await CreateAsync(KnownKinds.Services, rollout.Service(side), cancel);
            var deployment = await CreateAsync(KnownKinds.Deployments, rollout.Deployment(side, "1.0.0"), cancel);
            await UpdateStatusAsync(deployment, cancel);
            var set = await CreateAsync(KnownKinds.ReplicaSets, rollout.ReplicaSet(side, Documents.Uid(deployment)), cancel);
            foreach (var pod in rollout.Pods(side, Documents.Uid(set))) await CreateAsync(KnownKinds.Pods, pod, cancel);
            await CreateAsync(KnownKinds.EndpointSlices, rollout.EndpointSlice(side), cancel);
        }

        await CreateAsync(VirtualServices, rollout.VirtualService(), cancel);
        await CreateAsync(DestinationRules, rollout.DestinationRule(), cancel);
        await CreateAsync(KnownKinds.AnalysisTemplates, rollout.AnalysisTemplate(), cancel);
        await CreateAsync(KnownKinds.Rollouts, rollout.Rollout(), cancel);
    }

    private Task<JsonObject> CreateAsync(ResourceKind kind, JsonObject document, CancellationToken cancel) =>
        _api.CreateAsync(kind, (string?)document["metadata"]!["namespace"], document, Writing, cancel);

    private async Task UpdateStatusAsync(JsonObject deployment, CancellationToken cancel)
    {
        deployment["status"] = RolloutDocuments.DeploymentStatus((long)deployment["metadata"]!["generation"]!);
        await _api.ReplaceAsync(KnownKinds.Deployments, deployment, "status", Writing, cancel);
    }
}
