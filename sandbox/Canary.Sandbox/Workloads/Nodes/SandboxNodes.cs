using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Nodes;

/// <summary>
/// The Nodes that the pods of the sandbox are bound to: the controllers of a real control plane leave pods without a Node out of
/// EndpointSlices, and evict those of a Node that sends no heartbeat.
/// </summary>
internal sealed class SandboxNodes(ApiClient api, TimeProvider time) : IAsyncDisposable
{
    // A Node that is silent for 40 s counts as lost.
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly WriteOptions Writing = new("canary-sandbox-kubelet");

    private readonly DateTimeOffset _readySince = time.GetUtcNow();

    /// <summary>How they are called.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Enumerable.Range(1, 3).Select(NodeDocument.NameOf)];

    /// <summary>Creates each where it is missing.</summary>
    /// <exception cref="ApiException">It may not be created.</exception>
    public async Task CreateAsync(CancellationToken cancel)
    {
        foreach (var name in Names) await CreateAsync(name, cancel);
    }

    /// <summary>Sends heartbeats until cancelled, and creates a Node again where somebody deleted it.</summary>
    public async Task RunAsync(CancellationToken cancel)
    {
        while (true)
        {
            foreach (var name in Names) await BeatAsync(name, cancel);
            await Task.Delay(Heartbeat, time, cancel);
        }
    }

    /// <summary>Takes the Nodes away that are the sandbox's: the control plane then deletes the pods that nobody runs any more.</summary>
    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(Patience, time);
        try
        {
            foreach (var name in Names)
            {
                if (await api.FindAsync(KnownKinds.Nodes, new ObjectName(null, name), limit.Token) is { } node && NodeDocument.IsOwn(node))
                    await api.DeleteAsync(KnownKinds.Nodes, ObjectName.Of(node), new DeleteOptions(Uid: node.Uid()), limit.Token);
            }
        }
        catch (Exception problem) when (problem is ApiException or OperationCanceledException)
        {
            // The server went first. Without heartbeats the Nodes count as lost.
        }
    }

    private async Task CreateAsync(string name, CancellationToken cancel)
    {
        try
        {
            await api.CreateAsync(KnownKinds.Nodes, null, NodeDocument.Build(name, time.GetUtcNow()), Writing, cancel);
        }
        catch (ApiException taken) when (taken.IsAlreadyExists)
        {
            // Left by an earlier run, or made by another sandbox: the heartbeat brings it back to life.
        }
    }

    private async Task BeatAsync(string name, CancellationToken cancel)
    {
        var node = new ObjectName(null, name);
        try
        {
            if (NodeDocument.IsLost(await api.GetAsync(KnownKinds.Nodes, node, cancel))) return;
            var status = NodeDocument.Status(name, _readySince, time.GetUtcNow());
            var patch = new Patch.Merge(new JsonObject { ["status"] = status });
            await api.PatchAsync(KnownKinds.Nodes, node, patch, "status", Writing, cancel);
        }
        catch (ApiException gone) when (gone.IsNotFound)
        {
            await CreateAsync(name, cancel);
        }
        catch (ApiException)
        {
            // The server is away or refuses for now: the next heartbeat tries again.
        }
    }
}
