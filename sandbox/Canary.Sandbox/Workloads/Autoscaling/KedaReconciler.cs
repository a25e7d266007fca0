using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Autoscaling;

/// <summary>Plays the operator of KEDA: it makes a HorizontalPodAutoscaler from each ScaledObject, and scales from 0 and to 0
/// itself.</summary>
/// <remarks>Source: KEDA, controllers/keda/scaledobject_controller.go and pkg/scaling/executor/scale_scaledobjects.go. Its webhook,
/// fallbacks and scaling modifiers are not played.</remarks>
internal sealed class KedaReconciler(ApiClient api, TimeProvider time) : IReconciler
{
    private const string Finalizer = "finalizer.keda.sh";
    private const string Paused = "autoscaling.keda.sh/paused";
    private const string PausedReplicas = "autoscaling.keda.sh/paused-replicas";
    private static readonly WriteOptions Writing = new("canary-sandbox-keda");

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(KnownKinds.ScaledObjects, name, cancel) is not { } scaled) return null;
        if (scaled.IsTerminating())
        {
            await EndAsync(scaled, cancel);
            return null;
        }

        scaled = await PrepareAsync(scaled, cancel);
        var interval = TimeSpan.FromSeconds(Math.Max(1, scaled.NumberAt("spec", "pollingInterval") ?? 30));
        var (target, problem) = await FindTargetAsync(scaled, cancel);
        if (target is null)
        {
            await SayAsync(scaled, false, "ScaledObjectCheckFailed", problem!, false, cancel);
            return interval;
        }

        scaled = await RememberAsync(scaled, target, cancel);
        if (await PauseAsync(scaled, target, cancel)) return null;
        await SayAsync(scaled, true, "ScaledObjectReady", "ScaledObject is defined correctly and is ready for scaling", false, cancel);
        await new KedaAutoscaler(api, Writing).EnsureAsync(scaled, target, cancel);
        await ScaleAsync(scaled, target, interval, cancel);
        return interval;
    }

    // Whoever deletes one gets the replicas back that were there before it, if it says so.
    private async Task EndAsync(JsonObject scaled, CancellationToken cancel)
    {
        if (!scaled.Finalizers().Contains(Finalizer)) return;
        await new KedaAutoscaler(api, Writing).RemoveAsync(scaled, cancel);
        if (scaled.FlagAt("spec", "advanced", "restoreToOriginalReplicaCount") is true
            && scaled.NumberAt("status", "originalReplicaCount") is { } original
            && (await FindTargetAsync(scaled, cancel)).Target is { } target && target.Wanted != original)
            await target.ResizeAsync(api, original, Writing, cancel);
        var left = new JsonArray([.. scaled.Finalizers().Where(one => one != Finalizer).Select(one => (JsonNode)one)]);
        await PatchAsync(scaled, new JsonObject { ["finalizers"] = left }, cancel);
    }

    private Task<JsonObject> PrepareAsync(JsonObject scaled, CancellationToken cancel)
    {
        if (scaled.Finalizers().Contains(Finalizer) && scaled.Labels().ContainsKey(KedaTriggers.NameLabel)) return Task.FromResult(scaled);
        return PatchAsync(scaled, new JsonObject
        {
            ["finalizers"] = new JsonArray([.. scaled.Finalizers().Append(Finalizer).Distinct().Select(one => (JsonNode)one)]),
            ["labels"] = new JsonObject { [KedaTriggers.NameLabel] = scaled.Name() },
        }, cancel);
    }

    // The uid keeps what is written of a deleted one off a new one of its name.
    private Task<JsonObject> PatchAsync(JsonObject scaled, JsonObject metadata, CancellationToken cancel)
    {
        metadata["uid"] = scaled.Uid();
        return api.PatchAsync(KnownKinds.ScaledObjects, ObjectName.Of(scaled), new Patch.Merge(new JsonObject { ["metadata"] = metadata }),
            null, Writing, cancel);
    }

    private Task<(ScaleTarget? Target, string? Problem)> FindTargetAsync(JsonObject scaled, CancellationToken cancel) =>
        ScaleTarget.ReadAsync(api, new JsonObject
        {
            ["metadata"] = new JsonObject { ["namespace"] = scaled.Namespace() },
            ["spec"] = new JsonObject
            {
                ["scaleTargetRef"] = new JsonObject
                {
                    ["apiVersion"] = scaled.TextAt("spec", "scaleTargetRef", "apiVersion") ?? KnownKinds.Deployments.ApiVersion,
                    ["kind"] = scaled.TextAt("spec", "scaleTargetRef", "kind") ?? KnownKinds.Deployments.Kind,
                    ["name"] = scaled.TextAt("spec", "scaleTargetRef", "name"),
                },
            },
        }, cancel);

    private async Task<JsonObject> RememberAsync(JsonObject scaled, ScaleTarget target, CancellationToken cancel)
    {
        if (scaled.NumberAt("status", "originalReplicaCount") is not null) return scaled;
        await api.WriteStatusAsync(KnownKinds.ScaledObjects, scaled, new JsonObject { ["originalReplicaCount"] = target.Wanted }, Writing,
            cancel);
        return await api.GetAsync(KnownKinds.ScaledObjects, ObjectName.Of(scaled), cancel);
    }

    /// <summary>Whether an annotation pauses it: then it has no HorizontalPodAutoscaler, and nobody looks at its triggers.</summary>
    private async Task<bool> PauseAsync(JsonObject scaled, ScaleTarget target, CancellationToken cancel)
    {
        var annotations = scaled.TextsAt("metadata", "annotations");
        var hasNumber = annotations.TryGetValue(PausedReplicas, out var number);
        // What is no bool counts as true.
        var isAsked = annotations.TryGetValue(Paused, out var text) && text is not ("0" or "f" or "F" or "false" or "FALSE" or "False");
        if (!hasNumber && !isAsked) return false;
        if (hasNumber && int.TryParse(number, CultureInfo.InvariantCulture, out var kept) && target.Wanted != kept)
            await target.ResizeAsync(api, kept, Writing, cancel);
        await new KedaAutoscaler(api, Writing).RemoveAsync(scaled, cancel);
        await SayAsync(scaled, true, "ScaledObjectReady", "ScaledObject is defined correctly and is ready for scaling", true, cancel);
        return true;
    }

    private async Task ScaleAsync(JsonObject scaled, ScaleTarget target, TimeSpan interval, CancellationToken cancel)
    {
        var least = scaled.NumberAt("spec", "minReplicaCount") ?? 0;
        var idle = scaled.NumberAt("spec", "idleReplicaCount");
        var active = await KedaTriggers.AreActiveAsync(api, scaled, cancel);
        if (active && (target.Wanted == 0 || (idle is not null && target.Wanted < least)))
            await target.ResizeAsync(api, Math.Max(1, least), Writing, cancel);
        else if (!active && target.Wanted > 0 && (target.Wanted > idle || least == 0) && HasCooledDown(scaled))
            await target.ResizeAsync(api, idle ?? 0, Writing, cancel);
        else if (!active && idle is null && target.Wanted < least)
            await target.ResizeAsync(api, least, Writing, cancel);
        // At most once an interval: each write is told to everybody who watches.
        if (active && !(LastActive(scaled) > time.GetUtcNow() - interval))
            await api.WriteStatusAsync(KnownKinds.ScaledObjects, scaled, new JsonObject
            {
                ["lastActiveTime"] = time.GetUtcNow().ToTimestamp(),
            }, Writing, cancel);
    }

    private bool HasCooledDown(JsonObject scaled) => !(LastActive(scaled) is { } at
        && at + TimeSpan.FromSeconds(scaled.NumberAt("spec", "cooldownPeriod") ?? 300) > time.GetUtcNow());

    private static DateTimeOffset? LastActive(JsonObject scaled) => DateTimeOffset.TryParse(scaled.TextAt("status", "lastActiveTime"),
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;

    private Task SayAsync(JsonObject scaled, bool isReady, string reason, string message, bool isPaused, CancellationToken cancel)
    {
        var now = time.GetUtcNow();
        return api.WriteStatusAsync(KnownKinds.ScaledObjects, scaled, new JsonObject
        {
            ["conditions"] = StatusCondition.Merge(scaled,
                StatusCondition.Build(scaled, "Ready", isReady ? "True" : "False", reason, message, now),
                StatusCondition.Build(scaled, "Paused", isPaused ? "True" : "False",
                    isPaused ? "ScaledObjectPaused" : "ScaledObjectUnpaused",
                    isPaused ? "ScaledObject is paused" : "ScaledObject is not paused", now)),
        }, Writing, cancel);
    }
}
