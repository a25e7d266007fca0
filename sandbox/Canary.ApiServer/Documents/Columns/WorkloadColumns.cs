using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.Columns;

/// <summary>Columns of pods and of what makes them.</summary>
internal static class WorkloadColumns
{
    public static IReadOnlyList<TableColumn> Deployment(TableColumn name, TableColumn age) =>
    [
        name,
        BuiltInColumns.Text("Ready", "Pods that are ready, of those wanted.",
            (obj, _) => $"{Number(obj, "readyReplicas")}/{obj.At("spec", "replicas").Whole() ?? 0}"),
        BuiltInColumns.Text("Up-to-date", "Pods made from the present template.", (obj, _) => Number(obj, "updatedReplicas")),
        BuiltInColumns.Text("Available", "Pods that have been ready long enough.", (obj, _) => Number(obj, "availableReplicas")),
        age,
        .. Template(),
    ];

    public static IReadOnlyList<TableColumn> ReplicaSet(TableColumn name, TableColumn age) =>
    [
        name,
        BuiltInColumns.Text("Desired", "Pods wanted.", (obj, _) => obj.At("spec", "replicas").Whole() ?? 0) with { Type = "integer" },
        BuiltInColumns.Text("Current", "Pods that exist.", (obj, _) => Number(obj, "replicas")) with { Type = "integer" },
        BuiltInColumns.Text("Ready", "Pods that are ready.", (obj, _) => Number(obj, "readyReplicas")) with { Type = "integer" },
        age,
        .. Template(),
    ];

    public static IReadOnlyList<TableColumn> StatefulSet(TableColumn name, TableColumn age) =>
    [
        name,
        BuiltInColumns.Text("Ready", "Pods that are ready, of those wanted.",
            (obj, _) => $"{Number(obj, "readyReplicas")}/{obj.At("spec", "replicas").Whole() ?? 0}"),
        age,
        .. Template().Take(2),
    ];

    public static IReadOnlyList<TableColumn> DaemonSet(TableColumn name, TableColumn age) =>
    [
        name,
        Count("Desired", "Nodes that shall run a pod.", "desiredNumberScheduled"),
        Count("Current", "Nodes that run one.", "currentNumberScheduled"),
        Count("Ready", "Nodes whose pod is ready.", "numberReady"),
        Count("Up-to-date", "Nodes whose pod is of the present template.", "updatedNumberScheduled"),
        Count("Available", "Nodes whose pod has been ready long enough.", "numberAvailable"),
        BuiltInColumns.Text("Node Selector", "Labels of the nodes.",
            (obj, _) => CellTexts.Labels(obj.At("spec", "template", "spec", "nodeSelector"))),
        age,
        .. Template(),
    ];

    public static IReadOnlyList<TableColumn> Revision(TableColumn name, TableColumn age) =>
    [
        name,
        BuiltInColumns.Text("Controller", "The workload that had the template.", (obj, _) => Owner(obj)),
        BuiltInColumns.Text("Revision", "Its number.", (obj, _) => obj.Member("revision").Whole() ?? 0),
        age,
    ];

    public static IReadOnlyList<TableColumn> Pod(TableColumn name, TableColumn age) =>
    [
        name,
        BuiltInColumns.Text("Ready", "Containers that are ready.", (obj, _) => PodState.Ready(obj)),
        BuiltInColumns.Text("Status", "Phase, or what keeps the pod from running.", (obj, _) => PodState.Status(obj)),
        BuiltInColumns.Text("Restarts", "Restarts of its containers.", PodState.Restarts),
        age,
        BuiltInColumns.Wide("IP", "Address of the pod.", (obj, _) => BuiltInColumns.Or(obj.At("status", "podIP"), "<none>")),
        BuiltInColumns.Wide("Node", "Node that runs the pod.", (obj, _) => BuiltInColumns.Or(obj.At("spec", "nodeName"), "<none>")),
        BuiltInColumns.Wide("Nominated Node", "Node on which room is being made.",
            (obj, _) => BuiltInColumns.Or(obj.At("status", "nominatedNodeName"), "<none>")),
        BuiltInColumns.Wide("Readiness Gates", "Further conditions that hold.", (obj, _) => PodState.Gates(obj)),
    ];

    public static IReadOnlyList<TableColumn> Autoscaler(TableColumn name, TableColumn age) =>
    [
        name,
        BuiltInColumns.Text("Reference", "What is scaled.",
            (obj, _) => $"{obj.At("spec", "scaleTargetRef", "kind").Text()}/{obj.At("spec", "scaleTargetRef", "name").Text()}"),
        BuiltInColumns.Text("Targets", "Measured and wanted load.", (obj, _) => Targets(obj)),
        BuiltInColumns.Text("MinPods", "Fewest pods.", (obj, _) => BuiltInColumns.Or(obj.At("spec", "minReplicas"), "<unset>")),
        BuiltInColumns.Text("MaxPods", "Most pods.", (obj, _) => obj.At("spec", "maxReplicas").Whole() ?? 0),
        BuiltInColumns.Text("Replicas", "Pods now.", (obj, _) => Number(obj, "currentReplicas")),
        age,
    ];

    private static TableColumn[] Template() =>
    [
        BuiltInColumns.Wide("Containers", "Names of the containers.",
            (obj, _) => CellTexts.Names(obj.At("spec", "template", "spec", "containers"), "name")),
        BuiltInColumns.Wide("Images", "Images of the containers.",
            (obj, _) => CellTexts.Names(obj.At("spec", "template", "spec", "containers"), "image")),
        BuiltInColumns.Wide("Selector", "Labels of the pods.", (obj, _) => CellTexts.Selector(obj.At("spec", "selector"))),
    ];

    private static TableColumn Count(string column, string description, string member) =>
        BuiltInColumns.Text(column, description, (obj, _) => Number(obj, member)) with { Type = "integer" };

    private static string Owner(JsonObject obj) =>
        (obj.At("metadata", "ownerReferences") as JsonArray ?? []).FirstOrDefault(one => one.Member("controller").IsTrue()) is { } owner
            ? $"{owner.Member("kind").Text()?.ToLowerInvariant()}.{owner.Member("apiVersion").Text()?.Split('/')[0]}/"
                + owner.Member("name").Text()
            : "<none>";

    private static long Number(JsonObject obj, string name) => obj.At("status", name).Whole() ?? 0;

    private static string Targets(JsonObject obj)
    {
        var targets = (obj.At("spec", "metrics") as JsonArray ?? []).Where(metric => metric.Member("type").Text() == "Resource")
            .Select(metric =>
        {
            var resource = metric.Member("resource");
            var wanted = resource.At("target", "averageUtilization").Whole() is { } percent ? $"{percent}%"
                : BuiltInColumns.Or(resource.At("target", "averageValue"), "<auto>");
            return $"{resource.Member("name").Text()}: {Current(obj, resource.Member("name").Text())}/{wanted}";
        }).ToList();
        if (obj.At("spec", "targetCPUUtilizationPercentage").Whole() is { } cpu)
            targets.Add(
                $"cpu: {(obj.At("status", "currentCPUUtilizationPercentage").Whole() is { } now ? $"{now}%" : "<unknown>")}/{cpu}%");
        return targets.Count == 0 ? "<none>" : CellTexts.FirstOf(targets, 2);
    }

    private static string Current(JsonObject obj, string? resource)
    {
        var found = (obj.At("status", "currentMetrics") as JsonArray
            ?? []).FirstOrDefault(metric => metric.At("resource", "name").Text() == resource);
        return found.At("resource", "current", "averageUtilization").Whole() is { } percent ? $"{percent}%" : "<unknown>";
    }
}
