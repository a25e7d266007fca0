using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.StableCopy;

namespace Canary.Kubernetes.Caching;

/// <summary>What is kept of an object: ten thousand idle Rollouts and all that they name shall fit into half a gigabyte.</summary>
internal static class Projections
{
    private const string LastApplied = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>What a port of a Service is, but for what the node or the cluster gives it.</summary>
    public static readonly string[] Ports = ["name", "protocol", "port", "targetPort", "appProtocol"];

    /// <summary>All but the copy that kubectl leaves in an annotation.</summary>
    public static JsonObject Document(JsonObject document)
    {
        // Emptied, not removed: whether there are annotations decides how one is added.
        if (Json.Object(document, "metadata", "annotations") is { } annotations && annotations.ContainsKey(LastApplied))
            annotations[LastApplied] = "";
        return document;
    }

    /// <summary>A run that has ended is kept without its measurements and queries: it is counted, and never measured again.</summary>
    public static JsonObject Run(JsonObject document)
    {
        Document(document);
        if (Json.Text(document, "status", "endedAt") is null) return document;
        foreach (var metric in Json.Objects(document, "status", "metrics")) metric.Remove("measurements");
        foreach (var metric in Json.Objects(document, "spec", "metrics")) metric["provider"] = new JsonObject();
        return document;
    }

    public static JsonObject Deployment(JsonObject document)
    {
        var kept = Head(document);
        var annotations = Json.Object(document, "metadata", "annotations");
        if (annotations is not null) kept["metadata"]!["annotations"] = Pick(annotations, ClaimPatch.Annotation, CopyLabels.Replicas,
                CopyLabels.Size, CopyLabels.RaisedFor, CopyLabels.ConfigTracking);
        KeepRollout(document, kept);
        KeepController(document, kept);
        kept["spec"] = Pick(Json.Object(document, "spec"), "replicas", "selector", "template", "paused", "strategy",
            "minReadySeconds", "progressDeadlineSeconds", "revisionHistoryLimit");
        kept["status"] = document["status"]?.DeepClone();
        return kept;
    }

    public static JsonObject StatefulSet(JsonObject document)
    {
        var kept = Head(document);
        if (Json.Object(document, "metadata", "annotations") is { } annotations)
            kept["metadata"]!["annotations"] = Pick(annotations, CopyLabels.Partition);
        KeepRollout(document, kept);
        KeepController(document, kept);
        kept["spec"] = Pick(Json.Object(document, "spec"), "replicas", "selector", "updateStrategy", "ordinals");
        var containers = Json.Objects(document, "spec", "template", "spec", "containers").Select(one => (JsonNode)Pick(one, "ports"));
        kept["spec"]!["template"] = new JsonObject { ["spec"] = new JsonObject { ["containers"] = new JsonArray([.. containers]) } };
        kept["status"] = document["status"]?.DeepClone();
        return kept;
    }

    public static JsonObject DaemonSet(JsonObject document)
    {
        var kept = StatefulSet(document);
        kept["metadata"]!.AsObject().Remove("annotations");
        return kept;
    }

    public static JsonObject Service(JsonObject document)
    {
        var kept = Head(document);
        kept["spec"] = Pick(Json.Object(document, "spec"), "selector");
        if (Json.Text(document, "spec", "clusterIP") == "None") kept["spec"]!["clusterIP"] = "None";
        KeepController(document, kept);
        kept["spec"]!["ports"] = new JsonArray([.. Json.Objects(document, "spec", "ports").Select(port => (JsonNode)Pick(port, Ports))]);
        KeepRollout(document, kept);
        var annotations = Pick(Json.Object(document, "metadata", "annotations"), CopyLabels.OriginalSelector, CopyLabels.Weight,
            ClaimPatch.Annotation, OtherControllers.ArgoRollout);
        if (annotations.Count > 0) kept["metadata"]!["annotations"] = annotations;
        return kept;
    }

    /// <summary>What it says, and who made it. Its status changes every 15 seconds.</summary>
    public static JsonObject Autoscaler(JsonObject document)
    {
        var kept = Head(document);
        KeepRollout(document, kept);
        kept["metadata"]!["ownerReferences"] = new JsonArray([.. Json.Objects(document, "metadata", "ownerReferences")
            .Select(owner => (JsonNode)Pick(owner, "apiVersion", "kind", "name"))]);
        kept["spec"] = document["spec"]?.DeepClone();
        return kept;
    }

    /// <summary>What it says, and whether it is paused. KEDA writes its status every few seconds.</summary>
    public static JsonObject ScaledObject(JsonObject document)
    {
        var kept = Head(document);
        KeepRollout(document, kept);
        if (document["metadata"]?["deletionTimestamp"] is { } end) kept["metadata"]!["deletionTimestamp"] = end.DeepClone();
        // Also where none of them is kept: a patch has to know whether there are any.
        if (Json.Object(document, "metadata", "annotations") is { } annotations)
            kept["metadata"]!["annotations"] = Pick(annotations, KedaPause.Paused, KedaPause.PausedReplicas,
                CopyLabels.PausedFor);
        kept["spec"] = document["spec"]?.DeepClone();
        return kept;
    }

    public static JsonObject EndpointSlice(JsonObject document)
    {
        var kept = Head(document);
        kept["metadata"]!["labels"] = Pick(Json.Object(document, "metadata", "labels"), "kubernetes.io/service-name");
        kept["addressType"] = document["addressType"]?.DeepClone();
        kept["endpoints"] = new JsonArray([.. Json.Objects(document, "endpoints").Select(endpoint => (JsonNode)new JsonObject()
            .Put("addresses", endpoint["addresses"]?.DeepClone())
            // With publishNotReadyAddresses all addresses are ready, those of pods that end too.
            .Put("ready", Json.Flag(endpoint, "conditions", "terminating") is true ? false : Json.Flag(endpoint, "conditions", "ready"))
            .Put("pod", Json.Text(endpoint, "targetRef", "kind") is "Pod" ? Json.Text(endpoint, "targetRef", "name") : null))]);
        return kept;
    }

    // Whether Canary made it.
    private static void KeepRollout(JsonObject document, JsonObject kept)
    {
        var labels = Pick(Json.Object(document, "metadata", "labels"), CopyLabels.Rollout, OtherControllers.VelaApplication);
        if (labels.Count > 0) kept["metadata"]!["labels"] = labels;
    }

    private static void KeepController(JsonObject document, JsonObject kept)
    {
        if (Json.Objects(document, "metadata", "ownerReferences").FirstOrDefault(one => Json.Flag(one, "controller") is true) is { } owner)
            kept["metadata"]!["ownerReferences"] = new JsonArray(Pick(owner, "apiVersion", "kind", "name", "controller"));
    }

    /// <summary>What names an object and its state.</summary>
    public static JsonObject Head(JsonObject document) => new()
    {
        ["metadata"] = Pick(Json.Object(document, "metadata"), "name", "namespace", "uid", "resourceVersion", "generation"),
    };

    /// <summary>Copies of these fields, as far as there are any.</summary>
    public static JsonObject Pick(JsonObject? from, params string[] keys) =>
        new(keys.Where(key => from?[key] is not null).Select(key => KeyValuePair.Create(key, from![key]?.DeepClone())));
}
