using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Claims;

/// <summary>The annotations by which KEDA leaves a workload alone. A paused ScaledObject has no HorizontalPodAutoscaler.</summary>
/// <remarks>Source: KEDA, "Pausing autoscaling of deployments", and apis/keda/v1alpha1/scaledobject_types.go.</remarks>
internal static class KedaPause
{
    /// <summary>The replicas stay as they are. Known to KEDA since 2.12; an earlier one goes on scaling.</summary>
    public const string Paused = "autoscaling.keda.sh/paused";

    /// <summary>KEDA brings the workload to this number of replicas, and back to it.</summary>
    public const string PausedReplicas = "autoscaling.keda.sh/paused-replicas";

    // As Go reads a bool. KEDA takes what is none for true.
    private static readonly HashSet<string> False = ["0", "f", "F", "false", "FALSE", "False"];

    /// <summary>It is to leave the replicas as they are.</summary>
    public static bool IsAsked(JsonObject scaledObject) => Annotation(scaledObject, Paused) is { } value && !False.Contains(value);

    /// <summary>It is to leave the replicas as they are, and Canary asked for it.</summary>
    public static bool IsOfCanary(JsonObject scaledObject) =>
        IsAsked(scaledObject) && Annotation(scaledObject, CopyLabels.PausedFor) is not null;

    /// <summary>Name of the Rollout that it was paused for; null: Canary did not pause it, or it was told to let go of it.</summary>
    public static string? PauserOf(JsonObject scaledObject) => Annotation(scaledObject, CopyLabels.PausedFor);

    /// <summary>The number of replicas that KEDA is to keep; null: none.</summary>
    public static string? ReadReplicas(JsonObject scaledObject) => Annotation(scaledObject, PausedReplicas);

    /// <summary>The annotations of one that is paused for a Rollout.</summary>
    public static JsonObject Annotations(string rollout) => new() { [Paused] = "true", [CopyLabels.PausedFor] = rollout };

    /// <summary>The operations that pause it. They may make the map of annotations: to be written with a test of the version.</summary>
    public static IEnumerable<JsonObject> Pause(JsonObject scaledObject, string rollout) =>
        Json.Object(scaledObject, "metadata", "annotations") is null
            ? [JsonPatchText.Add("/metadata/annotations", Annotations(rollout))]
            : Annotations(rollout).Select(one => JsonPatchText.Add(Path(one.Key), one.Value!.DeepClone()));

    /// <summary>The operations that let it scale again. One that somebody else paused stays so: there are none.</summary>
    public static IEnumerable<JsonObject> Resume(JsonObject scaledObject) => Annotation(scaledObject, CopyLabels.PausedFor) is null ? []
        : new[] { Paused, CopyLabels.PausedFor }.Where(key => Annotation(scaledObject, key) is not null)
            .Select(key => JsonPatchText.Remove(Path(key)));

    private static string? Annotation(JsonObject document, string key) => Json.Text(document, "metadata", "annotations", key);

    private static string Path(string key) => "/metadata/annotations/" + JsonPatchText.Escape(key);
}
