using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.Sets;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;

namespace Canary.Kubernetes.Workloads;

/// <summary>What a StatefulSet and its pods say.</summary>
internal static class SetReading
{
    /// <summary>On pods of a StatefulSet: the name of the ControllerRevision that they were made from.</summary>
    public const string RevisionLabel = "controller-revision-hash";

    /// <summary>The labels that its pods have; a Service of a side selects by them and by <see cref="RevisionLabel"/>.</summary>
    public static IReadOnlyDictionary<string, string> Labels(JsonObject set) => Json.Map(set, "spec", "selector", "matchLabels");

    public static int Replicas(JsonObject set) => (int)(Json.Whole(set, "spec", "replicas") ?? 1);

    public static int Partition(JsonObject set) => (int)(Json.Whole(set, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0);

    public static string CurrentRevision(JsonObject set) => Json.Text(set, "status", "currentRevision") ?? "";

    /// <summary>The revision of the template; null: its controller has not seen the newest one yet.</summary>
    public static string? UpdateRevision(JsonObject set) => IsSeen(set) ? Json.Text(set, "status", "updateRevision") : null;

    /// <summary>All pods are ready and run this revision.</summary>
    public static bool AreAllOf(JsonObject set, string? revision)
    {
        var replicas = Replicas(set);
        return IsSeen(set) && revision is not null && Number(set, "replicas") == replicas && Number(set, "readyReplicas") == replicas
            && ((revision == Json.Text(set, "status", "updateRevision") && Number(set, "updatedReplicas") == replicas)
                || (revision == CurrentRevision(set) && Number(set, "currentReplicas") == replicas));
    }

    /// <summary>The labels that a Service selects by for this revision; null: for all pods.</summary>
    public static IReadOnlyDictionary<string, string> Selector(JsonObject set, string? revision)
    {
        var labels = new Dictionary<string, string>(Labels(set));
        if (revision is not null) labels[RevisionLabel] = revision;
        return labels;
    }

    /// <summary>The revision whose pods a Service of a side selects; null: all, or others.</summary>
    public static string? Selected(JsonObject set, JsonObject? service) =>
        Json.Text(service, "spec", "selector", RevisionLabel) is { } revision
        && CopyObserver.Selects(service!, Selector(set, revision)) ? revision : null;

    /// <summary>The pods that belong to the set, in order.</summary>
    public static IEnumerable<(SetPod Pod, JsonObject Document)> Pods(JsonObject set, IEnumerable<JsonObject> pods)
    {
        var start = (int)(Json.Whole(set, "spec", "ordinals", "start") ?? 0);
        return pods.Where(pod => ObjectOwner.Read(pod)?.Uid == Documents.Uid(set))
            .Select(pod => (Ordinal(Json.Name(set), Json.Name(pod)), pod))
            .Where(pod => pod.Item1 >= start)
            .Select(pod => (Pod(pod.pod, pod.Item1!.Value - start), pod.pod))
            .OrderBy(pod => pod.Item1.Index);
    }

    private static SetPod Pod(JsonObject pod, int index)
    {
        var isTerminating = Json.Text(pod, "metadata", "deletionTimestamp") is not null;
        var isReady = Json.Objects(pod, "status", "conditions")
            .Any(condition => Json.Text(condition, "type") == "Ready" && Json.Text(condition, "status") == "True");
        return new SetPod(Json.Name(pod), Documents.Uid(pod), index, Json.Text(pod, "metadata", "labels", RevisionLabel) ?? "",
            isReady && !isTerminating, isTerminating);
    }

    private static int? Ordinal(string set, string pod) => pod.StartsWith(set + "-", StringComparison.Ordinal)
        && int.TryParse(pod[(set.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;

    private static bool IsSeen(JsonObject set) =>
        (Json.Whole(set, "status", "observedGeneration") ?? 0) >= (Json.Whole(set, "metadata", "generation") ?? 0);

    private static long Number(JsonObject set, string field) => Json.Whole(set, "status", field) ?? 0;
}
