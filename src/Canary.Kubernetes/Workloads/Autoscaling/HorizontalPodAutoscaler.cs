using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.StableCopy;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads.Autoscaling;

/// <summary>A HorizontalPodAutoscaler.</summary>
internal sealed record HorizontalPodAutoscaler(JsonObject Document) : WorkloadScaler(Document)
{
    /// <summary>What KEDA's objects have as their group.</summary>
    private const string Keda = "keda.sh/";

    public override ResourceKind Kind => KnownKinds.HorizontalPodAutoscalers;

    public override int MinReplicas => Number(Document, "minReplicas") ?? 1;

    public override int MaxReplicas => Number(Document, "maxReplicas") ?? 1;

    public override AutoscalerLevels Levels => new(MinReplicas,
        Json.Text(Document, "spec", "behavior", "scaleDown", "selectPolicy") is "Disabled");

    /// <summary>Name of the ScaledObject that KEDA made it for; null: KEDA did not make it.</summary>
    public static string? ScaledObjectOf(JsonObject autoscaler) => Json.Objects(autoscaler, "metadata", "ownerReferences")
        .Where(owner => Json.Text(owner, "apiVersion")?.StartsWith(Keda, StringComparison.Ordinal) is true)
        .Select(owner => Json.Text(owner, "name")).FirstOrDefault(name => name is not null);

    public override JsonObject CopySpec(string target, AutoscalerLevels levels)
    {
        var spec = (JsonObject)Json.Object(Document, "spec")!.DeepClone();
        spec["scaleTargetRef"]!["name"] = target;
        spec["minReplicas"] = levels.MinReplicas;
        if (levels.IsScaleDownHeld) HoldScaleDown(spec);
        return spec;
    }

    // The server fills in the rest of a behavior that has one field: while scaling down is held, more than was written may be there.
    public override bool IsAsIn(WorkloadScaler copy)
    {
        var levels = copy.Levels;
        var (wanted, there) = (CopySpec(TargetOf(copy), levels), copy.Document["spec"]);
        return Covers(wanted, there)
            && ((levels.IsScaleDownHeld && !Levels.IsScaleDownHeld) || (wanted["behavior"] is null) == (there!["behavior"] is null));
    }

    public override IEnumerable<string> FindProblems() => Number(Document, "minReplicas") is < 1
        ? ["has minReplicas 0, so it starts pods of a Deployment with 0 replicas; from 1"] : [];

    private static int? Number(JsonObject autoscaler, string field) => (int?)Json.Whole(autoscaler, "spec", field);
}
