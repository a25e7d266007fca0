using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using System.Threading;
using System.Threading.Tasks;
using Canary.ApiServer.Documents.Selectors;
using Canary.ApiServer.Objects;
using Canary.Kubernetes.Api;
using Canary.Kubernetes.Api.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Autoscaling;

/// <summary>Plays the HorizontalPodAutoscaler controller. It measures the CPU utilization that annotations say, and what a trigger of a
/// ScaledObject counts, and knows no other metric.</summary>
/// <remarks>Source: kubernetes pkg/controller/podautoscaler/horizontal.go. Of <c>behavior</c> it keeps
/// <c>scaleDown.stabilizationWindowSeconds</c> and <c>scaleDown.selectPolicy: Disabled</c>, and no policies.</remarks>
internal sealed class AutoscalerReconciler(ApiClient api, TimeProvider time) : IReconciler
{
    private const string Metric = "cpu resource utilization (percentage of request)";
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(15);
    private static readonly WriteOptions Writing = new("canary-sandbox-autoscaler");
    private readonly EventWriter _events = new(api, "horizontal-pod-autoscaler", time);
    private readonly Dictionary<string, List<(DateTimeOffset At, int Replicas)>> _recent = [];

    public async Task<TimeSpan?> ReconcileAsync(ObjectName name, CancellationToken cancel)
    {
        if (await api.FindAsync(WorkloadKinds.Autoscalers, name, cancel) is not { } autoscaler || autoscaler.IsTerminating()) return null;
        var (target, problem) = await ScaleTarget.ReadAsync(api, autoscaler, cancel);
        if (target is null)
        {
            var told = $"the HPA controller was unable to get the target's current scale: {problem}";
            await WarnAsync(autoscaler, "AbleToScale", "FailedGetScale", problem!, cancel);
            await WriteAsync(autoscaler, null, null, [Condition(autoscaler, "AbleToScale", false, "FailedGetScale", told)], cancel);
            return Period;
        }

        var least = autoscaler.NumberAt("spec", "minReplicas") ?? 1;
        var most = autoscaler.NumberAt("spec", "maxReplicas") ?? 1;
        if (target.Wanted == 0 && least != 0)
        {
            await WriteAsync(autoscaler, target, 0,
            [
                Able(autoscaler, "SucceededGetScale", "the HPA controller was able to get the target's current scale"),
                Condition(autoscaler, "ScalingActive", false, "ScalingDisabled",
                    "scaling is disabled since the replica count of the target is zero"),
            ], cancel);
        }
        else if (target.Wanted > most || target.Wanted < least)
        {
            var bound = target.Wanted > most ? "above Spec.MaxReplicas" : "below Spec.MinReplicas";
            var replicas = Math.Clamp(target.Wanted, least, most);
            await RescaleAsync(autoscaler, target, replicas, $"Current number of replicas {bound}", [], cancel);
        }
        else
        {
            await MeasureAsync(autoscaler, target, least, most, cancel);
        }

        return Period;
    }

