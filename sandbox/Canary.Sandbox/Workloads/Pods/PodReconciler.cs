using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>Plays the kubelet: runs the service of each pod, writes its status, and lets it go when the pod goes.</summary>
/// <param name="api">The server.</param>
/// <param name="node">The Node that pods are bound to first; null: they run without one, and every pod is run.</param>
/// <param name="seed">Of every draw by lot.</param>
/// <param name="time">The clock.</param>
/// <param name="down">Ends the draining of pods that were let go.</param>
internal sealed class PodReconciler(ApiClient api, SandboxNode? node, long seed, TimeProvider time, CancellationToken down)
    : IReconciler, IAsyncDisposable
{
    /// <summary>Annotation of a pod that shall run and never become ready, for trying that out.</summary>
    public const string NeverReadyAnnotation = "sandbox.canary.delivery/never-ready";

    // Long enough for the mesh to hear that the endpoint is gone.
    private static readonly TimeSpan ServedAfterDeletion = TimeSpan.FromSeconds(2);
    private static readonly WriteOptions Writing = new("canary-sandbox-kubelet");
    private static readonly string[] UnpullableTags = ["broken", "unpullable"];

    private readonly Dictionary<ObjectName, RunningPod> _running = [];
    private readonly ConcurrentDictionary<Task, bool> _draining = [];
    private readonly PodNetwork _network = new();

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        var pod = await api.FindAsync(KnownKinds.Pods, name, cancel);
        if (_running.TryGetValue(name, out var running) && (pod is null || pod.Uid() != running.Uid || pod.IsTerminating()))
            LetGo(name, running);
        if (pod is null) return null;
        if (node is not null && pod.TextAt("spec", "nodeName") is var bound && bound != SandboxNode.Name)
        {
            // A pod of another Node is run by that one; a pod that is gated may not be bound yet.
            if (string.IsNullOrEmpty(bound) && !pod.IsTerminating() && !pod.ItemsAt("spec", "schedulingGates").Any())
                await node.BindAsync(pod, cancel);
            return null;
        }

        if (pod.IsTerminating())
        {
            await api.DeleteAsync(KnownKinds.Pods, name, new DeleteOptions(Uid: pod.Uid(), GracePeriod: TimeSpan.Zero), cancel);
            return null;
        }

        if (!_running.TryGetValue(name, out running)) return await AdmitAsync(name, pod, cancel);
        if (running.IsSettled) return null;
        var left = running.ReadyAt - time.GetUtcNow();
        return left > TimeSpan.Zero ? left : await StartAsync(name, running, pod, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var running in _running.Values)
        {
            if (running.App is { } app) await app.DisposeAsync();
        }

        await Task.WhenAll(_draining.Keys);
    }

    private async Task<TimeSpan?> AdmitAsync(ObjectName name, JsonObject pod, CancellationToken cancel)
    {
        var (behaviour, problem) = AppBehaviour.Read(pod);
        var address = _network.Take(pod.TextAt("status", "podIP"));
        var image = pod.ItemsAt("spec", "containers").Select(container => container.TextAt("image") ?? "")
            .FirstOrDefault(image => UnpullableTags.Contains(AppBehaviour.TagOf(image)));
        var now = time.GetUtcNow();
        var status = image is not null ? PodStatus.Waiting(pod, address, "ImagePullBackOff",
            $"Back-off pulling image \"{image}\": the sandbox takes the tags broken and unpullable for images that are not there", now)
            : problem is not null ? PodStatus.Waiting(pod, address, "CreateContainerConfigError", problem, now)
            : PodStatus.Creating(pod, address, now);
        await WriteStatusAsync(name, status, cancel);
        var isStuck = image is not null || behaviour is null;
        _running[name] = new RunningPod(pod.Uid(), address, behaviour, now + (behaviour?.StartDelay ?? TimeSpan.Zero), isStuck, null);
        return isStuck ? null : behaviour!.StartDelay;
    }

    private async Task<TimeSpan?> StartAsync(ObjectName name, RunningPod running, JsonObject pod, CancellationToken cancel)
    {
        // The seed of a pod depends on its name alone, so that a second run with the same names fails the same requests.
        var app = running.App
            ?? await AppServer.StartAsync(name.Name, running.Behaviour!, seed ^ StableHash.Compute(name.Name), time, cancel);
        _running[name] = running with { App = app };
        var annotations = new JsonObject { [PodNetwork.AddressAnnotation] = app.Address };
        var annotation = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Uid(), ["annotations"] = annotations } };
        await api.PatchAsync(KnownKinds.Pods, name, new Patch.Merge(annotation), null, Writing, cancel);
        var isReady = pod.TextAt("metadata", "annotations", NeverReadyAnnotation) != "true";
        await WriteStatusAsync(name, PodStatus.Running(pod, running.Address, isReady, time.GetUtcNow()), cancel);
        _running[name] = running with { App = app, IsSettled = true };
        return null;
    }

    private Task<JsonObject> WriteStatusAsync(ObjectName name, JsonObject status, CancellationToken cancel) =>
        api.PatchAsync(KnownKinds.Pods, name, new Patch.Merge(new JsonObject { ["status"] = status }), "status", Writing, cancel);

    private void LetGo(ObjectName name, RunningPod running)
    {
        _running.Remove(name);
        _network.Release(running.Address);
        if (running.App is not { } app) return;
        var drained = app.DrainAsync(ServedAfterDeletion, down);
        _draining[drained] = true;
        _ = drained.ContinueWith(
            done => _draining.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }

    /// <param name="Uid">Of the pod that runs: another one may have taken its name.</param>
    /// <param name="Address">In the pod network.</param>
    /// <param name="Behaviour">Null where the template cannot be read.</param>
    /// <param name="ReadyAt">When its start is over.</param>
    /// <param name="IsSettled">Nothing more is to be done until the pod goes.</param>
    /// <param name="App">What listens, once it does.</param>
    private sealed record RunningPod(string Uid, string Address, AppBehaviour? Behaviour, DateTimeOffset ReadyAt, bool IsSettled,
        AppServer? App);
}
