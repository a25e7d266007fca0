using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.Sets;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Sets;

/// <summary>What a DaemonSet and its pods say. Its status does not name the revision of its template: <see cref="DaemonSetRevisions"/>
/// finds that.</summary>
internal sealed class DaemonSetReading(JsonObject set) : SetReading(set)
{
    // Beyond the grace period that the deletion of a pod gave it.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The revision of the template, as its ControllerRevisions say; null: not known.</summary>
    public string? Revision { get; init; }

    /// <summary>When the pods were read.</summary>
    public DateTimeOffset Now { get; init; }

    public override ResourceKind Kind => KnownKinds.DaemonSets;

    public override int Replicas => Status("desiredNumberScheduled");

    public override int? Partition => null;

    public override string CurrentRevision => UpdateRevision ?? "";

    public override string? UpdateRevision => IsSeen ? Revision : null;

    public override SetReading With(JsonObject other) => new DaemonSetReading(other) { Revision = Revision, Now = Now };

    public override bool IsRolling => Json.Text(Document, "spec", "updateStrategy", "type") is not "OnDelete";

    public override IEnumerable<string> FindObstacles()
    {
        if (IsRolling)
            yield return $"{Title} has the update strategy {Json.Text(Document, "spec", "updateStrategy", "type") ?? "RollingUpdate"}, "
                + "by which Kubernetes updates its pods without regard to the canary: "
                + "set spec.updateStrategy.type to OnDelete, and Canary evicts the pods that are to be updated";
        if (Json.Whole(Document, "status", "observedGeneration") is not null && Replicas < 2)
            yield return $"{Title} runs on {Replicas} {(Replicas == 1 ? "Node" : "Nodes")}, and a canary needs at least 2: one pod of "
                + "each revision. Let it run on more Nodes, or delete this Rollout and release without a canary";
    }

    public override bool AreAllOf(string? revision) => IsSeen && revision is not null && revision == Revision && Replicas > 0
        && Status("updatedNumberScheduled") == Replicas && Status("numberReady") == Replicas
        && Status("numberMisscheduled") == 0 && Status("currentNumberScheduled") == Replicas;

    public override bool IsUpdated(IReadOnlyList<SetPod> pods, bool isReleased) => pods.Count == 0 ? AreAllOf(UpdateRevision)
        : pods.Count >= Replicas
            && pods.Where(pod => !pod.IsLost).All(pod => pod.Revision == UpdateRevision && (pod.IsReady || !isReleased));

    // A pod that is not ready may be on a Node that is broken for long.
    public override int WantedOfStable(string? stable, IReadOnlyList<SetPod> pods) => pods.Count == 0 ? Replicas
        : pods.Count(pod => pod.IsReady && (stable is null || pod.Revision == stable));

    public override int WantedOfCanary(IReadOnlyList<SetPod> pods) =>
        pods.Count(pod => pod.Revision == UpdateRevision && !pod.IsTerminating);

    protected override IEnumerable<(SetPod Pod, JsonObject Document)> Order(IEnumerable<JsonObject> pods) => pods
        .OrderBy(NodeOf, StringComparer.Ordinal).ThenBy(Json.Name, StringComparer.Ordinal)
        .Select((pod, index) => (Read(pod, index) with { IsLost = IsLost(pod) }, pod));

    private bool IsLost(JsonObject pod) => DateTimeOffset.TryParse(Json.Text(pod, "metadata", "deletionTimestamp"),
        CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var end) && end + Patience < Now;

    // Before it is scheduled, the Node that it was made for stands in its affinity.
    private static string NodeOf(JsonObject pod) => Json.Text(pod, "spec", "nodeName") ?? Json.Objects(pod, "spec", "affinity",
            "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
        .SelectMany(term => Json.Objects(term, "matchFields"))
        .Select(field => Json.Array(field, "values") is [var name, ..] ? Json.Text(name) : null).FirstOrDefault() ?? "";
}
