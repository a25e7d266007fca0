using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Definitions;
using Canary.ApiServer.Documents.Policies;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Rules of the built-in kinds.</summary>
internal static class KindRules
{
    public static IReadOnlyList<FieldError> Check(string kind, JsonObject obj, JsonObject? old, string? subresource)
    {
        if (subresource == "status")
            return [];
        return kind switch
        {
            "ConfigMap" => ConfigRules.ConfigMap(obj, old),
            "Secret" => ConfigRules.Secret(obj, old),
            "Service" => ServiceRules.Service(obj, old),
            "Ingress" => IngressRules.Check(obj),
            "EndpointSlice" => ServiceRules.EndpointSlice(obj, old),
            "Deployment" => WorkloadRules.Replicated(obj, old),
            "ReplicaSet" => WorkloadRules.Replicated(obj, old),
            "StatefulSet" => ControllerRules.StatefulSet(obj, old),
            "DaemonSet" => ControllerRules.DaemonSet(obj, old),
            "ControllerRevision" => ControllerRules.Revision(obj, old),
            "ResourceQuota" => ControllerRules.Quota(obj),
            "Pod" => WorkloadRules.Pod(obj, old),
            "Lease" => Lease(obj),
            "Event" => EventRules.Check(obj, old),
            "HorizontalPodAutoscaler" => Autoscaler(obj),
            "Scale" => obj.At("spec", "replicas").Whole() < 0 ? [NotNegative("spec.replicas", obj.At("spec", "replicas"))] : [],
            "PodDisruptionBudget" => DisruptionBudget(obj),
            "RoleBinding" or "ClusterRoleBinding" => old is not null && !JsonNode.DeepEquals(obj.Member("roleRef"), old.Member("roleRef"))
                ? [FieldError.Invalid("roleRef", GoFormat.Value(obj.Member("roleRef")), "cannot change roleRef")]
                : [],
            "CustomResourceDefinition" => DefinitionRules.Check(obj, old),
            "ValidatingAdmissionPolicy" => PolicyRules.Policy(obj),
            "ValidatingAdmissionPolicyBinding" => PolicyRules.Binding(obj),
            _ => [],
        };
    }

    public static FieldError NotNegative(string field, JsonNode? value) =>
        FieldError.Invalid(field, GoFormat.Value(value), "must be greater than or equal to 0");

    public static FieldError Immutable(string field, string shown) => FieldError.Invalid(field, shown, "field is immutable");

    private static List<FieldError> Lease(JsonObject obj)
    {
        var errors = new List<FieldError>();
        if (obj.At("spec", "leaseDurationSeconds") is { } duration && duration.Whole() <= 0)
            errors.Add(FieldError.Invalid("spec.leaseDurationSeconds", GoFormat.Value(duration), "must be greater than 0"));
        if (obj.At("spec", "leaseTransitions") is { } transitions && transitions.Whole() < 0)
            errors.Add(NotNegative("spec.leaseTransitions", transitions));
        return errors;
    }

    private static List<FieldError> Autoscaler(JsonObject obj)
    {
        var errors = new List<FieldError>();
        var least = obj.At("spec", "minReplicas");
        var most = obj.At("spec", "maxReplicas");
        if (least.Whole() < 1)
            errors.Add(FieldError.Invalid("spec.minReplicas", GoFormat.Value(least), "must be greater than or equal to 1"));
        if ((most.Whole() ?? 0) < 1)
            errors.Add(FieldError.Invalid("spec.maxReplicas", most is null ? "0" : GoFormat.Value(most), "must be greater than 0"));
        if (most.Whole() < least.Whole())
            errors.Add(FieldError.Invalid("spec.maxReplicas", GoFormat.Value(most), "must be greater than or equal to `minReplicas`"));
        foreach (var name in (string[])["kind", "name"])
            if (obj.At("spec", "scaleTargetRef", name).Text() is not { Length: > 0 })
                errors.Add(FieldError.Required($"spec.scaleTargetRef.{name}"));
        return errors;
    }

    private static List<FieldError> DisruptionBudget(JsonObject obj) =>
        obj.At("spec", "minAvailable") is not null && obj.At("spec", "maxUnavailable") is not null
            ? [FieldError.Invalid("spec", GoFormat.Value(obj.Member("spec")), "minAvailable and maxUnavailable cannot be both set")]
            : [];

    /// <summary>A map of strings as Go prints it.</summary>
    public static string StringMap(JsonNode? node) => node is JsonObject members
        ? "map[string]string{" + string.Join(", ", members.OrderBy(member => member.Key, System.StringComparer.Ordinal)
            .Select(member => $"{GoFormat.Quoted(member.Key)}:{GoFormat.Quoted(member.Value.Text() ?? "")}")) + "}"
        : "map[string]string(nil)";
}
