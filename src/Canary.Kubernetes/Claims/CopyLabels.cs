using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Claims;

/// <summary>The labels and annotations of the sides of one workload.</summary>
internal static class CopyLabels
{
    /// <summary>On pods: <c>stable</c> or <c>canary</c>.</summary>
    public const string Side = "canary.delivery/side";

    /// <summary>On pods: name of the workload, the same on both sides.</summary>
    public const string Workload = "canary.delivery/workload";

    /// <summary>On pods that requests outside the mesh may reach: name of the workload. Those of the copy have it, and those of the canary
    /// while it has all the traffic. The Services that clients call select by it.</summary>
    public const string Serves = "canary.delivery/serves";

    /// <summary>On pods: the revision that they run.</summary>
    public const string Revision = "canary.delivery/revision";

    /// <summary>On the objects that Canary makes: the Rollout that they are of. They have no owner reference: who deletes the Rollouts, or
    /// their CustomResourceDefinition, must not delete the pods that serve.</summary>
    public const string Rollout = "canary.delivery/rollout";

    /// <summary>On the workload: the replicas that Canary wrote. Other replicas are somebody's wish.</summary>
    public const string Replicas = "canary.delivery/replicas";

    /// <summary>On the workload: the size of the service that somebody wished last. On the copy, while it has fewer pods for the time of a
    /// release: the replicas that it gets back.</summary>
    public const string Size = "canary.delivery/size";

    /// <summary>Annotation of a workload with an autoscaler: the raise that Canary wrote its replicas for.</summary>
    public const string RaisedFor = "canary.delivery/replicas-for";

    /// <summary>On a ScaledObject of KEDA: Canary paused it, for this Rollout. One that somebody else paused does not have it, and stays
    /// paused.</summary>
    public const string PausedFor = "canary.delivery/paused-for";

    /// <summary>On a StatefulSet: the partition that it had before Canary held it.</summary>
    public const string Partition = "canary.delivery/partition";

    /// <summary>On the Service that clients call: the selector that it had.</summary>
    public const string OriginalSelector = "canary.delivery/original-selector";

    /// <summary>On the Service that clients call, where the weight is a number of pods: the weight in percent that the pods have their
    /// label <see cref="Serves"/> by. It goes when all of the copy's pods have the label again.</summary>
    public const string Weight = "canary.delivery/weight";

    /// <summary>On a ConfigMap, a Secret or the workload: <c>disabled</c> where a change of the content is no release.</summary>
    public const string ConfigTracking = "canary.delivery/config-tracking";

    /// <summary>On the copy's pods: the term that keeps the sides apart is there, the last of its list.</summary>
    public const string AntiAffinity = "canary.delivery/anti-affinity";

    /// <summary>On the copy's pods: the images of the template that was analysed, in place of which it has digests.</summary>
    public const string PinnedImages = "canary.delivery/pinned-images";

    /// <summary>On the copy's pods: ConfigMaps and Secrets whose names look like those of copies, and that are none.</summary>
    public const string Originals = "canary.delivery/originals";

    /// <summary>What <c>kubectl rollout restart</c> writes.</summary>
    public const string RestartedAt = "kubectl.kubernetes.io/restartedAt";

    /// <summary>The labels of the pods that belong to their side and not to the version.</summary>
    public static IReadOnlyList<string> OfPods { get; } = [Revision, Serves, Side, Workload];

    /// <summary>Made by Canary for this Rollout.</summary>
    public static bool IsOf(JsonObject document, string rollout) => Json.Text(document, "metadata", "labels", Rollout) == rollout;
}
