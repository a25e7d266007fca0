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
using Canary.Sandbox.Workloads.Revisions;

namespace Canary.Sandbox.Workloads.StatefulSets;

/// <summary>Plays the StatefulSet controller. It makes no volumes.</summary>
internal sealed class StatefulSetReconciler(ApiClient api, TimeProvider time) : IReconciler
{
    private static readonly TimeSpan Refused = TimeSpan.FromSeconds(1);
    private static readonly WriteOptions Writing = new("canary-sandbox-statefulsets");
    private readonly RevisionHistory _history = new(api, KnownKinds.StatefulSets, "controller.kubernetes.io/hash", Writing);
    private readonly EventWriter _events = new(api, "statefulset-controller", time);

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(KnownKinds.StatefulSets, name, cancel) is not { } set || set.IsTerminating()) return null;
        var revisions = await _history.SyncAsync(set, cancel);
        var update = revisions[^1].Name();
        var current = revisions.FirstOrDefault(revision => revision.Name() == set.TextAt("status", "currentRevision"))?.Name() ?? update;
        var pods = (await api.ClaimAsync(KnownKinds.StatefulSets, set, KnownKinds.Pods, Writing, cancel))
            .Where(pod => OrdinalOf(set, pod) is not null).ToList();
        var plan = Plan(set, current, update);
        var wait = TimeSpan.FromSeconds(set.NumberAt("spec", "minReadySeconds") ?? 0);
        var (created, deleted) = plan.Next([.. pods.Select(pod => Read(set, pod, wait))]);
        var isRefused = !await CreateAsync(set, created, revisions, pods, cancel);
        foreach (var gone in deleted)
        {
            var pod = pods.First(pod => OrdinalOf(set, pod) == gone.Ordinal);
            await api.DeleteAsync(KnownKinds.Pods, ObjectName.Of(pod), new DeleteOptions(Uid: pod.Uid()), cancel);
            pods.Remove(pod);
        }

        await WriteStatusAsync(set, plan, pods, wait, cancel);
        var used = pods.Select(pod => pod.Labels().GetValueOrDefault(StatefulSetPod.RevisionLabel) ?? "").Append(current).Append(update);
        await _history.ForgetAsync(set, revisions, used.ToHashSet(), cancel);
        return isRefused ? Refused : PodReadiness.UntilAvailable(pods, wait, time.GetUtcNow());
    }

    private static StatefulSetPlan Plan(JsonObject set, string current, string update)
    {
        var strategy = set.At("spec", "updateStrategy");
        return new StatefulSetPlan(set.NumberAt("spec", "ordinals", "start") ?? 0, set.NumberAt("spec", "replicas") ?? 1,
            set.TextAt("spec", "podManagementPolicy") != "Parallel", strategy.TextAt("type") != "OnDelete",
            strategy.NumberAt("rollingUpdate", "partition") ?? 0, current, update);
    }

    // False where the server refuses a pod, as a quota does.
    private async Task<bool> CreateAsync(JsonObject set, IReadOnlyList<StatefulSetPlan.Creation> created,
        IReadOnlyList<JsonObject> revisions, List<JsonObject> pods, CancellationToken cancel)
    {
        foreach (var (ordinal, revision) in created)
        {
            var template = RevisionHistory.TemplateOf(revisions.First(one => one.Name() == revision));
            var pod = StatefulSetPod.Build(set, template, ordinal, revision);
            try
            {
                pods.Add(await api.CreateAsync(KnownKinds.Pods, set.Namespace(), pod, Writing, cancel));
            }
            catch (ApiException refused) when (refused.IsForbidden || refused.IsInvalid)
            {
                await _events.WarnAsync(KnownKinds.StatefulSets, set, "FailedCreate",
                    $"create Pod {pod.Name()} in StatefulSet {set.Name()} failed error: {refused.Status.Message}", cancel);
                return false;
            }
        }

        return true;
    }

    private StatefulPod Read(JsonObject set, JsonObject pod, TimeSpan wait) => new(
        OrdinalOf(set, pod)!.Value, pod.Labels().GetValueOrDefault(StatefulSetPod.RevisionLabel) ?? "",
        PodReadiness.IsAvailable(pod, wait, time.GetUtcNow()), pod.IsTerminating(),
        pod.TextAt("status", "phase") is "Failed" or "Succeeded");

    private Task WriteStatusAsync(JsonObject set, StatefulSetPlan plan, List<JsonObject> pods, TimeSpan wait, CancellationToken cancel)
    {
        var active = pods.Where(PodReadiness.IsActive).ToList();
        var ready = active.Count(PodReadiness.IsReady);
        var updated = active.Count(pod => IsOf(pod, plan.UpdateRevision));
        var current = active.Count(pod => IsOf(pod, plan.CurrentRevision));
        // The update is over: its revision is the current one from now on.
        var isComplete = plan.IsRolling && updated == pods.Count && ready == pods.Count;
        return api.WriteStatusAsync(KnownKinds.StatefulSets, set, new JsonObject
        {
            ["observedGeneration"] = set.NumberAt("metadata", "generation") ?? 1,
            ["replicas"] = pods.Count,
            ["readyReplicas"] = ready,
            ["availableReplicas"] = active.Count(pod => PodReadiness.IsAvailable(pod, wait, time.GetUtcNow())),
            ["currentReplicas"] = isComplete ? updated : current,
            ["updatedReplicas"] = updated,
            ["currentRevision"] = isComplete ? plan.UpdateRevision : plan.CurrentRevision,
            ["updateRevision"] = plan.UpdateRevision,
            ["collisionCount"] = 0,
        }, Writing, cancel);
    }

    private static bool IsOf(JsonObject pod, string revision) => pod.Labels().GetValueOrDefault(StatefulSetPod.RevisionLabel) == revision;

    private static int? OrdinalOf(JsonObject set, JsonObject pod) =>
        pod.Name().StartsWith($"{set.Name()}-", StringComparison.Ordinal)
        && int.TryParse(pod.Name()[(set.Name().Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? ordinal : null;
}
