using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.Sets;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Sets;

/// <summary>What a StatefulSet and its pods say.</summary>
internal sealed class StatefulSetReading(JsonObject set) : SetReading(set)
{
    public override ResourceKind Kind => KnownKinds.StatefulSets;

    public override int Replicas => (int)(Json.Whole(Document, "spec", "replicas") ?? 1);

    public override int? Partition => PartitionOf(Document);

    public override string CurrentRevision => Json.Text(Document, "status", "currentRevision") ?? "";

    public override string? UpdateRevision => IsSeen ? Json.Text(Document, "status", "updateRevision") : null;

    /// <summary>Pods with a lower index keep the revision before the update. Default 0.</summary>
    public static int PartitionOf(JsonObject set) =>
        (int)(Json.Whole(set, "spec", "updateStrategy", "rollingUpdate", "partition") ?? 0);

    public override SetReading With(JsonObject other) => new StatefulSetReading(other);

    public override bool IsRolling => Json.Text(Document, "spec", "updateStrategy", "type") is null or "RollingUpdate";

    public override IEnumerable<string> FindObstacles()
    {
        if (!IsRolling)
            yield return $"{Title} has the update strategy {Json.Text(Document, "spec", "updateStrategy", "type")}, and Canary updates "
                + "its pods by the partition: set spec.updateStrategy.type to RollingUpdate";
        if (Replicas < 2)
            yield return $"{Title} has {Replicas} replicas, and a canary needs at least 2: one pod of each revision. Scale it up, or "
                + "delete this Rollout and release without a canary";
    }

    public override bool AreAllOf(string? revision) => IsSeen && revision is not null
        && Status("replicas") == Replicas && Status("readyReplicas") == Replicas
        && ((revision == Json.Text(Document, "status", "updateRevision") && Status("updatedReplicas") == Replicas)
            || (revision == CurrentRevision && Status("currentReplicas") == Replicas));

    public override bool IsUpdated(IReadOnlyList<SetPod> pods, bool isReleased) =>
        CurrentRevision == UpdateRevision && AreAllOf(UpdateRevision);

    public override int WantedOfStable(string? stable, IReadOnlyList<SetPod> pods) => stable is null || stable == UpdateRevision ? Replicas
        : pods.Count(pod => pod.Revision == stable && !pod.IsTerminating);

    public override int WantedOfCanary(IReadOnlyList<SetPod> pods) =>
        Partition is { } partition && partition < Replicas ? Replicas - partition : 0;

    protected override IEnumerable<(SetPod Pod, JsonObject Document)> Order(IEnumerable<JsonObject> pods)
    {
        var start = (int)(Json.Whole(Document, "spec", "ordinals", "start") ?? 0);
        return pods.Select(pod => (Ordinal: Ordinal(Json.Name(pod)), pod))
            .Where(pod => pod.Ordinal >= start)
            .Select(pod => (Read(pod.pod, pod.Ordinal!.Value - start), pod.pod))
            .OrderBy(pod => pod.Item1.Index);
    }

    private int? Ordinal(string pod) => Json.Name(Document) is var set && pod.StartsWith(set + "-", StringComparison.Ordinal)
        && int.TryParse(pod[(set.Length + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal) ? ordinal : null;
}
