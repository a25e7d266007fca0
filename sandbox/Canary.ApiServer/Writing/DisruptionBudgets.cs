using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Catalogue;
using Canary.ApiServer.Documents.Selectors;
using Canary.ApiServer.Http;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Writing;

/// <summary>Refuses an eviction that would violate a PodDisruptionBudget.</summary>
/// <remarks>A real server trusts the numbers in the budget's status, which a controller keeps. Here they are counted anew each time.
/// Source: kubernetes pkg/registry/core/pod/storage/eviction.go and pkg/controller/disruption/disruption.go.</remarks>
internal sealed class DisruptionBudgets(ResourceCatalogue catalogue)
{
    private static readonly (string Group, string Plural, string Kind)[] Scaled =
        [("apps", "replicasets", "ReplicaSet"), ("apps", "statefulsets", "StatefulSet")];

    /// <exception cref="ApiRefusal">429 that says how many pods the budget needs.</exception>
    public void Check(ServedResource pods, JsonObject pod)
    {
        if (pod.TextAt("status", "phase") is "Pending" or "Succeeded" or "Failed" || pod.IsTerminating()) return;
        var budgets = Objects("policy", "poddisruptionbudgets", pod.Namespace())
            .Where(one => one.ObjectAt("spec", "selector") is { } selector && LabelSelector.OfObject(selector).Matches(pod)).ToList();
        if (budgets.Count == 0) return;
        if (budgets.Count > 1)
            throw ApiRefusal.Internal(
                "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        var budget = budgets[0];
        var covered = LabelSelector.OfObject(budget.ObjectAt("spec", "selector")!);
        var selected = Objects(pods.Group, pods.Plural, pod.Namespace()).Where(one => covered.Matches(one)).ToList();
        var healthy = selected.Count(one => IsHealthy(one) && !one.IsTerminating());
        var desired = Desired(budget, selected);
        if (!IsHealthy(pod) && (budget.TextAt("spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow"
            || (desired > 0 && healthy >= desired))) return;
        // Nobody knows how many there are to be, so none may go.
        if (desired is { } needed && healthy > needed) return;
        throw ApiRefusal.Disruption(budget.Name(), desired ?? 0, healthy);
    }

    // Null: it counts by the size of the workload, and that has none.
    private int? Desired(JsonObject budget, IReadOnlyList<JsonObject> selected)
    {
        var (least, most) = (budget.At("spec", "minAvailable"), budget.At("spec", "maxUnavailable"));
        if (least is null && most is null) return 0;
        if (most is null && budget.NumberAt("spec", "minAvailable") is { } number) return number;
        if (Expected(selected) is not { } expected) return null;
        return least is not null ? Share(budget, "minAvailable", expected)
            : Math.Max(0, expected - Share(budget, "maxUnavailable", expected));
    }

    private int? Expected(IReadOnlyList<JsonObject> selected)
    {
        var sum = 0;
        foreach (var owner in selected.Select(pod => pod.Controller()).DistinctBy(owner => owner.TextAt("uid")))
        {
            var (group, plural, _) = Scaled.FirstOrDefault(kind => kind.Kind == owner.TextAt("kind"));
            if (plural is null || Objects(group, plural, selected[0].Namespace()).FirstOrDefault(one => one.Uid() == owner.TextAt("uid"))
                is not { } workload) return null;
            sum += workload.NumberAt("spec", "replicas") ?? 1;
        }

        return sum;
    }

    private IEnumerable<JsonObject> Objects(string group, string plural, string ns) =>
        catalogue.Find(group, "v1", plural)!.Objects.Objects.Values.Select(stored => stored.Json).Where(one => one.Namespace() == ns);

    // A number, or a percentage that is rounded up.
    private static int Share(JsonObject budget, string field, int of) => budget.NumberAt("spec", field)
        ?? (budget.TextAt("spec", field) is { } text && text.EndsWith('%')
            && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
                ? (int)Math.Ceiling(percent * of / 100.0) : 0);

    private static bool IsHealthy(JsonObject pod) => pod.ItemsAt("status", "conditions")
        .Any(condition => condition.TextAt("type") == "Ready" && condition.TextAt("status") == "True");
}
