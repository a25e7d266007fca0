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

namespace Canary.Sandbox.Workloads.Deployments;

/// <summary>Plays the Deployment controller: one ReplicaSet a template, the newest takes over step by step.</summary>
internal sealed class DeploymentReconciler(ApiClient api, TimeProvider time) : IReconciler
{
    private const string RevisionAnnotation = "deployment.kubernetes.io/revision";
    private static readonly WriteOptions Writing = new("canary-sandbox-deployments");

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(KnownKinds.Deployments, name, cancel) is not { } deployment || deployment.IsTerminating()) return null;
        var sets = await api.ClaimAsync(KnownKinds.Deployments, deployment, KnownKinds.ReplicaSets, Writing, cancel);
        var current = sets.Where(set => PodTemplate.AreEqual(set.At("spec", "template"), deployment.At("spec", "template")))
            .MinBy(set => set.TextAt("metadata", "creationTimestamp"));
        var isPaused = deployment.FlagAt("spec", "paused") == true;
        if (isPaused || ProportionalScaling.IsDue(deployment, sets))
            await ApplyAsync(deployment, ProportionalScaling.Next(deployment, current, sets), sets, cancel);
        if (!isPaused)
        {
            current ??= await CreateAsync(deployment, sets, cancel);
            if (!sets.Any(set => set.Name() == current.Name())) sets.Add(current);
            await MarkRevisionAsync(deployment, current, sets, cancel);
            current = sets.First(set => set.Name() == current.Name());
            await ScaleAsync(deployment, current, sets, cancel);
            await ForgetOldAsync(deployment, current, sets, cancel);
        }

        return await WriteStatusAsync(deployment, current, sets, cancel);
    }

    private async Task<JsonObject> CreateAsync(JsonObject deployment, List<JsonObject> sets, CancellationToken cancel)
    {
        for (var collisions = 0; ; collisions++)
        {
            var hash = PodTemplate.HashOf(deployment.At("spec", "template"), collisions);
            try
            {
                return await api.CreateAsync(KnownKinds.ReplicaSets, deployment.Namespace(),
                    ReplicaSetDocument.Build(deployment, hash, InitialSize(deployment, sets)), Writing, cancel);
            }
            catch (ApiException taken) when (taken.IsAlreadyExists && collisions < 10)
            {
                // The name belongs to another template with the same hash, or to a set that is being deleted.
            }
        }
    }

    private static int InitialSize(JsonObject deployment, List<JsonObject> sets)
    {
        var update = RollingUpdate.Read(deployment);
        var there = sets.Sum(set => set.NumberAt("spec", "replicas") ?? 0);
        if (deployment.TextAt("spec", "strategy", "type") == "Recreate") return there == 0 ? update.Replicas : 0;
        return Math.Clamp(update.Replicas + update.MaxSurge - there, 0, update.Replicas);
    }

    private async Task ScaleAsync(JsonObject deployment, JsonObject current, List<JsonObject> sets, CancellationToken cancel)
    {
        var old = sets.Where(set => set.Name() != current.Name())
            .OrderBy(set => set.TextAt("metadata", "creationTimestamp"), StringComparer.Ordinal)
            .ToList();
        var update = RollingUpdate.Read(deployment);
        var next = deployment.TextAt("spec", "strategy", "type") == "Recreate"
            ? Recreate(update, Size(current), old)
            : update.Next(Size(current), [.. old.Select(Size)]);
        await ApplyAsync(deployment, next, sets, cancel);
    }

    // A set whose size is right may still carry the size that the Deployment had before.
    private async Task ApplyAsync(JsonObject deployment, IReadOnlyDictionary<string, int> next, List<JsonObject> sets,
        CancellationToken cancel)
    {
        var annotations = ReplicaSetDocument.SizeAnnotations(RollingUpdate.Read(deployment));
        foreach (var set in sets.ToList())
        {
            var size = next.TryGetValue(set.Name(), out var changed) ? changed : set.NumberAt("spec", "replicas") ?? 0;
            var isMarked = annotations.All(entry => set.TextAt("metadata", "annotations", entry.Key) == entry.Value!.GetValue<string>());
            if (size == set.NumberAt("spec", "replicas") && (isMarked || size == 0)) continue;
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = annotations.DeepClone() },
                ["spec"] = new JsonObject { ["replicas"] = size },
            };
            sets[sets.FindIndex(entry => entry.Name() == set.Name())] =
                await api.PatchAsync(KnownKinds.ReplicaSets, ObjectName.Of(set), new Patch.Merge(patch), null, Writing, cancel);
        }
    }

    private static Dictionary<string, int> Recreate(RollingUpdate update, SetSize current, List<JsonObject> old)
    {
        var left = old.Where(set => set.NumberAt("spec", "replicas") > 0).ToDictionary(set => set.Name(), _ => 0);
        if (left.Count > 0) return left;
        var isGone = old.All(set => (set.NumberAt("status", "replicas") ?? 0) == 0);
        return isGone && current.Wanted != update.Replicas ? new() { [current.Name] = update.Replicas } : [];
    }

    private static SetSize Size(JsonObject set) =>
        new(set.Name(), set.NumberAt("spec", "replicas") ?? 0, set.NumberAt("status", "availableReplicas") ?? 0);

    // The set of the newest template has the highest number, also when it is an old set that came back.
    private async Task MarkRevisionAsync(JsonObject deployment, JsonObject current, List<JsonObject> sets, CancellationToken cancel)
    {
        var highest = sets.Where(set => set.Name() != current.Name()).Select(RevisionOf).DefaultIfEmpty(0).Max();
        var revision = Math.Max(RevisionOf(current), highest + 1).ToString(CultureInfo.InvariantCulture);
        await AnnotateAsync(KnownKinds.ReplicaSets, current, revision, cancel);
        await AnnotateAsync(KnownKinds.Deployments, deployment, revision, cancel);
    }

    private static int RevisionOf(JsonObject item) =>
        int.TryParse(item.TextAt("metadata", "annotations", RevisionAnnotation), CultureInfo.InvariantCulture, out var revision) ? revision
        : 0;

    private async Task AnnotateAsync(ResourceKind kind, JsonObject item, string revision, CancellationToken cancel)
    {
        if (item.TextAt("metadata", "annotations", RevisionAnnotation) == revision) return;
        var patch =
            new JsonObject { ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [RevisionAnnotation] = revision } } };
        await api.PatchAsync(kind, ObjectName.Of(item), new Patch.Merge(patch), null, Writing, cancel);
    }

    private async Task ForgetOldAsync(JsonObject deployment, JsonObject current, List<JsonObject> sets, CancellationToken cancel)
    {
        var kept = deployment.NumberAt("spec", "revisionHistoryLimit") ?? 10;
        var idle = sets.Where(set => set.Name() != current.Name() && set.NumberAt("spec", "replicas") == 0
            && (set.NumberAt("status", "replicas") ?? 0) == 0 && !set.IsTerminating());
        foreach (var set in idle.OrderByDescending(RevisionOf).Skip(kept).ToList())
        {
            await api.DeleteAsync(KnownKinds.ReplicaSets, ObjectName.Of(set), new DeleteOptions(Uid: set.Uid()), cancel);
            sets.Remove(set);
        }
    }

    private async Task<TimeSpan?> WriteStatusAsync(JsonObject deployment, JsonObject? current, List<JsonObject> sets,
        CancellationToken cancel)
    {
        var known = sets.FirstOrDefault(set => set.Name() == current?.Name());
        var (status, deadline) = DeploymentStatus.Next(deployment, known, sets, time.GetUtcNow());
        await api.WriteStatusAsync(KnownKinds.Deployments, deployment, status, Writing, cancel);
        return deadline;
    }
}
