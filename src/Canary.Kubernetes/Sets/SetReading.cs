using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.Sets;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Pods;

namespace Canary.Kubernetes.Sets;

/// <summary>What a set and its pods say, by its kind.</summary>
/// <param name="document">The set.</param>
internal abstract class SetReading(JsonObject document)
{
    /// <summary>On pods: the ControllerRevision that they were made from, by its name or by its hash.</summary>
    public const string RevisionLabel = "controller-revision-hash";

    public JsonObject Document => document;

    public abstract ResourceKind Kind { get; }

    /// <summary>Kind, namespace and name, for a sentence.</summary>
    public string Title => $"{Kind.Kind} {Json.Namespace(document)}/{Json.Name(document)}";

    /// <summary>The labels that its pods have; a Service of a side selects by them and by <see cref="RevisionLabel"/>.</summary>
    public IReadOnlyDictionary<string, string> Labels => Json.Map(document, "spec", "selector", "matchLabels");

    /// <summary>Pods that it is to have.</summary>
    public abstract int Replicas { get; }

    /// <summary>Null: this kind has none.</summary>
    public abstract int? Partition { get; }

    /// <summary>The revision that pods below the partition, or without one all pods, come back at. Empty: not known.</summary>
    public abstract string CurrentRevision { get; }

    /// <summary>The revision of the template; null: its controller has not seen the newest one yet.</summary>
    public abstract string? UpdateRevision { get; }

    /// <summary>Its controller has seen the newest template.</summary>
    protected bool IsSeen =>
        (Json.Whole(document, "status", "observedGeneration") ?? 0) >= (Json.Whole(document, "metadata", "generation") ?? 0);

    /// <summary>Kubernetes replaces its pods when the template changes.</summary>
    public abstract bool IsRolling { get; }

    /// <summary>The reader for the kind that the spec names.</summary>
    public static SetReading Of(SetWorkload workload, JsonObject document) =>
        workload.HasPartition ? new StatefulSetReading(document) : new DaemonSetReading(document);

    /// <summary>The same of a later document of the set, or of one with more fields.</summary>
    public abstract SetReading With(JsonObject other);

    /// <summary>Why its pods cannot be released as it is, each what to do; empty: they can.</summary>
    public abstract IEnumerable<string> FindObstacles();

    /// <summary>By its status alone, all pods are ready and run this revision.</summary>
    public abstract bool AreAllOf(string? revision);

    /// <summary>All pods run the revision of the template, as far as anybody waits for them.</summary>
    /// <param name="pods">The pods; empty where nobody needs them.</param>
    /// <param name="isReleased">Pods were replaced just now, and are waited for until they are ready.</param>
    public abstract bool IsUpdated(IReadOnlyList<SetPod> pods, bool isReleased);

    /// <summary>Pods of stable that its Service is to find before it is ready.</summary>
    /// <param name="stable">The revision that the Service selects; null: all.</param>
    /// <param name="pods">The pods; empty where nobody needs them.</param>
    public abstract int WantedOfStable(string? stable, IReadOnlyList<SetPod> pods);

    /// <summary>The same of the canary.</summary>
    public abstract int WantedOfCanary(IReadOnlyList<SetPod> pods);

    /// <summary>The labels that a Service selects by for this revision; null: for all pods.</summary>
    public IReadOnlyDictionary<string, string> Selector(string? revision)
    {
        var labels = new Dictionary<string, string>(Labels);
        if (revision is not null) labels[RevisionLabel] = revision;
        return labels;
    }

    /// <summary>The pods that belong to the set, in order.</summary>
    public IReadOnlyList<(SetPod Pod, JsonObject Document)> Pods(IEnumerable<JsonObject> pods) =>
        [.. Order(pods.Where(pod => ObjectOwner.Read(pod)?.Uid == Documents.Uid(document)))];

    protected abstract IEnumerable<(SetPod Pod, JsonObject Document)> Order(IEnumerable<JsonObject> pods);

    protected static SetPod Read(JsonObject pod, int index)
    {
        var isTerminating = Json.Text(pod, "metadata", "deletionTimestamp") is not null;
        var isReady = Json.Objects(pod, "status", "conditions")
            .Any(condition => Json.Text(condition, "type") == "Ready" && Json.Text(condition, "status") == "True");
        return new SetPod(Json.Name(pod), Documents.Uid(pod), index, Json.Text(pod, "metadata", "labels", RevisionLabel) ?? "",
            isReady && !isTerminating, isTerminating);
    }

    protected int Status(string field) =>
        (int)Math.Clamp(Json.Whole(document, "status", field) ?? 0, 0, int.MaxValue);
}
