using System;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Pods;

/// <summary>
/// The Node that the pods of the sandbox are bound to: the controllers of a real control plane leave pods without a Node out of
/// EndpointSlices, and evict those of a Node that sends no heartbeat.
/// </summary>
internal sealed class SandboxNode(ApiClient api, TimeProvider time) : IAsyncDisposable
{
    public const string Name = "canary-sandbox";

    private const string OwnLabel = "app.kubernetes.io/managed-by";

    // A Node that is silent for 40 s counts as lost.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly WriteOptions Writing = new("canary-sandbox-kubelet");
    private static readonly ObjectName Object = new(null, Name);

    private readonly DateTimeOffset _readySince = time.GetUtcNow();

    /// <summary>Creates it where it is missing.</summary>
    /// <exception cref="ApiException">It may not be created.</exception>
    public async Task CreateAsync(CancellationToken cancel)
    {
        try
        {
            await api.CreateAsync(KnownKinds.Nodes, null, Document(), Writing, cancel);
        }
        catch (ApiException taken) when (taken.IsAlreadyExists)
        {
            // Left by an earlier run, or made by another sandbox: the heartbeat brings it back to life.
        }
    }

    /// <summary>Sends heartbeats until cancelled, and creates the Node again where somebody deleted it.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await api.PatchAsync(KnownKinds.Nodes, Object, new Patch.Merge(new JsonObject { ["status"] = Status() }), "status", Writing,
                    cancel);
            }
            catch (ApiException gone) when (gone.IsNotFound)
            {
                await CreateAsync(cancel);
            }
            catch (ApiException)
            {
                // The server is away or refuses for now: the next heartbeat tries again.
            }

            await Task.Delay(Heartbeat, time, cancel);
        }
    }

    /// <summary>Binds a pod that has no Node, as a scheduler does.</summary>
    public async Task BindAsync(JsonObject pod, CancellationToken cancel)
    {
        var name = ObjectName.Of(pod);
        var binding = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Binding",
            ["metadata"] = new JsonObject { ["name"] = name.Name, ["namespace"] = name.Namespace, ["uid"] = pod.Uid() },
            ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = Name },
        };
        await api.CreateAsync(KnownKinds.Pods, name, "binding", binding, Writing, cancel);
    }

    /// <summary>Takes the Node away, if it is the sandbox's: the control plane then deletes the pods that nobody runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            if (await api.FindAsync(KnownKinds.Nodes, Object, limit.Token) is { } node && node.Labels().TryGetValue(OwnLabel, out var owner)
                && owner == Name)
                await api.DeleteAsync(KnownKinds.Nodes, Object, new DeleteOptions(Uid: node.Uid()), limit.Token);
        }
        catch (Exception problem) when (problem is ApiException or OperationCanceledException)
        {
            // The server went first. Without heartbeats the Node counts as lost.
        }
    }

    private JsonObject Document() => new()
    {
        ["apiVersion"] = "v1",
        ["kind"] = "Node",
        ["metadata"] = new JsonObject
        {
            ["name"] = Name,
            ["labels"] = new JsonObject { [OwnLabel] = Name, ["kubernetes.io/hostname"] = Name, ["kubernetes.io/os"] = "linux" },
        },
        ["status"] = Status(),
    };

    private JsonObject Status()
    {
        var now = PodStatus.Text(time.GetUtcNow());
        return new JsonObject
        {
            ["capacity"] = Resources(),
            ["allocatable"] = Resources(),
            ["addresses"] = new JsonArray(
                new JsonObject { ["type"] = "InternalIP", ["address"] = PodStatus.HostAddress },
                new JsonObject { ["type"] = "Hostname", ["address"] = Name }),
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready",
                ["status"] = "True",
                ["reason"] = "KubeletReady",
                ["message"] = "the sandbox plays a kubelet",
                ["lastHeartbeatTime"] = now,
                ["lastTransitionTime"] = PodStatus.Text(_readySince),
            }),
        };
    }

    private static JsonObject Resources() => new() { ["cpu"] = "64", ["memory"] = "256Gi", ["pods"] = "1000" };
}
