using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Nodes;

/// <summary>Plays the scheduler: binds pods that have no Node, or says why it cannot.</summary>
/// <param name="api">The server.</param>
/// <param name="nodes">The Nodes there are, from a cache.</param>
/// <param name="pods">All pods, from a cache. What was bound a moment ago may not be in it yet.</param>
/// <param name="time">The clock.</param>
internal sealed class PodScheduler(ApiClient api, Func<IReadOnlyList<JsonObject>> nodes, Func<IReadOnlyList<JsonObject>> pods,
    TimeProvider time)
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan FirstList = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Assumed = TimeSpan.FromSeconds(30);
    private static readonly WriteOptions Writing = new("canary-sandbox-scheduler");

    private readonly Dictionary<string, (JsonObject Pod, DateTimeOffset At)> _assumed = [];
    private readonly EventWriter _events = new(api, "default-scheduler", time);

    /// <returns>The Node, or when to try again.</returns>
    public async Task<(string? Node, TimeSpan? Again)> BindAsync(JsonObject pod, CancellationToken cancel)
    {
        var known = nodes();
        // The cache has not seen the first list yet, or all Nodes are gone.
        if (known.Count == 0) return (null, FirstList);
        var placement = Placement.Choose(pod, known, Bound());
        if (placement.Node is not { } node)
        {
            await ExplainAsync(pod, placement.Problem!, cancel);
            return (null, Retry);
        }

        var name = ObjectName.Of(pod);
        var binding = new JsonObject
        {
            ["apiVersion"] = "v1",
            ["kind"] = "Binding",
            ["metadata"] = new JsonObject { ["name"] = name.Name, ["namespace"] = name.Namespace, ["uid"] = pod.Uid() },
            ["target"] = new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Node", ["name"] = node },
        };
        await api.CreateAsync(KnownKinds.Pods, name, "binding", binding, Writing, cancel);
        var bound = pod.Copy();
        bound["spec"]!["nodeName"] = node;
        _assumed[pod.Uid()] = (bound, time.GetUtcNow());
        return (node, null);
    }

    private List<JsonObject> Bound()
    {
        var bound = pods().Where(pod => !string.IsNullOrEmpty(pod.TextAt("spec", "nodeName"))).ToList();
        foreach (var pod in bound) _assumed.Remove(pod.Uid());
        var old = time.GetUtcNow() - Assumed;
        foreach (var uid in _assumed.Where(entry => entry.Value.At < old).Select(entry => entry.Key).ToList()) _assumed.Remove(uid);
        return [.. bound, .. _assumed.Values.Select(entry => entry.Pod)];
    }

    private async Task ExplainAsync(JsonObject pod, string problem, CancellationToken cancel)
    {
        if (StatusCondition.Find(pod, "PodScheduled").TextAt("message") == problem) return;
        var condition = StatusCondition.Build(pod, "PodScheduled", "False", "Unschedulable", problem, time.GetUtcNow());
        var status = new JsonObject { ["phase"] = "Pending", ["conditions"] = StatusCondition.Merge(pod, condition) };
        await api.WriteStatusAsync(KnownKinds.Pods, pod, status, Writing, cancel);
        await _events.WarnAsync(KnownKinds.Pods, pod, "FailedScheduling", problem, cancel);
    }
}
