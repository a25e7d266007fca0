using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Rules of StatefulSets, DaemonSets, ControllerRevisions and ResourceQuotas.</summary>
/// <remarks>Source: kubernetes 1.32, pkg/apis/apps/validation and pkg/registry/apps.</remarks>
internal static class ControllerRules
{
    private static readonly string[] Mutable =
        ["replicas", "ordinals", "template", "updateStrategy", "persistentVolumeClaimRetentionPolicy", "minReadySeconds"];

    public static IReadOnlyList<FieldError> StatefulSet(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        var spec = obj.Member("spec");
        if (spec.Member("podManagementPolicy").Text() is not ("OrderedReady" or "Parallel"))
            errors.Add(FieldError.Invalid("spec.podManagementPolicy", GoFormat.Value(spec.Member("podManagementPolicy")),
                "must be 'OrderedReady' or 'Parallel'"));
        var strategy = spec.Member("updateStrategy");
        if (strategy.Member("type").Text() is not ("RollingUpdate" or "OnDelete"))
            errors.Add(FieldError.Invalid("spec.updateStrategy", GoFormat.Value(strategy), "must be 'RollingUpdate' or 'OnDelete'"));
        else if (strategy.Member("type").Text() == "OnDelete" && strategy.Member("rollingUpdate") is not null)
            errors.Add(FieldError.Invalid("spec.updateStrategy.rollingUpdate", GoFormat.Value(strategy.Member("rollingUpdate")),
                "only allowed for updateStrategy 'RollingUpdate'"));
        NotNegative(spec, ["replicas", "minReadySeconds", "revisionHistoryLimit"], errors);
        if (strategy.At("rollingUpdate", "partition").Whole() < 0)
            errors.Add(KindRules.NotNegative("spec.updateStrategy.rollingUpdate.partition", strategy.At("rollingUpdate", "partition")));
        if (spec.At("ordinals", "start").Whole() < 0)
            errors.Add(KindRules.NotNegative("spec.ordinals.start", spec.At("ordinals", "start")));
        WorkloadRules.Template(spec, "statefulset", errors);
        if (old is not null && !JsonNode.DeepEquals(Frozen(obj), Frozen(old)))
            errors.Add(FieldError.Forbidden("spec",
                "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', "
                    + "'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"));
        return errors;
    }

    public static IReadOnlyList<FieldError> DaemonSet(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        var spec = obj.Member("spec");
        WorkloadRules.Template(spec, "daemonset", errors);
        NotNegative(spec, ["minReadySeconds", "revisionHistoryLimit"], errors);
        var strategy = spec.Member("updateStrategy");
        var rolling = strategy.Member("rollingUpdate");
        if (strategy.Member("type").Text() is not ("RollingUpdate" or "OnDelete"))
            errors.Add(FieldError.NotSupported("spec.updateStrategy.type", GoFormat.Value(strategy.Member("type")),
                "\"RollingUpdate\", \"OnDelete\""));
        else if (strategy.Member("type").Text() == "RollingUpdate")
        {
            var surges = !WorkloadRules.IsZero(rolling.Member("maxSurge"));
            var misses = !WorkloadRules.IsZero(rolling.Member("maxUnavailable"));
            if (surges && misses)
                errors.Add(FieldError.Invalid("spec.updateStrategy.rollingUpdate.maxSurge", GoFormat.Value(rolling.Member("maxSurge")),
                    "may not be set when maxUnavailable is non-zero"));
            else if (!surges && !misses)
                errors.Add(FieldError.Required("spec.updateStrategy.rollingUpdate.maxUnavailable", "cannot be 0 when maxSurge is 0"));
        }

        WorkloadRules.SameSelector(spec, old, errors);
        return errors;
    }

    public static IReadOnlyList<FieldError> Revision(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        if (obj.Member("revision").Whole() < 0)
            errors.Add(KindRules.NotNegative("revision", obj.Member("revision")));
        if (old is not null && !JsonNode.DeepEquals(obj.Member("data"), old.Member("data")))
            errors.Add(KindRules.Immutable("data", GoFormat.Value(obj.Member("data"))));
        return errors;
    }

    // A real server has scopes. Here nobody would look at them, so that a quota would hold back what it should let through.
    public static IReadOnlyList<FieldError> Quota(JsonObject obj)
    {
        var errors = new List<FieldError>();
        foreach (var name in (string[])["scopes", "scopeSelector"])
            if (obj.At("spec", name) is JsonArray { Count: > 0 } or JsonObject)
                errors.Add(FieldError.Forbidden($"spec.{name}", "this server has no quota scopes"));
        return errors;
    }

    private static void NotNegative(JsonNode? spec, string[] names, List<FieldError> errors)
    {
        foreach (var name in names)
            if (spec.Member(name).Whole() < 0)
                errors.Add(KindRules.NotNegative($"spec.{name}", spec.Member(name)));
    }

    private static JsonNode? Frozen(JsonObject set)
    {
        if (set.Member("spec")?.DeepClone() is not JsonObject spec)
            return null;
        foreach (var name in Mutable)
            spec.Remove(name);
        return spec;
    }
}