    private async Task MeasureAsync(JsonObject autoscaler, ScaleTarget target, int least, int most, CancellationToken cancel)
    {
        var pods = await target.PodsAsync(api, cancel);
        var able = Able(autoscaler, "SucceededGetScale", "the HPA controller was able to get the target's current scale");
        if (await RivalsAsync(autoscaler, pods, cancel) is { Count: > 1 } rivals)
        {
            var told = $"pods by selector {target.Selector} are controlled by multiple HPAs: [{string.Join(' ', rivals)}]";
            await WarnAsync(autoscaler, "ScalingActive", "AmbiguousSelector", told, cancel);
            await WriteAsync(autoscaler, target, target.Wanted,
                [able, Condition(autoscaler, "ScalingActive", false, "AmbiguousSelector", told)], cancel);
            return;
        }

        var recommended = await RecommendAsync(autoscaler, target, pods, cancel);
        if (recommended.Replicas is not { } wanted)
        {
            var told = $"the HPA was unable to compute the replica count: {recommended.Problem}";
            await WarnAsync(autoscaler, "ScalingActive", "FailedGetResourceMetric", recommended.Problem!, cancel);
            await WriteAsync(autoscaler, target, target.Wanted,
                [able, Condition(autoscaler, "ScalingActive", false, "FailedGetResourceMetric", told)], cancel);
            return;
        }

        var stable = Stabilize(autoscaler, target.Wanted, wanted);
        if (autoscaler.TextAt("spec", "behavior", "scaleDown", "selectPolicy") is "Disabled") stable = Math.Max(stable, target.Wanted);
        var limits = ScaleLimits.Apply(stable, target.Wanted, least, most);
        var conditions = new List<JsonObject>
        {
            Condition(autoscaler, "ScalingActive", true, "ValidMetricFound",
                $"the HPA was able to successfully calculate a replica count from {Metric}"),
            Condition(autoscaler, "ScalingLimited", limits.IsLimited, limits.Reason, limits.Message),
        };
        var reason = limits.Replicas > target.Wanted ? $"{Metric} above target" : "All metrics below target";
        if (limits.Replicas != target.Wanted)
        {
            await RescaleAsync(autoscaler, target, limits.Replicas, reason, conditions, cancel, recommended.Utilization);
            return;
        }

        conditions.Insert(0, stable > wanted
            ? Able(autoscaler, "ScaleDownStabilized",
                "recent recommendations were higher than current one, applying the highest recent recommendation")
            : Able(autoscaler, "ReadyForNewScale", "recommended size matches current size"));
        await WriteAsync(autoscaler, target, limits.Replicas, conditions, cancel, recommended.Utilization);
    }

    // By the pods that the target selects: every autoscaler whose target selects one of them too.
    private async Task<List<string>> RivalsAsync(JsonObject autoscaler, IReadOnlyList<JsonObject> pods, CancellationToken cancel)
    {
        var rivals = new List<string>();
        foreach (var other in (await api.ListAllAsync(WorkloadKinds.Autoscalers, autoscaler.Namespace(), ListOptions.All, cancel)).Items)
        {
            var (target, _) = await ScaleTarget.ReadAsync(api, other, cancel);
            if (target?.Selector is { Length: > 0 } text && pods.Any(LabelSelector.Parse(text).Matches))
                rivals.Add($"{other.Namespace()}/{other.Name()}");
        }

        rivals.Sort(StringComparer.Ordinal);
        return rivals;
    }

    private async Task<Recommendation> RecommendAsync(JsonObject autoscaler, ScaleTarget target, IReadOnlyList<JsonObject> pods,
        CancellationToken cancel)
    {
        if (await RecommendByTriggersAsync(autoscaler, target, cancel) is { } counted) return counted;
        var metric = autoscaler.ItemsAt("spec", "metrics").FirstOrDefault(one => one.TextAt("resource", "name") == "cpu");
        if (metric.NumberAt("resource", "target", "averageUtilization") is not { } goal)
            return Recommendation.None("the sandbox measures cpu utilization only");
        var active = pods.Where(PodReadiness.IsActive).ToList();
        var ready = active.Where(PodReadiness.IsReady).ToList();
        var common = Reading(await api.FindAsync(target.Kind, target.Name, cancel));
        var readings = ready.Select(pod => Reading(pod) ?? common).OfType<double>().ToList();
        return readings.Count == 0 && ready.Count > 0
            ? Recommendation.None("failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from "
                + "resource metrics API")
            : Recommendation.Compute(target.Wanted, goal, readings.Sum(), readings.Count, active.Count - ready.Count);
    }

