using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Numerics;
using System.Text.Json.Nodes;
using Canary.ApiServer.Expressions.Values;
using Canary.ApiServer.Objects;
using Canary.Sandbox.Workloads.Reconciling;

namespace Canary.Sandbox.Workloads.Nodes;

/// <summary>Chooses the Node of a pod as kube-scheduler does with its default plugins, as far as the sandbox has what they look at:
/// cordons, taints, node selector and affinity by name, requests of CPU and memory, the number of pods.</summary>
/// <param name="Node">The Node; null where none will do.</param>
/// <param name="Problem">Why none will do, in the words of kube-scheduler.</param>
internal sealed record Placement(string? Node, string? Problem)
{
    public const string Cordoned = "node.kubernetes.io/unschedulable";
    private const string NoCpu = "Insufficient cpu";

    /// <param name="pod">Who needs a Node.</param>
    /// <param name="nodes">All there are.</param>
    /// <param name="bound">The pods that have one.</param>
    public static Placement Choose(JsonObject pod, IReadOnlyList<JsonObject> nodes, IReadOnlyList<JsonObject> bound)
    {
        var running = bound.Where(one => one.TextAt("status", "phase") is not ("Failed" or "Succeeded"))
            .ToLookup(one => one.TextAt("spec", "nodeName"));
        var isForced = pod.TextAt("metadata", "annotations", SandboxAnnotations.Unschedulable) == "true";
        var found = nodes.Select(node => (Name: node.Name(), Problems: isForced ? [NoCpu] : Problems(pod, node, running[node.Name()])))
            .ToList();
        var owner = pod.Controller().TextAt("uid");
        var best = found.Where(entry => entry.Problems.Count == 0)
            .OrderBy(entry => running[entry.Name].Count(one => owner is not null && one.Controller().TextAt("uid") == owner))
            .ThenBy(entry => running[entry.Name].Count()).ThenBy(entry => entry.Name, System.StringComparer.Ordinal)
            .FirstOrDefault();
        if (best.Name is not null) return new Placement(best.Name, null);
        var reasons = found.SelectMany(entry => entry.Problems).GroupBy(problem => problem)
            .Select(group => $"{group.Count().ToString(CultureInfo.InvariantCulture)} {group.Key}").Order(System.StringComparer.Ordinal);
        var told = nodes.Count == 0 ? "no nodes available to schedule pods"
            : $"0/{nodes.Count.ToString(CultureInfo.InvariantCulture)} nodes are available: {string.Join(", ", reasons)}.";
        return new Placement(null, told);
    }

    /// <summary>Whether the pod may be on the Node at all, whatever else is there.</summary>
    public static bool Suits(JsonObject pod, JsonObject node) => Obstacle(pod, node) is null;

    private static IReadOnlyList<string> Problems(JsonObject pod, JsonObject node, IEnumerable<JsonObject> there)
    {
        if (Obstacle(pod, node) is { } obstacle) return [obstacle];
        var problems = new List<string>();
        var pods = there.ToList();
        if (int.TryParse(node.TextAt("status", "allocatable", "pods"), CultureInfo.InvariantCulture, out var most) && pods.Count >= most)
            problems.Add("Too many pods");
        foreach (var resource in new[] { "cpu", "memory" })
        {
            var wanted = Requested(pod, resource);
            if (wanted <= 0) continue;
            var used = pods.Aggregate(BigInteger.Zero, (sum, one) => sum + Requested(one, resource));
            if (used + wanted > Amount(node.At("status", "allocatable", resource))) problems.Add($"Insufficient {resource}");
        }

        return problems;
    }

    private static string? Obstacle(JsonObject pod, JsonObject node)
    {
        var cordon = new JsonObject { ["key"] = Cordoned, ["effect"] = "NoSchedule" };
        if (node.FlagAt("spec", "unschedulable") == true && !Tolerates(pod, cordon))
            return "node(s) were unschedulable";
        var taint = node.ItemsAt("spec", "taints").FirstOrDefault(taint => taint.TextAt("effect") is "NoSchedule" or "NoExecute"
            && !Tolerates(pod, taint));
        if (taint is not null) return $"node(s) had untolerated taint {{{taint.TextAt("key")}: {taint.TextAt("value")}}}";
        var selector = pod.TextsAt("spec", "nodeSelector");
        var isSelected = selector.Count == 0 || node.Labels().IsSelectedBy(selector);
        return isSelected && IsNamed(pod, node) ? null : "node(s) didn't match Pod's node affinity/selector";
    }

    public static bool Tolerates(JsonObject pod, JsonObject taint) => Toleration(pod, taint) is not null;

    /// <summary>The toleration of this taint, if there is one.</summary>
    public static JsonObject? Toleration(JsonObject pod, JsonObject taint) => pod.ItemsAt("spec", "tolerations").FirstOrDefault(one =>
        (one.TextAt("key") is null or "" || one.TextAt("key") == taint.TextAt("key"))
        && (one.TextAt("effect") is null or "" || one.TextAt("effect") == taint.TextAt("effect"))
        && (one.TextAt("operator") == "Exists" || (one.TextAt("value") ?? "") == (taint.TextAt("value") ?? "")));

    // The form that the DaemonSet controller writes.
    private static bool IsNamed(JsonObject pod, JsonObject node)
    {
        var terms = pod.ItemsAt("spec", "affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution", "nodeSelectorTerms")
            .Where(term => term.ItemsAt("matchFields").Any()).ToList();
        return terms.Count == 0 || terms.Any(term => term.ItemsAt("matchFields").All(field =>
            field.At("values") is JsonArray names && names.Any(name => name!.GetValue<string>() == node.Name())));
    }

    private static BigInteger Requested(JsonObject pod, string resource) => pod.ItemsAt("spec", "containers")
        .Aggregate(BigInteger.Zero, (sum, container) => sum + Amount(container.At("resources", "requests", resource)));

    private static BigInteger Amount(JsonNode? quantity) =>
        quantity is null ? 0 : QuantityValue.Read(quantity.ToString())?.Nanos ?? 0;
}
