using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.StableCopy;
using Canary.Core.Validation;
using Canary.Engine.Ports;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>The HorizontalPodAutoscalers of one workload and of its copy, as they are.</summary>
/// <param name="OfWorkload">The one that its team has; null: none.</param>
/// <param name="OfCopy">The one that Canary made from it; null: none.</param>
/// <param name="Left">Those that Canary made for the copy from one that is gone.</param>
internal sealed record CopyAutoscalers(JsonObject? OfWorkload, JsonObject? OfCopy, IReadOnlyList<JsonObject> Left)
{
    /// <summary>What KEDA's objects have as their group.</summary>
    private const string Keda = "keda.sh/";

    public static CopyAutoscalers Read(RolloutCaches caches, RolloutSnapshot rollout, CopiedWorkload workload)
    {
        var ns = rollout.Name.Namespace;
        var one = Scaling(caches, ns, workload.Reference.Name).FirstOrDefault();
        var made = Scaling(caches, ns, workload.CopyName).Where(made => CopyLabels.IsOf(made, rollout.Name.Name)).ToArray();
        var copy = one is null ? null : made.FirstOrDefault(made => Json.Name(made) == CopyName(one));
        return new CopyAutoscalers(one, copy, [.. made.Where(made => made != copy)]);
    }

    /// <summary>Fewest pods that the workload's allows; null: it has none.</summary>
    public int? MinReplicas => OfWorkload is null ? null : Number(OfWorkload, "minReplicas") ?? 1;

    /// <summary>What is decided from; null: the workload has none.</summary>
    public AutoscalerObservation? Observe() => OfWorkload is null ? null
        : new AutoscalerObservation(MinReplicas!.Value, Number(OfWorkload, "maxReplicas") ?? 1, OfCopy is null ? null
            : new AutoscalerCopy(LevelsOf(OfCopy), IsCurrent(OfWorkload, OfCopy)))
        {
            IsScaleDownDisabled = LevelsOf(OfWorkload).IsScaleDownHeld,
        };

    /// <summary>What is in the way of carrying it over.</summary>
    public static IEnumerable<SpecError> FindObstacles(RolloutCaches caches, RolloutSnapshot rollout, CopiedWorkload workload)
    {
        var (ns, name) = (rollout.Name.Namespace, workload.Reference.Name);
        if (!caches.Autoscalers.HasSynced && caches.Autoscalers.Problem is { IsNotFound: false } unread)
            yield return Error($"nobody knows whether an autoscaler scales Deployment {ns}/{name}: HorizontalPodAutoscalers cannot be "
                + $"read: {unread.Message}. Apply the ClusterRole of this version (deploy/base/rbac.yaml)");
        var scaling = Scaling(caches, ns, name);
        if (scaling.Length > 1)
            yield return Error($"{string.Join(" and ", scaling.Select(one => $"HorizontalPodAutoscaler {ns}/{Json.Name(one)}"))} scale "
                + $"Deployment {ns}/{name}, and Kubernetes lets none of them scale it: keep one of them");
        foreach (var one in scaling)
        {
            if (Json.Objects(one, "metadata", "ownerReferences")
                .FirstOrDefault(owner => Json.Text(owner, "apiVersion")?.StartsWith(Keda, StringComparison.Ordinal) is true) is { } owner)
                yield return Error($"{Json.Text(owner, "kind")} {ns}/{Json.Text(owner, "name")} of KEDA scales Deployment {ns}/{name}. "
                    + "Canary does not carry it over to the stable copy, and KEDA starts pods of a Deployment with 0 replicas: use a "
                    + "HorizontalPodAutoscaler, or name two Deployments in spec.traffic");
            if (Number(one, "minReplicas") is < 1)
                yield return Error($"HorizontalPodAutoscaler {ns}/{Json.Name(one)} has minReplicas 0, so it starts pods of a Deployment "
                    + "with 0 replicas; from 1");
            if (caches.Autoscalers.Get(new ObjectName(ns, CopyName(one))) is { } taken && !CopyLabels.IsOf(taken, rollout.Name.Name))
                yield return Error($"Canary keeps the autoscaler of the stable copy as HorizontalPodAutoscaler {ns}/{CopyName(one)}, and "
                    + "one of that name is there that it did not make; delete or rename it");
        }

        foreach (var other in Scaling(caches, ns, workload.CopyName))
        {
            if (!CopyLabels.IsOf(other, rollout.Name.Name) && !scaling.Any(one => CopyName(one) == Json.Name(other)))
                yield return Error($"HorizontalPodAutoscaler {ns}/{Json.Name(other)} scales the stable copy, {workload.CopyName}, and "
                    + $"Canary did not make it; let it scale {name}: Canary makes the one of the copy");
        }
    }

