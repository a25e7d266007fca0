using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Nodes;
using Canary.Sandbox.Workloads.Reconciling;
using Canary.Sandbox.Workloads.Revisions;

namespace Canary.Sandbox.Workloads.DaemonSets;

/// <summary>Plays the DaemonSet controller.</summary>
/// <param name="api">The server.</param>
/// <param name="nodes">The Nodes there are, from a cache: each change of one brings the DaemonSets here again.</param>
/// <param name="time">The clock.</param>
internal sealed class DaemonSetReconciler(ApiClient api, Func<IReadOnlyList<JsonObject>> nodes, TimeProvider time) : IReconciler
{
    private static readonly TimeSpan Refused = TimeSpan.FromSeconds(5);
    private static readonly WriteOptions Writing = new("canary-sandbox-daemonsets");
    private readonly RevisionHistory _history = new(api, KnownKinds.DaemonSets, DaemonSetPod.RevisionLabel, Writing);
    private readonly EventWriter _events = new(api, "daemonset-controller", time);

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(KnownKinds.DaemonSets, name, cancel) is not { } set || set.IsTerminating()) return null;
        var revisions = await _history.SyncAsync(set, cancel);
        var hash = revisions[^1].Labels()[DaemonSetPod.RevisionLabel];
        var pods = await api.ClaimAsync(KnownKinds.DaemonSets, set, KnownKinds.Pods, Writing, cancel);
        var wait = TimeSpan.FromSeconds(set.NumberAt("spec", "minReadySeconds") ?? 0);
        var probe = DaemonSetPod.Build(set, hash, null);
        var suitable = nodes().Where(node => Placement.Suits(probe, node)).Select(node => node.Name())
            .Order(StringComparer.Ordinal).ToList();
        var (created, deleted) = Plan(set, suitable).Next([.. pods.Select(pod => Read(pod, hash, wait))]);
        foreach (var pod in pods.Where(pod => deleted.Contains(pod.Name())).ToList())
        {
            await api.DeleteAsync(KnownKinds.Pods, ObjectName.Of(pod), new DeleteOptions(Uid: pod.Uid()), cancel);
            pods.Remove(pod);
        }

        var isRefused = !await CreateAsync(set, created, hash, pods, cancel);
        await WriteStatusAsync(set, suitable, [.. pods.Where(PodReadiness.IsActive)], hash, wait, cancel);
        var used = revisions.Where(revision => pods.Any(pod => HashOf(pod) == revision.Labels()[DaemonSetPod.RevisionLabel]))
            .Append(revisions[^1]).Select(revision => revision.Name());
        await _history.ForgetAsync(set, revisions, used.ToHashSet(), cancel);
        return isRefused ? Refused : PodReadiness.UntilAvailable(pods, wait, time.GetUtcNow());
    }

    private static DaemonSetPlan Plan(JsonObject set, List<string> suitable)
    {
        var strategy = set.At("spec", "updateStrategy");
        var surge = IntOrPercent.Resolve(strategy.At("rollingUpdate", "maxSurge") ?? 0, suitable.Count, Math.Ceiling);
        var unavailable = IntOrPercent.Resolve(strategy.At("rollingUpdate", "maxUnavailable") ?? 1, suitable.Count, Math.Ceiling);
        return new DaemonSetPlan(suitable, strategy.TextAt("type") != "OnDelete", unavailable, surge);
    }

    // False where the server refuses a pod, as a quota does.
    private async Task<bool> CreateAsync(JsonObject set, IReadOnlyList<string> created, string hash, List<JsonObject> pods,
        CancellationToken cancel)
    {
        try
        {
            foreach (var node in created)
            {
                var pod = DaemonSetPod.Build(set, hash, node);
                pods.Add(await api.CreateAsync(KnownKinds.Pods, set.Namespace(), pod, Writing, cancel));
            }

            return true;
        }
        catch (ApiException refused) when (refused.IsForbidden || refused.IsInvalid)
        {
            await _events.WarnAsync(KnownKinds.DaemonSets, set, "FailedCreate", $"Error creating: {refused.Status.Message}", cancel);
            return false;
        }
    }

    private DaemonPod Read(JsonObject pod, string hash, TimeSpan wait) => new(
        pod.Name(), DaemonSetPod.NodeOf(pod), HashOf(pod) == hash, PodReadiness.IsAvailable(pod, wait, time.GetUtcNow()),
        pod.IsTerminating(), pod.TextAt("status", "phase") is "Failed" or "Succeeded");

    private Task WriteStatusAsync(JsonObject set, List<string> suitable, List<JsonObject> active, string hash, TimeSpan wait,
        CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        var byNode = active.ToLookup(DaemonSetPod.NodeOf);
        var wanted = suitable.Select(node => byNode[node]).ToList();
        var available = wanted.Count(pods => pods.Any(pod => PodReadiness.IsAvailable(pod, wait, now)));
        return api.WriteStatusAsync(KnownKinds.DaemonSets, set, new JsonObject
        {
            ["observedGeneration"] = set.NumberAt("metadata", "generation") ?? 1,
            ["desiredNumberScheduled"] = suitable.Count,
            ["currentNumberScheduled"] = wanted.Count(pods => pods.Any()),
            ["numberMisscheduled"] = byNode.Count(pods => !suitable.Contains(pods.Key)),
            ["numberReady"] = wanted.Count(pods => pods.Any(PodReadiness.IsReady)),
            ["updatedNumberScheduled"] = wanted.Count(pods => pods.Any(pod => HashOf(pod) == hash)),
            ["numberAvailable"] = available,
            ["numberUnavailable"] = suitable.Count - available,
        }, Writing, cancel);
    }

    private static string? HashOf(JsonObject pod) => pod.Labels().GetValueOrDefault(DaemonSetPod.RevisionLabel);
}
