using System;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;

namespace Canary.Sandbox.Workloads.Autoscaling;

/// <summary>The triggers of ScaledObjects that the sandbox knows: <c>cpu</c>, and <c>kubernetes-workload</c>, which counts the pods of a
/// selector. Others are never active and measure nothing.</summary>
/// <remarks>Source: KEDA, pages "CPU" and "Kubernetes Workload" of its scalers.</remarks>
internal static class KedaTriggers
{
    /// <summary>Label that names the ScaledObject, on it and in the metrics of its HorizontalPodAutoscaler.</summary>
    public const string NameLabel = "scaledobject.keda.sh/name";

    private const string Cpu = "cpu";
    private const string Workload = "kubernetes-workload";

    /// <summary>What the HorizontalPodAutoscaler of a ScaledObject measures.</summary>
    public static JsonArray BuildMetrics(JsonObject scaledObject)
    {
        var metrics = new JsonArray();
        foreach (var (trigger, index) in scaledObject.ItemsAt("spec", "triggers").Select((trigger, index) => (trigger, index)))
        {
            if (trigger.TextAt("type") == Cpu) metrics.Add(Resource(Number(trigger, "value") ?? 0));
            else if (trigger.TextAt("type") == Workload) metrics.Add(External(scaledObject.Name(), index, Number(trigger, "value") ?? 1));
        }

        return metrics;
    }

    /// <summary>Whether a trigger says that there is work. One with nothing but CPU always says so.</summary>
    public static async Task<bool> AreActiveAsync(ApiClient api, JsonObject scaledObject, CancellationToken cancel)
    {
        var triggers = scaledObject.ItemsAt("spec", "triggers").ToList();
        if (triggers.TrueForAll(trigger => trigger.TextAt("type") == Cpu)) return true;
        foreach (var trigger in triggers.Where(trigger => trigger.TextAt("type") == Workload))
        {
            if (await CountAsync(api, scaledObject.Namespace(), trigger, cancel) > (Number(trigger, "activationValue") ?? 0)) return true;
        }

        return false;
    }

    /// <summary>The value of an external metric of a HorizontalPodAutoscaler; null: no ScaledObject says what it is.</summary>
    public static async Task<int?> MeasureAsync(ApiClient api, string ns, JsonObject metric, CancellationToken cancel)
    {
        if (metric.TextAt("external", "metric", "selector", "matchLabels", NameLabel) is not { } name
            || await api.FindAsync(KnownKinds.ScaledObjects, new ObjectName(ns, name), cancel) is not { } scaledObject) return null;
        var trigger = scaledObject.ItemsAt("spec", "triggers")
            .Where((_, index) => MetricName(index) == metric.TextAt("external", "metric", "name")).FirstOrDefault();
        return trigger is null ? null : await CountAsync(api, ns, trigger, cancel);
    }

    private static async Task<int> CountAsync(ApiClient api, string ns, JsonObject trigger, CancellationToken cancel) =>
        (await api.ListAllAsync(KnownKinds.Pods, ns, new ListOptions(LabelSelector: trigger.TextAt("metadata", "podSelector")), cancel))
            .Items.Count(pod => pod.TextAt("status", "phase") is not ("Succeeded" or "Failed"));

    private static JsonObject Resource(int utilization) => new()
    {
        ["type"] = "Resource",
        ["resource"] = new JsonObject
        {
            ["name"] = "cpu",
            ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = utilization },
        },
    };

    private static JsonObject External(string name, int index, int value) => new()
    {
        ["type"] = "External",
        ["external"] = new JsonObject
        {
            ["metric"] = new JsonObject
            {
                ["name"] = MetricName(index),
                ["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { [NameLabel] = name } },
            },
            ["target"] = new JsonObject
            {
                ["type"] = "AverageValue",
                ["averageValue"] = value.ToString(CultureInfo.InvariantCulture),
            },
        },
    };

    private static string MetricName(int index) => string.Create(CultureInfo.InvariantCulture, $"s{index}-{Workload}");

    private static int? Number(JsonObject trigger, string field) =>
        int.TryParse(trigger.TextAt("metadata", field), CultureInfo.InvariantCulture, out var number) ? Math.Max(0, number) : null;
}