    /// <summary>That of the copy: as that of the workload, but for its target and <paramref name="levels"/>.</summary>
    public static JsonObject Document(JsonObject one, CopiedWorkload workload, AutoscalerLevels levels, string rollout) => new()
    {
        ["apiVersion"] = KnownKinds.HorizontalPodAutoscalers.ApiVersion,
        ["kind"] = KnownKinds.HorizontalPodAutoscalers.Kind,
        ["metadata"] = CopyDocuments.Metadata(CopyName(one), Json.Namespace(one), rollout),
        ["spec"] = Spec(one, workload.CopyName, levels),
    };

    private static string CopyName(JsonObject one) => Json.Name(one) + CopiedWorkload.StableSuffix;

    private static JsonObject Spec(JsonObject one, string target, AutoscalerLevels levels)
    {
        var spec = (JsonObject)Json.Object(one, "spec")!.DeepClone();
        spec["scaleTargetRef"]!["name"] = target;
        spec["minReplicas"] = levels.MinReplicas;
        if (!levels.IsScaleDownHeld) return spec;
        if (spec["behavior"] is not JsonObject behavior) spec["behavior"] = behavior = [];
        if (behavior["scaleDown"] is not JsonObject down) behavior["scaleDown"] = down = [];
        down["selectPolicy"] = "Disabled";
        return spec;
    }

    private static AutoscalerLevels LevelsOf(JsonObject one) => new(Number(one, "minReplicas") ?? 1,
        Json.Text(one, "spec", "behavior", "scaleDown", "selectPolicy") is "Disabled");

    // The server fills in the rest of a behavior that has one field: while scaling down is held, more than was written may be there.
    private static bool IsCurrent(JsonObject one, JsonObject copy)
    {
        var levels = LevelsOf(copy);
        var wanted = Spec(one, Json.Text(copy, "spec", "scaleTargetRef", "name")!, levels);
        return Covers(wanted, copy["spec"])
            && ((levels.IsScaleDownHeld && !LevelsOf(one).IsScaleDownHeld)
                || (wanted["behavior"] is null) == (copy["spec"]!["behavior"] is null));
    }

    private static bool Covers(JsonNode? wanted, JsonNode? there) => (wanted, there) switch
    {
        (JsonObject one, JsonObject other) => one.All(field => Covers(field.Value, other[field.Key])),
        (JsonArray one, JsonArray other) => one.Count == other.Count && one.Zip(other).All(pair => Covers(pair.First, pair.Second)),
        _ => JsonNode.DeepEquals(wanted, there),
    };

    private static JsonObject[] Scaling(RolloutCaches caches, string ns, string deployment) =>
        [.. caches.Autoscalers.Find(RolloutCaches.ByTarget, $"{ns}/{deployment}").OrderBy(Json.Name, StringComparer.Ordinal)];

    private static SpecError Error(string message) => new("spec.workload.name", message);

    private static int? Number(JsonObject autoscaler, string field) => (int?)Json.Whole(autoscaler, "spec", field);
}
