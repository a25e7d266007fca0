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
using Canary.Sandbox.Workloads.Autoscaling;
using Canary.Sandbox.Workloads.DaemonSets;
using Canary.Sandbox.Workloads.Deployments;
using Canary.Sandbox.Workloads.Endpoints;
using Canary.Sandbox.Workloads.Nodes;
using Canary.Sandbox.Workloads.Pods;
using Canary.Sandbox.Workloads.Reconciling;
using Canary.Sandbox.Workloads.StatefulSets;
using Canary.Sandbox.World;
using Canary.Testing;

namespace Canary.Sandbox.Tests.Workloads;

/// <summary>
/// An API server and the controllers of the sandbox on a clock that the test moves. Each controller looks at each object until nothing
/// changes any more; then the clock goes to the next moment at which one of them wants to look again. Nothing waits, nothing races.
/// </summary>
internal sealed class SteppedCluster : IAsyncDisposable
{
    private readonly ApiServerHost _server;
    private readonly ManualTime _time;
    private readonly CancellationTokenSource _down = new();
    private readonly PodReconciler _kubelet;
    private readonly List<(ResourceKind Kind, IReconciler Reconciler)> _reconcilers = [];
    private readonly Dictionary<(IReconciler, ObjectName), DateTimeOffset> _due = [];
    private readonly Dictionary<ResourceKind, HashSet<ObjectName>> _seen = [];
    private IReadOnlyList<JsonObject> _pods = [];
    private IReadOnlyList<JsonObject> _nodes = [];

    private SteppedCluster(ApiServerHost server, ManualTime time)
    {
        (_server, _time) = (server, time);
        Api = new ApiClient(new ApiServerConfiguration(server.Address), TimeProvider.System);
        var scheduler = new PodScheduler(Api, () => _nodes, () => _pods, time);
        _kubelet = new PodReconciler(Api, scheduler, node => NodeDocument.IsLost(_nodes.FirstOrDefault(one => one.Name() == node)), 1, time,
            _down.Token);
        _reconcilers.AddRange(
        [
            (KnownKinds.Nodes, new NodeReconciler(Api, () => _pods, time)),
            (KnownKinds.ScaledObjects, new KedaReconciler(Api, time)),
            (WorkloadKinds.Autoscalers, new AutoscalerReconciler(Api, time)),
            (KnownKinds.Deployments, new DeploymentReconciler(Api, time)),
            (KnownKinds.ReplicaSets, new ReplicaSetReconciler(Api, time)),
            (KnownKinds.StatefulSets, new StatefulSetReconciler(Api, time)),
            (KnownKinds.DaemonSets, new DaemonSetReconciler(Api, () => _nodes, time)),
            (KnownKinds.Pods, _kubelet),
            (KnownKinds.Services, new EndpointSliceReconciler(Api, ns => _pods.Where(pod => pod.Namespace() == ns))),
        ]);
    }

    public ApiClient Api { get; }

    public static async Task<SteppedCluster> StartAsync()
    {
        var time = new ManualTime();
        var server = await ApiServerHost.StartAsync(new ApiServerOptions { Clock = time }, CancellationToken.None);
        var cluster = new SteppedCluster(server, time);
        await new SandboxNodes(cluster.Api, time).CreateAsync(CancellationToken.None);
        foreach (var definition in Manifests.KedaDefinitions)
            await cluster.Api.CreateAsync(KnownKinds.CustomResourceDefinitions, null, definition, new WriteOptions("test"),
                CancellationToken.None);
        return cluster;
    }

    /// <summary>A template of pods that are ready after a second; <paramref name="env"/> and <paramref name="annotations"/> in YAML's flow
    /// style.</summary>
    public static string Template(string app = "checkout", string image = "checkout:1", string env = "", string annotations = "",
        string spec = "") => $$$"""
        {metadata: {labels: {app: {{{app}}}}, annotations: { {{{annotations}}} } }, spec: { {{{spec}}} containers: [{name: app,
          image: "{{{image}}}", ports: [{name: http, containerPort: 8080}], env: [{name: START_DELAY, value: 1s}, {{{env}}}] }] } }
        """;

