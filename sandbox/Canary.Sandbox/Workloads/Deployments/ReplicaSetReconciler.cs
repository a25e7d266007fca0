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

namespace Canary.Sandbox.Workloads.Deployments;

/// <summary>Plays the ReplicaSet controller: as many pods as are wanted, and a count of those that work.</summary>
internal sealed class ReplicaSetReconciler(ApiClient api, TimeProvider time) : IReconciler
{
    private static readonly WriteOptions Writing = new("canary-sandbox-replicasets");

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(KnownKinds.ReplicaSets, name, cancel) is not { } set || set.IsTerminating()) return null;
        var pods = (await api.ControlledByAsync(set, KnownKinds.Pods, cancel))
            .Where(pod => !pod.IsTerminating() && pod.TextAt("status", "phase") is not ("Failed" or "Succeeded")).ToList();
        var missing = (set.NumberAt("spec", "replicas") ?? 1) - pods.Count;
        for (; missing > 0; missing--)
        {
            pods.Add(await api.CreateAsync(KnownKinds.Pods, set.Namespace(), ReplicaSetDocument.Pod(set), Writing, cancel));
        }

        foreach (var pod in Spare(pods, -missing).ToList())
        {
            await api.DeleteAsync(KnownKinds.Pods, ObjectName.Of(pod), new DeleteOptions(Uid: pod.Uid()), cancel);
            pods.Remove(pod);
        }

        return await WriteStatusAsync(set, pods, cancel);
    }

    // Kubernetes' order: what does not work yet goes first, then the youngest.
    private static IEnumerable<JsonObject> Spare(List<JsonObject> pods, int count) =>
        pods.OrderBy(pod => ReadySince(pod) is not null)
        .ThenByDescending(pod => pod.TextAt("metadata", "creationTimestamp"), StringComparer.Ordinal)
            .Take(Math.Max(0, count));

    private async Task<TimeSpan?> WriteStatusAsync(JsonObject set, List<JsonObject> pods, CancellationToken cancel)
    {
        var wait = TimeSpan.FromSeconds(set.NumberAt("spec", "minReadySeconds") ?? 0);
        var now = time.GetUtcNow();
        var ready = pods.Select(ReadySince).OfType<DateTimeOffset>().ToList();
        var labels = set.TextsAt("spec", "template", "metadata", "labels");
        var labelled = pods.Count(pod => labels.All(label => pod.Labels().TryGetValue(label.Key, out var value) && value == label.Value));
        await api.WriteStatusAsync(KnownKinds.ReplicaSets, set, new JsonObject
        {
            ["replicas"] = pods.Count,
            ["fullyLabeledReplicas"] = labelled,
            ["readyReplicas"] = ready.Count,
            ["availableReplicas"] = ready.Count(since => now - since >= wait),
            ["observedGeneration"] = set.NumberAt("metadata", "generation") ?? 1,
        }, Writing, cancel);
        var waiting = ready.Where(since => now - since < wait).ToList();
        return waiting.Count == 0 ? null : waiting.Min() + wait - now;
    }

    private static DateTimeOffset? ReadySince(JsonObject pod)
    {
        var ready = pod.ItemsAt("status", "conditions")
            .FirstOrDefault(condition => condition.TextAt("type") == "Ready" && condition.TextAt("status") == "True");
        if (ready is null) return null;
        var isKnown = DateTimeOffset.TryParse(ready.TextAt("lastTransitionTime"), CultureInfo.InvariantCulture, out var since);
        return isKnown ? since : DateTimeOffset.MinValue;
    }
}
