using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Nodes;

/// <summary>Plays the node lifecycle controller, taint eviction and the collection of pods whose Node is gone.</summary>
/// <remarks>A Node that is marked as lost counts as unreachable at once, not after the 40 s that a real cluster waits for a
/// heartbeat.</remarks>
/// <param name="api">The server.</param>
/// <param name="pods">All pods, from a cache: each change of a bound one brings its Node here again.</param>
/// <param name="time">The clock.</param>
internal sealed class NodeReconciler(ApiClient api, Func<IReadOnlyList<JsonObject>> pods, TimeProvider time) : IReconciler
{
    private const string Unreachable = "node.kubernetes.io/unreachable";
    private static readonly WriteOptions Writing = new("canary-sandbox-nodes");
    private readonly EventWriter _events = new(api, "node-controller", time);

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        var there = pods().Where(pod => pod.TextAt("spec", "nodeName") == name.Name).ToList();
        if (await api.FindAsync(KnownKinds.Nodes, name, cancel) is not { } node)
        {
            if (SandboxNodes.Names.Contains(name.Name))
                foreach (var pod in there) await DeleteAsync(pod, TimeSpan.Zero, cancel);
            return null;
        }

        if (!NodeDocument.IsOwn(node)) return null;
        if (!NodeDocument.IsLost(node))
        {
            if (node.ItemsAt("spec", "taints").Any(taint => taint.TextAt("key") == Unreachable)) await RecoverAsync(node, cancel);
            return null;
        }

        var since = await MarkAsync(node, cancel);
        foreach (var pod in there) await MarkPodAsync(pod, cancel);
        return await EvictAsync(there, since, cancel);
    }

    private async Task<DateTimeOffset> MarkAsync(JsonObject node, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var taint = node.ItemsAt("spec", "taints")
            .FirstOrDefault(one => one.TextAt("key") == Unreachable && one.TextAt("effect") == "NoExecute");
        if (DateTimeOffset.TryParse(taint.TextAt("timeAdded"), CultureInfo.InvariantCulture, out var since)) return since;
        var condition = StatusCondition.Build(node, "Ready", "Unknown", "NodeStatusUnknown", NodeDocument.LostMessage, now);
        await api.WriteStatusAsync(KnownKinds.Nodes, node, new JsonObject { ["conditions"] = StatusCondition.Merge(node, condition) },
            Writing, cancel);
        await TaintAsync(node, new[] { "NoSchedule", "NoExecute" }.Select(effect =>
            new JsonObject { ["key"] = Unreachable, ["effect"] = effect, ["timeAdded"] = now.ToTimestamp() }), cancel);
        var told = $"Node {node.Name()} status is now: NodeNotReady";
        await _events.WriteAsync(KnownKinds.Nodes, node, "Normal", "NodeNotReady", told, cancel);
        return now;
    }

    private async Task RecoverAsync(JsonObject node, CancellationToken cancel)
    {
        var condition =
            StatusCondition.Build(node, "Ready", "True", "KubeletReady", "the sandbox plays a kubelet", time.GetUtcNow());
        await api.WriteStatusAsync(KnownKinds.Nodes, node, new JsonObject { ["conditions"] = StatusCondition.Merge(node, condition) },
            Writing, cancel);
        await TaintAsync(node, [], cancel);
    }

    private Task<JsonObject> TaintAsync(JsonObject node, IEnumerable<JsonObject> taints, CancellationToken cancel)
    {
        var others = node.ItemsAt("spec", "taints").Where(taint => taint.TextAt("key") != Unreachable).Select(taint => taint.DeepClone());
        var patch = new JsonObject { ["spec"] = new JsonObject { ["taints"] = new JsonArray([.. others, .. taints]) } };
        return api.PatchAsync(KnownKinds.Nodes, ObjectName.Of(node), new Patch.Merge(patch), null, Writing, cancel);
    }

    private async Task MarkPodAsync(JsonObject pod, CancellationToken cancel)
    {
        if (!StatusCondition.Holds(pod, "Ready")) return;
        var condition = StatusCondition.Find(pod, "Ready")!.DeepClone().AsObject();
        condition["status"] = "False";
        condition["lastTransitionTime"] = time.GetUtcNow().ToTimestamp();
        await api.WriteStatusAsync(KnownKinds.Pods, pod, new JsonObject { ["conditions"] = StatusCondition.Merge(pod, condition) }, Writing,
            cancel);
        await _events.WarnAsync(KnownKinds.Pods, pod, "NodeNotReady", "Node is not ready", cancel);
    }

    // A pod without toleration goes at once, one that tolerates for a time after it, one that tolerates without end never.
    private async Task<TimeSpan?> EvictAsync(List<JsonObject> there, DateTimeOffset since, CancellationToken cancel)
    {
        var taint = new JsonObject { ["key"] = Unreachable, ["effect"] = "NoExecute" };
        TimeSpan? next = null;
        foreach (var pod in there.Where(pod => !pod.IsTerminating()))
        {
            var toleration = Placement.Toleration(pod, taint);
            if (toleration is not null && toleration.NumberAt("tolerationSeconds") is null) continue;
            var left = since + TimeSpan.FromSeconds(toleration.NumberAt("tolerationSeconds") ?? 0) - time.GetUtcNow();
            if (left > TimeSpan.Zero) next = next is null || left < next ? left : next;
            else await DeleteAsync(pod, null, cancel);
        }

        return next;
    }

    private async Task DeleteAsync(JsonObject pod, TimeSpan? grace, CancellationToken cancel)
    {
        try
        {
            await api.DeleteAsync(KnownKinds.Pods, ObjectName.Of(pod), new DeleteOptions(Uid: pod.Uid(), GracePeriod: grace), cancel);
        }
        catch (ApiException gone) when (gone.IsNotFound || gone.IsConflict)
        {
            // The cache did not know yet that it is gone.
        }
    }
}
