using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.StableCopy;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads.Autoscaling;

/// <summary>A ScaledObject of KEDA. KEDA makes a HorizontalPodAutoscaler from it, and scales a workload with 0 replicas
/// itself.</summary>
/// <remarks>Source: KEDA, "ScaledObject specification", and apis/keda/v1alpha1/scaledobject_types.go.</remarks>
internal sealed record ScaledObject(JsonObject Document) : WorkloadScaler(Document)
{
    /// <summary>Longest name of it, and of the HorizontalPodAutoscaler: both become values of labels.</summary>
    public const int LongestName = 63;

    private const int DefaultMaxReplicas = 100;

    public override ResourceKind Kind => KnownKinds.ScaledObjects;

    /// <summary>A side that serves keeps a pod, also where KEDA may take the last one of the workload: requests find it, and the trigger
    /// that would start it again may count them.</summary>
    public override int MinReplicas => Math.Max(1, Number("minReplicaCount") ?? 0);

    public override int MaxReplicas => Math.Max(1, Number("maxReplicaCount") ?? DefaultMaxReplicas);

    public override AutoscalerLevels Levels => new(Number("minReplicaCount") ?? 0,
        Json.Text(Document, "spec", "advanced", "horizontalPodAutoscalerConfig", "behavior", "scaleDown", "selectPolicy") is "Disabled");

    /// <summary>It was deleted, and KEDA has not let it go yet.</summary>
    public bool IsTerminating => Document["metadata"]?["deletionTimestamp"] is not null;

    /// <summary>Name of the HorizontalPodAutoscaler that KEDA makes for that of the copy.</summary>
    public string CopyAutoscalerName => OwnCopyAutoscalerName ?? DefaultName(CopyName);

    // Only where KEDA's own name would not do: too long a one is cut, and then it may be that of the workload's.
    private string? OwnCopyAutoscalerName =>
        Json.Text(Document, "spec", "advanced", "horizontalPodAutoscalerConfig", "name") is { Length: > 0 } name
            ? name + CopiedWorkload.StableSuffix
            : DefaultName(CopyName).Length > LongestName ? CopyName : null;

    public override JsonObject CopySpec(string target, AutoscalerLevels levels)
    {
        var spec = (JsonObject)Json.Object(Document, "spec")!.DeepClone();
        spec["scaleTargetRef"]!["name"] = target;
        spec["minReplicaCount"] = levels.MinReplicas;
        spec.Remove("idleReplicaCount");
        // When it is deleted, KEDA would give the copy as many pods as it had when it was made.
        if (Json.Flag(spec, "advanced", "restoreToOriginalReplicaCount") is true)
            spec["advanced"]!["restoreToOriginalReplicaCount"] = false;
        if (OwnCopyAutoscalerName is { } name) Child(Child(spec, "advanced"), "horizontalPodAutoscalerConfig")["name"] = name;
        if (!levels.IsScaleDownHeld) return spec;
        HoldScaleDown(Child(Child(spec, "advanced"), "horizontalPodAutoscalerConfig"));
        // Some versions of KEDA write the replicas of a fallback past the HorizontalPodAutoscaler, fewer ones too.
        spec.Remove("fallback");
        return spec;
    }

    public override bool IsAsIn(WorkloadScaler copy)
    {
        if (copy.Document["spec"] is not JsonObject there) return false;
        var levels = copy.Levels;
        var wanted = CopySpec(TargetOf(copy), levels);
        var mayHaveMore = levels.IsScaleDownHeld && !Levels.IsScaleDownHeld;
        return wanted.Count == there.Count && wanted.All(field => mayHaveMore && field.Key == "advanced"
            ? Covers(field.Value, there[field.Key]) : JsonNode.DeepEquals(field.Value, there[field.Key]));
    }

    public override IEnumerable<string> FindProblems()
    {
        foreach (var field in new[] { "minReplicaCount", "maxReplicaCount", "idleReplicaCount" })
        {
            if (Document["spec"]?[field] is { } found && Json.Whole(found) is not (>= 0 and <= int.MaxValue))
                yield return $"has spec.{field} {Shorten(found)}; a whole number from 0 is allowed";
        }

        if (Json.Array(Document, "spec", "triggers") is not { Count: > 0 } triggers || triggers.Any(one => one is not JsonObject))
            yield return "has no list of triggers in spec.triggers, so KEDA does not scale by it; it needs at least one";
        foreach (var path in new string[][] { ["advanced"], ["advanced", "horizontalPodAutoscalerConfig"],
            ["advanced", "horizontalPodAutoscalerConfig", "behavior"] })
        {
            if (Find(path) is { } found and not JsonObject)
                yield return $"has spec.{string.Join('.', path)} {Shorten(found)}; an object is allowed";
        }

        if (Find(["advanced"]) is JsonObject && Json.Flag(Document, "spec", "advanced", "restoreToOriginalReplicaCount") is true)
            yield return "has spec.advanced.restoreToOriginalReplicaCount true: whoever deletes or renames it resizes a Deployment that "
                + "Canary scales; false is allowed";
        if (Number("maxReplicaCount") is { } most && most < MinReplicas)
            yield return $"has spec.maxReplicaCount {most}; at least its minReplicaCount, and 1, is allowed";
        if (CopyName.Length > LongestName)
            yield return $"has a name of {Name.Length} letters; at most {LongestName - CopiedWorkload.StableSuffix.Length} are allowed, "
                + $"since that of the copy is {CopyName}";
        else if (CopyAutoscalerName.Length > LongestName)
            yield return $"has a name of {CopyAutoscalerName.Length - CopiedWorkload.StableSuffix.Length} letters in "
                + "spec.advanced.horizontalPodAutoscalerConfig.name; at most "
                + $"{LongestName - CopiedWorkload.StableSuffix.Length} are allowed, since that of the copy is {CopyAutoscalerName}";
        if (KedaPause.ReadReplicas(Document) is { } kept)
            yield return $"has the annotation {KedaPause.PausedReplicas}: \"{kept}\", so KEDA writes that number of replicas again and "
                + $"again. Remove it, or use {KedaPause.Paused}";
    }

    private JsonNode? Find(string[] path) =>
        path.Aggregate(Document["spec"], (node, key) => node is JsonObject owner ? owner[key] : null);

    private int? Number(string field) => Json.Whole(Document, "spec", field) is { } number
        ? (int)Math.Clamp(number, 0, int.MaxValue) : null;

    private static string DefaultName(string name) => "keda-hpa-" + name;

    private static string Shorten(JsonNode found) =>
        found.ToJsonString() is { Length: > 40 } text ? text[..40] + "…" : found.ToJsonString();
}