    // The most that one of them wants. Null: there are none.
    private async Task<Recommendation?> RecommendByTriggersAsync(JsonObject autoscaler, ScaleTarget target, CancellationToken cancel)
    {
        Recommendation? most = null;
        foreach (var metric in autoscaler.ItemsAt("spec", "metrics").Where(one => one.TextAt("type") == "External"))
        {
            var text = metric.TextAt("external", "target", "averageValue");
            if (!int.TryParse(text, CultureInfo.InvariantCulture, out var goal) || goal < 1
                || await KedaTriggers.MeasureAsync(api, autoscaler.Namespace(), metric, cancel) is not { } there)
                return Recommendation.None($"unable to get external metric {metric.TextAt("external", "metric", "name")}");
            var wanted = Recommendation.Divide(target.Wanted, goal, there);
            if (!(most?.Replicas >= wanted.Replicas)) most = wanted;
        }

        return most;
    }

    private static double? Reading(JsonObject? item) =>
        double.TryParse(item.TextAt("metadata", "annotations", SandboxAnnotations.Cpu), CultureInfo.InvariantCulture, out var percent)
            ? percent : null;

    // The highest of the recommendations within the window, so that a short lull takes nothing away.
    private int Stabilize(JsonObject autoscaler, int current, int wanted)
    {
        var window = TimeSpan.FromSeconds(autoscaler.NumberAt("spec", "behavior", "scaleDown", "stabilizationWindowSeconds") ?? 300);
        var now = time.GetUtcNow();
        if (!_recent.TryGetValue(autoscaler.Uid(), out var recent)) _recent[autoscaler.Uid()] = recent = [(now, current)];
        recent.RemoveAll(one => now - one.At >= window);
        recent.Add((now, wanted));
        return recent.Max(one => one.Replicas);
    }

    private async Task RescaleAsync(JsonObject autoscaler, ScaleTarget target, int replicas, string reason,
        IReadOnlyList<JsonObject> conditions, CancellationToken cancel, int? utilization = null)
    {
        await target.ResizeAsync(api, replicas, Writing, cancel);
        var number = replicas.ToString(CultureInfo.InvariantCulture);
        await _events.WriteAsync(WorkloadKinds.Autoscalers, autoscaler, "Normal", "SuccessfulRescale",
            $"New size: {number}; reason: {reason}", cancel);
        var able = Able(autoscaler, "SucceededRescale", $"the HPA controller was able to update the target scale to {number}");
        await WriteAsync(autoscaler, target, replicas, [able, .. conditions], cancel, utilization, hasScaled: true);
    }

    private Task WriteAsync(JsonObject autoscaler, ScaleTarget? target, int? wanted, IReadOnlyList<JsonObject> conditions,
        CancellationToken cancel, int? utilization = null, bool hasScaled = false)
    {
        var status = new JsonObject { ["conditions"] = StatusCondition.Merge(autoscaler, [.. conditions]) };
        if (target is not null) status["currentReplicas"] = target.There;
        if (wanted is not null) status["desiredReplicas"] = wanted;
        if (hasScaled) status["lastScaleTime"] = time.GetUtcNow().ToTimestamp();
        if (utilization is not null)
        {
            var current = new JsonObject { ["averageUtilization"] = utilization };
            status["currentMetrics"] = new JsonArray(new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject { ["name"] = "cpu", ["current"] = current },
            });
        }

        return api.WriteStatusAsync(WorkloadKinds.Autoscalers, autoscaler, status, Writing, cancel);
    }

    // Once, when it begins.
    private Task WarnAsync(JsonObject autoscaler, string type, string reason, string message, CancellationToken cancel) =>
        StatusCondition.Find(autoscaler, type).TextAt("reason") == reason ? Task.CompletedTask
            : _events.WarnAsync(WorkloadKinds.Autoscalers, autoscaler, reason, message, cancel);

    private JsonObject Able(JsonObject autoscaler, string reason, string message) =>
        Condition(autoscaler, "AbleToScale", true, reason, message);

    private JsonObject Condition(JsonObject autoscaler, string type, bool holds, string reason, string message) =>
        StatusCondition.Build(autoscaler, type, holds ? "True" : "False", reason, message, time.GetUtcNow());
}
