using System;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Autoscaling;

/// <summary>The HorizontalPodAutoscaler that KEDA makes from a ScaledObject. It has the labels and annotations of that one.</summary>
/// <remarks>Source: KEDA, controllers/keda/hpa.go.</remarks>
internal sealed class KedaAutoscaler(ApiClient api, WriteOptions writing)
{
    // Which state of the ScaledObject it was made from: the server fills in fields of its own.
    private const string Made = "sandbox.canary.delivery/made-from";

    public async Task EnsureAsync(JsonObject scaled, ScaleTarget target, CancellationToken cancel)
    {
        var wanted = Build(scaled, target);
        if (await api.FindAsync(WorkloadKinds.Autoscalers, NameOf(scaled), cancel) is not { } there)
        {
            await api.CreateAsync(WorkloadKinds.Autoscalers, scaled.Namespace(), wanted, writing, cancel);
            return;
        }

        if (there.TextAt("metadata", "annotations", Made) == wanted.TextAt("metadata", "annotations", Made)) return;
        wanted["metadata"]!["resourceVersion"] = there.ResourceVersion();
        await api.ReplaceAsync(WorkloadKinds.Autoscalers, wanted, null, writing, cancel);
    }

    public async Task RemoveAsync(JsonObject scaled, CancellationToken cancel)
    {
        if (await api.FindAsync(WorkloadKinds.Autoscalers, NameOf(scaled), cancel) is not { } there) return;
        await api.DeleteAsync(WorkloadKinds.Autoscalers, NameOf(scaled), new DeleteOptions(DeletePropagation.Background, there.Uid()),
            cancel);
    }

    private static ObjectName NameOf(JsonObject scaled) => new(scaled.Namespace(),
        scaled.TextAt("spec", "advanced", "horizontalPodAutoscalerConfig", "name") ?? "keda-hpa-" + scaled.Name());

    private static JsonObject Build(JsonObject scaled, ScaleTarget target)
    {
        var labels = new JsonObject { ["app.kubernetes.io/managed-by"] = "keda-operator" };
        foreach (var (key, value) in scaled.Labels()) labels[key] = value;
        var annotations = new JsonObject
        {
            [Made] = string.Create(CultureInfo.InvariantCulture, $"{scaled.Uid()} {scaled.Generation()}"),
        };
        foreach (var (key, value) in scaled.TextsAt("metadata", "annotations")) annotations[key] = value;
        var spec = new JsonObject
        {
            ["scaleTargetRef"] = new JsonObject
            {
                ["apiVersion"] = target.Kind.ApiVersion,
                ["kind"] = target.Kind.Kind,
                ["name"] = target.Name.Name,
            },
            ["minReplicas"] = Math.Max(1, scaled.NumberAt("spec", "minReplicaCount") ?? 1),
            ["maxReplicas"] = scaled.NumberAt("spec", "maxReplicaCount") ?? 100,
            ["metrics"] = KedaTriggers.BuildMetrics(scaled),
        };
        if (scaled.ObjectAt("spec", "advanced", "horizontalPodAutoscalerConfig", "behavior") is { } behavior)
            spec["behavior"] = behavior.DeepClone();
        return new JsonObject
        {
            ["apiVersion"] = WorkloadKinds.Autoscalers.ApiVersion,
            ["kind"] = WorkloadKinds.Autoscalers.Kind,
            ["metadata"] = new JsonObject
            {
                ["name"] = NameOf(scaled).Name,
                ["namespace"] = scaled.Namespace(),
                ["labels"] = labels,
                ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray(new JsonObject
                {
                    ["apiVersion"] = KnownKinds.ScaledObjects.ApiVersion,
                    ["kind"] = KnownKinds.ScaledObjects.Kind,
                    ["name"] = scaled.Name(),
                    ["uid"] = scaled.Uid(),
                    ["controller"] = true,
                    ["blockOwnerDeletion"] = true,
                }),
            },
            ["spec"] = spec,
        };
    }
}