    /// <summary>Creates a Deployment, StatefulSet or DaemonSet with the selector <c>app: NAME</c>.</summary>
    public Task<JsonObject> DeployAsync(ResourceKind kind, string spec, string? template = null, string name = "checkout") =>
        CreateAsync(kind, name, $$$"""
            {spec: { {{{spec}}} selector: {matchLabels: {app: {{{name}}} } }, template: {{{template ?? Template(name)}}} } }
            """);

    public Task<JsonObject> CreateAsync(ResourceKind kind, string name, string yaml)
    {
        var document = Parse(yaml);
        document["apiVersion"] = kind.ApiVersion;
        document["kind"] = kind.Kind;
        document.Metadata()["name"] = name;
        return Api.CreateAsync(kind, kind.IsNamespaced ? "default" : null, document, new WriteOptions("test", FieldValidation: "Strict"),
            CancellationToken.None);
    }

    public Task<JsonObject> MergeAsync(ResourceKind kind, string name, string yaml) => Api.PatchAsync(
        kind, NameOf(kind, name), new Patch.Merge(Parse(yaml)), null, new WriteOptions("test"), CancellationToken.None);

    public Task<JsonObject> GetAsync(ResourceKind kind, string name) => Api.GetAsync(kind, NameOf(kind, name), CancellationToken.None);

    public Task DeleteAsync(ResourceKind kind, string name) =>
        Api.DeleteAsync(kind, NameOf(kind, name), DeleteOptions.Default, CancellationToken.None);

    public async Task<IReadOnlyList<JsonObject>> ListAsync(ResourceKind kind) =>
        (await Api.ListAllAsync(kind, kind.IsNamespaced ? "default" : null, ListOptions.All, CancellationToken.None)).Items;

    /// <summary>Lets this much time pass, with everything that happens in it.</summary>
    public async Task PassAsync(double seconds)
    {
        var end = _time.GetUtcNow() + TimeSpan.FromSeconds(seconds);
        await SettleAsync();
        while (_due.Count > 0 && _due.Values.Min() is var next && next <= end)
        {
            var left = next - _time.GetUtcNow();
            if (left > TimeSpan.Zero) _time.Advance(left);
            foreach (var passed in _due.Where(entry => entry.Value <= _time.GetUtcNow()).Select(entry => entry.Key).ToList())
                _due.Remove(passed);
            await SettleAsync();
        }

        _time.Advance(end - _time.GetUtcNow());
    }

    public async ValueTask DisposeAsync()
    {
        await _down.CancelAsync();
        await _kubelet.DisposeAsync();
        Api.Dispose();
        await _server.DisposeAsync();
        _down.Dispose();
    }

    private async Task SettleAsync()
    {
        for (var round = 0; round < 200; round++)
        {
            var before = await VersionAsync();
            foreach (var (kind, reconciler) in _reconcilers) await LookAsync(kind, reconciler);
            if (await VersionAsync() == before) return;
        }

        throw new InvalidOperationException("the controllers do not come to rest");
    }

    private async Task LookAsync(ResourceKind kind, IReconciler reconciler)
    {
        _pods = await ListAsync(KnownKinds.Pods);
        _nodes = await ListAsync(KnownKinds.Nodes);
        var there = (await ListAsync(kind)).Select(ObjectName.Of).ToHashSet();
        var gone = _seen.TryGetValue(kind, out var seen) ? seen.Except(there) : [];
        foreach (var name in there.Concat(gone).OrderBy(name => name.Name, StringComparer.Ordinal).ToList())
        {
            try
            {
                var later = await reconciler.ReconcileAsync(name, CancellationToken.None);
                _due.Remove((reconciler, name));
                if (later is not null) _due[(reconciler, name)] = _time.GetUtcNow() + later.Value;
            }
            catch (ApiException lost) when (lost.IsConflict || lost.IsNotFound)
            {
                // Another controller was faster; the next round looks again.
            }
        }

        _seen[kind] = there;
    }

    // Of the whole server, whatever is listed.
    private async Task<string> VersionAsync() =>
        (await Api.ListAsync(KnownKinds.Namespaces, null, ListOptions.All, CancellationToken.None)).ResourceVersion;

    private static ObjectName NameOf(ResourceKind kind, string name) => new(kind.IsNamespaced ? "default" : null, name);

    private static JsonObject Parse(string yaml) => YamlDocument.Parse(yaml)[0].Root!.AsObject();
}
