using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Nodes;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>Plays the kubelets: runs the service of each pod, writes its status, and lets it go when the pod goes.</summary>
/// <param name="api">The server.</param>
/// <param name="scheduler">Binds what has no Node.</param>
/// <param name="isCutOff">Whether a Node is marked as lost: nothing is heard of it then.</param>
/// <param name="seed">Of every draw by lot.</param>
/// <param name="time">The clock.</param>
/// <param name="down">Ends the draining of pods that were let go.</param>
internal sealed class PodReconciler(ApiClient api, PodScheduler scheduler, Func<string, bool> isCutOff, long seed, TimeProvider time,
    CancellationToken down) : IReconciler, IAsyncDisposable
{
    // Long enough for the mesh to hear that the endpoint is gone.
    private static readonly TimeSpan ServedAfterDeletion = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan MissingPause = TimeSpan.FromSeconds(1);
    private static readonly WriteOptions Writing = new("canary-sandbox-kubelet");
    private static readonly string[] UnpullableTags = ["broken", "unpullable"];

    private readonly Dictionary<ObjectName, RunningPod> _running = [];
    private readonly ConcurrentDictionary<Task, bool> _draining = [];
    private readonly PodNetwork _network = new();
    private readonly EventWriter _events = new(api, "kubelet", time);

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        var pod = await api.FindAsync(KnownKinds.Pods, name, cancel);
        if (_running.TryGetValue(name, out var running) && (pod is null || pod.Uid() != running.Uid)) await LetGoAsync(name, running);
        if (pod is null) return null;
        if (string.IsNullOrEmpty(pod.TextAt("spec", "nodeName")))
        {
            // A pod that is gated may not be bound yet.
            if (pod.IsTerminating() || pod.ItemsAt("spec", "schedulingGates").Any()) return null;
            var (node, again) = await scheduler.BindAsync(pod, cancel);
            if (node is null) return again;
            pod["spec"]!["nodeName"] = node;
        }

        // A pod of another Node is run by that one.
        if (!SandboxNodes.Names.Contains(pod.TextAt("spec", "nodeName"))) return null;
        if (isCutOff(pod.TextAt("spec", "nodeName")!)) return await CutOffAsync(name);
        if (pod.IsTerminating()) return await DrainAsync(name, pod, cancel);
        if (!_running.TryGetValue(name, out running)) return await AdmitAsync(name, pod, cancel);
        return running.IsSettled ? null : await ContinueAsync(name, running, pod, cancel);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var running in _running.Values)
        {
            if (running.App is { } app) await app.DisposeAsync();
        }

        await Task.WhenAll(_draining.Keys);
    }

    // The machine answers nobody. When it is back, its containers are started anew.
    private async Task<TimeSpan?> CutOffAsync(ObjectName name)
    {
        if (!_running.Remove(name, out var running)) return null;
        if (running.App is { } app) await app.DisposeAsync();
        return null;
    }

    private async Task<TimeSpan?> DrainAsync(ObjectName name, JsonObject pod, CancellationToken cancel)
    {
        if (_running.TryGetValue(name, out var running))
        {
            var now = time.GetUtcNow();
            var since = running.DrainsSince ?? now;
            var end = since + (running.App is null ? TimeSpan.Zero : running.Behaviour?.DrainDelay ?? TimeSpan.Zero);
            var killed = DateTimeOffset.TryParse(pod.TextAt("metadata", "deletionTimestamp"), CultureInfo.InvariantCulture, out var at) ? at
                : end;
            if (killed < end) end = killed;
            _running[name] = running = running with { DrainsSince = since };
            if (end > now) return end - now;
            await LetGoAsync(name, running);
        }

        await api.DeleteAsync(KnownKinds.Pods, name, new DeleteOptions(Uid: pod.Uid(), GracePeriod: TimeSpan.Zero), cancel);
        return null;
    }

    private async Task<TimeSpan?> AdmitAsync(ObjectName name, JsonObject pod, CancellationToken cancel)
    {
        var (resolved, missing) = await ContainerEnvironment.ResolveAsync(api, pod, cancel);
        if (missing is not null) return await AwaitConfigurationAsync(name, pod, missing, cancel);
        var (behaviour, problem) = AppBehaviour.Read(resolved);
        var address = _network.Take(pod.TextAt("status", "podIP"));
        var image = pod.ItemsAt("spec", "containers").Select(container => container.TextAt("image") ?? "")
            .FirstOrDefault(image => UnpullableTags.Contains(AppBehaviour.TagOf(image)));
        var now = time.GetUtcNow();
        var status = image is not null ? PodStatus.Waiting(pod, address, "ImagePullBackOff",
            $"Back-off pulling image \"{image}\": the sandbox takes the tags broken and unpullable for images that are not there", now)
            : problem is not null ? PodStatus.Waiting(pod, address, "CreateContainerConfigError", problem, now)
            : PodStatus.Creating(pod, address, now);
        await WriteStatusAsync(name, status, cancel);
        if (image is not null)
            await _events.WarnAsync(KnownKinds.Pods, pod, "Failed", "Error: ImagePullBackOff", cancel);
        var isStuck = image is not null || behaviour is null;
        _running[name] = new RunningPod(pod.Uid(), address, behaviour, now, isStuck);
        return isStuck ? null : _running[name].Due - now;
    }

    // The kubelet tries again until it is there.
    private async Task<TimeSpan?> AwaitConfigurationAsync(ObjectName name, JsonObject pod, string missing, CancellationToken cancel)
    {
        if (pod.ItemsAt("status", "containerStatuses").FirstOrDefault().TextAt("state", "waiting", "message") != missing)
        {
            var address = _network.Take(pod.TextAt("status", "podIP"));
            await WriteStatusAsync(name, PodStatus.Waiting(pod, address, "CreateContainerConfigError", missing, time.GetUtcNow()), cancel);
            _network.Release(address);
            await _events.WarnAsync(KnownKinds.Pods, pod, "Failed", $"Error: {missing}", cancel);
        }

        return MissingPause;
    }

    private async Task<TimeSpan?> ContinueAsync(ObjectName name, RunningPod running, JsonObject pod, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        if (running.Due > now) return running.Due - now;
        if (running.IsBackingOff) return await RestartAsync(name, running with { IsBackingOff = false, StartedAt = now }, pod, cancel);
        if (running.CrashesAt <= now) return await CrashAsync(name, running, pod, cancel);
        return await StartAsync(name, running, pod, cancel);
    }

    private async Task<TimeSpan?> StartAsync(ObjectName name, RunningPod running, JsonObject pod, CancellationToken cancel)
    {
        // The seed of a pod depends on its name alone, so that a second run with the same names fails the same requests.
        var app = running.App
            ?? await AppServer.StartAsync(name.Name, running.Behaviour!, seed ^ StableHash.Compute(name.Name), time, cancel);
        _running[name] = running = running with { App = app };
        var annotations = new JsonObject { [PodNetwork.AddressAnnotation] = app.Address };
        var annotation = new JsonObject { ["metadata"] = new JsonObject { ["uid"] = pod.Uid(), ["annotations"] = annotations } };
        await api.PatchAsync(KnownKinds.Pods, name, new Patch.Merge(annotation), null, Writing, cancel);
        var isReady = pod.TextAt("metadata", "annotations", SandboxAnnotations.NeverReady) != "true";
        var now = time.GetUtcNow();
        await WriteStatusAsync(name, PodStatus.Running(pod, running.Address, isReady, running.StartedAt, now, running.Crash), cancel);
        _running[name] = running = running with { HasStarted = true, IsSettled = running.CrashesAt is null };
        return running.IsSettled ? null : running.Due - now;
    }

    private async Task<TimeSpan?> CrashAsync(ObjectName name, RunningPod running, JsonObject pod, CancellationToken cancel)
    {
        if (running.App is { } app) await app.DisposeAsync();
        var now = time.GetUtcNow();
        var crash = ContainerCrash.After(running.Crash, running.StartedAt, now);
        _running[name] = running = running with { App = null, Crash = crash, HasStarted = false, StartedAt = now };
        if (crash.BackOff == TimeSpan.Zero) return await RestartAsync(name, running, pod, cancel);
        _running[name] = running = running with { IsBackingOff = true };
        await WriteStatusAsync(name, PodStatus.BackingOff(pod, running.Address, crash, crash.BackOff, now), cancel);
        await _events.WarnAsync(KnownKinds.Pods, pod, "BackOff",
            $"Back-off restarting failed container in pod {name.Name}_{name.Namespace}({pod.Uid()})", cancel);
        return crash.BackOff;
    }

    private async Task<TimeSpan?> RestartAsync(ObjectName name, RunningPod running, JsonObject pod, CancellationToken cancel)
    {
        _running[name] = running;
        var now = time.GetUtcNow();
        await WriteStatusAsync(name, PodStatus.Running(pod, running.Address, false, running.StartedAt, now, running.Crash), cancel);
        return running.Due > now ? running.Due - now : TimeSpan.Zero;
    }

    private Task<JsonObject> WriteStatusAsync(ObjectName name, JsonObject status, CancellationToken cancel) =>
        api.PatchAsync(KnownKinds.Pods, name, new Patch.Merge(new JsonObject { ["status"] = status }), "status", Writing, cancel);

    private async Task LetGoAsync(ObjectName name, RunningPod running)
    {
        _running.Remove(name);
        _network.Release(running.Address);
        if (running.App is not { } app) return;
        // One that has drained is done; any other may still be asked by those who do not know.
        if (running.DrainsSince is not null && running.Behaviour!.DrainDelay > TimeSpan.Zero)
        {
            await app.DisposeAsync();
            return;
        }

        var drained = app.DrainAsync(ServedAfterDeletion, down);
        _draining[drained] = true;
        _ = drained.ContinueWith(
            done => _draining.TryRemove(done, out _), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
    }
}
