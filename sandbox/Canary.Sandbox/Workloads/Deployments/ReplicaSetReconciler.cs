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

namespace Canary.Sandbox.Workloads.Deployments;

/// <summary>Plays the ReplicaSet controller: as many pods as are wanted, and a count of those that work.</summary>
internal sealed class ReplicaSetReconciler(ApiClient api, TimeProvider time) : IReconciler
{
    public const string Failure = "ReplicaFailure";
    private static readonly TimeSpan Refused = TimeSpan.FromSeconds(1);
    private static readonly WriteOptions Writing = new("canary-sandbox-replicasets");
    private readonly EventWriter _events = new(api, "replicaset-controller", time);

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(KnownKinds.ReplicaSets, name, cancel) is not { } set || set.IsTerminating()) return null;
        var pods = (await api.ClaimAsync(KnownKinds.ReplicaSets, set, KnownKinds.Pods, Writing, cancel))
            .Where(PodReadiness.IsActive).ToList();
        var missing = (set.NumberAt("spec", "replicas") ?? 1) - pods.Count;
        var problem = missing > 0 ? await CreateAsync(set, pods, missing, cancel) : null;
        foreach (var pod in Spare(pods, -missing).ToList())
        {
            await api.DeleteAsync(KnownKinds.Pods, ObjectName.Of(pod), new DeleteOptions(Uid: pod.Uid()), cancel);
            pods.Remove(pod);
        }

        var again = await WriteStatusAsync(set, pods, problem, cancel);
        return problem is null ? again : again < Refused ? again : Refused;
    }

    /// <returns>Why no more could be created; null where all were.</returns>
    private async Task<string?> CreateAsync(JsonObject set, List<JsonObject> pods, int missing, CancellationToken cancel)
    {
        try
        {
            for (; missing > 0; missing--)
                pods.Add(await api.CreateAsync(KnownKinds.Pods, set.Namespace(), ReplicaSetDocument.Pod(set), Writing, cancel));
            return null;
        }
        catch (ApiException refused) when (refused.IsForbidden || refused.IsInvalid)
        {
            // Once: each attempt has another name in its message.
            if (!StatusCondition.Holds(set, Failure))
                await _events.WarnAsync(KnownKinds.ReplicaSets, set, "FailedCreate", $"Error creating: {refused.Status.Message}", cancel);
            return refused.Status.Message;
        }
    }

    // Kubernetes' order: what has no Node goes first, then what does not work yet, then the youngest.
    private static IEnumerable<JsonObject> Spare(List<JsonObject> pods, int count) =>
        pods.OrderBy(pod => !string.IsNullOrEmpty(pod.TextAt("spec", "nodeName"))).ThenBy(PodReadiness.IsReady)
        .ThenByDescending(pod => pod.TextAt("metadata", "creationTimestamp"), StringComparer.Ordinal)
            .Take(Math.Max(0, count));

    private async Task<TimeSpan?> WriteStatusAsync(JsonObject set, List<JsonObject> pods, string? problem, CancellationToken cancel)
    {
        var wait = TimeSpan.FromSeconds(set.NumberAt("spec", "minReadySeconds") ?? 0);
        var now = time.GetUtcNow();
        var labels = set.TextsAt("spec", "template", "metadata", "labels");
        var labelled = pods.Count(pod => labels.All(label => pod.Labels().TryGetValue(label.Key, out var value) && value == label.Value));
        // The message names a pod that never came, by another name each time: a status that follows it would change for ever.
        var condition = problem is null ? null : StatusCondition.Holds(set, Failure) ? StatusCondition.Find(set, Failure)!.DeepClone()
            : StatusCondition.Build(set, Failure, "True", "FailedCreate", problem, now);
        await api.WriteStatusAsync(KnownKinds.ReplicaSets, set, new JsonObject
        {
            ["replicas"] = pods.Count,
            ["fullyLabeledReplicas"] = labelled,
            ["readyReplicas"] = pods.Count(PodReadiness.IsReady),
            ["availableReplicas"] = pods.Count(pod => PodReadiness.IsAvailable(pod, wait, now)),
            ["observedGeneration"] = set.NumberAt("metadata", "generation") ?? 1,
            ["conditions"] = condition is null ? null : new JsonArray(condition),
        }, Writing, cancel);
        return PodReadiness.UntilAvailable(pods, wait, now);
    }
}
