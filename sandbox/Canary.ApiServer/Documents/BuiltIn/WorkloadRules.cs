using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.ApiServer.Documents.Selectors;
using Canary.ApiServer.Documents.Texts;
using Canary.ApiServer.Objects;

namespace Canary.ApiServer.Documents.BuiltIn;

/// <summary>Rules of Deployments, ReplicaSets and Pods.</summary>
internal static class WorkloadRules
{
    /// <summary>A Deployment or a ReplicaSet: replicas, a selector that fits the template, the template.</summary>
    public static IReadOnlyList<FieldError> Replicated(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        var spec = obj.Member("spec");
        if (spec.Member("replicas").Whole() < 0)
            errors.Add(KindRules.NotNegative("spec.replicas", spec.Member("replicas")));
        Template(spec, "deployment", errors);
        Strategy(spec.Member("strategy"), errors);
        foreach (var name in (string[])["minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"])
            if (spec.Member(name).Whole() < 0)
                errors.Add(KindRules.NotNegative($"spec.{name}", spec.Member(name)));
        SameSelector(spec, old, errors);
        return errors;
    }

    /// <summary>A selector that selects something, and a template whose pods it selects and that runs for ever.</summary>
    /// <param name="spec">The spec of the workload.</param>
    /// <param name="kind">The kind as a real server names it in the message about an empty selector.</param>
    /// <param name="errors">What is wrong is added here.</param>
    public static void Template(JsonNode? spec, string kind, List<FieldError> errors)
    {
        var labels = spec.At("template", "metadata", "labels");
        if (spec.Member("selector") is not JsonObject selector)
            errors.Add(FieldError.Required("spec.selector"));
        else if (selector.Member("matchLabels") is not JsonObject { Count: > 0 }
            && selector.Member("matchExpressions") is not JsonArray { Count: > 0 })
            errors.Add(FieldError.Invalid("spec.selector", Selector(selector), $"empty selector is invalid for {kind}"));
        else if (!LabelSelector.OfObject(selector).MatchesLabels(labels as JsonObject ?? []))
            errors.Add(FieldError.Invalid("spec.template.metadata.labels", KindRules.StringMap(labels),
                "`selector` does not match template `labels`"));
        PodSpec(spec.At("template", "spec"), "spec.template.spec", errors);
        if (spec.At("template", "spec", "restartPolicy").Text() is { } policy && policy != "Always")
            errors.Add(FieldError.NotSupported("spec.template.spec.restartPolicy", GoFormat.Quoted(policy), "\"Always\""));
    }

    public static void SameSelector(JsonNode? spec, JsonObject? old, List<FieldError> errors)
    {
        if (old is not null && !JsonNode.DeepEquals(spec.Member("selector"), old.At("spec", "selector")))
            errors.Add(KindRules.Immutable("spec.selector", Selector(spec.Member("selector"))));
    }

    public static IReadOnlyList<FieldError> Pod(JsonObject obj, JsonObject? old)
    {
        var errors = new List<FieldError>();
        PodSpec(obj.Member("spec"), "spec", errors);
        if (old is not null && !JsonNode.DeepEquals(Frozen(obj), Frozen(old)))
            errors.Add(FieldError.Forbidden(
                "spec",
                "pod updates may not change fields other than "
                    + "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only "
                    + "additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was "
                    + "previously negative)"));
        return errors;
    }

    private static void Strategy(JsonNode? strategy, List<FieldError> errors)
    {
        if (strategy is null)
            return;
        if (strategy.Member("type").Text() is not ("RollingUpdate" or "Recreate"))
            errors.Add(
                FieldError.NotSupported("spec.strategy.type", GoFormat.Value(strategy.Member("type")), "\"Recreate\", \"RollingUpdate\""));
        if (strategy.Member("type").Text() == "Recreate" && strategy.Member("rollingUpdate") is not null)
            errors.Add(FieldError.Forbidden("spec.strategy.rollingUpdate", "may not be specified when strategy `type` is 'Recreate'"));
        if (IsZero(strategy.At("rollingUpdate", "maxUnavailable")) && IsZero(strategy.At("rollingUpdate", "maxSurge")))
            errors.Add(FieldError.Invalid("spec.strategy.rollingUpdate.maxUnavailable", "0", "may not be 0 when `maxSurge` is 0"));
    }

    public static bool IsZero(JsonNode? amount) => amount.Whole() == 0 || amount.Text() == "0%";

    private static void PodSpec(JsonNode? spec, string path, List<FieldError> errors)
    {
        var containers = KindDefaults.Items(spec.Member("containers")).ToList();
        if (containers.Count == 0)
            errors.Add(FieldError.Required($"{path}.containers"));
        var names = new HashSet<string>();
        foreach (var list in (string[])["initContainers", "containers"])
        {
            var index = 0;
            foreach (var container in KindDefaults.Items(spec.Member(list)))
            {
                Container(container, $"{path}.{list}[{index.ToString(CultureInfo.InvariantCulture)}]", names, errors);
                index++;
            }
        }
    }

    private static void Container(JsonObject container, string path, HashSet<string> names, List<FieldError> errors)
    {
        var name = container.Member("name").Text() ?? "";
        if (name.Length == 0)
            errors.Add(FieldError.Required($"{path}.name"));
        else if (!names.Add(name))
            errors.Add(FieldError.Duplicate($"{path}.name", GoFormat.Quoted(name)));
        else
            errors.AddRange(NameRules.Dns1123Label(name).Select(wrong => FieldError.Invalid($"{path}.name", GoFormat.Quoted(name), wrong)));
        if (container.Member("image").Text() is not { Length: > 0 } image)
            errors.Add(FieldError.Required($"{path}.image"));
        else if (image.Trim() != image)
            errors.Add(FieldError.Invalid($"{path}.image", GoFormat.Quoted(image), "must not have leading or trailing whitespace"));
        var index = 0;
        foreach (var port in KindDefaults.Items(container.Member("ports")))
        {
            if (port.Member("containerPort").Whole() is not (>= 1 and <= 65535))
                errors.Add(port.Member("containerPort") is { } given && given.Whole() != 0
                    ? FieldError.Invalid($"{path}.ports[{index}].containerPort", GoFormat.Value(given),
                        "must be between 1 and 65535, inclusive")
                    : FieldError.Required($"{path}.ports[{index}].containerPort"));
            index++;
        }
    }

    /// <summary>The part of a pod's spec that may not change.</summary>
    private static JsonNode? Frozen(JsonObject pod)
    {
        var spec = pod.Member("spec")?.DeepClone();
        if (spec is not JsonObject members)
            return spec;
        foreach (var name in (string[])["activeDeadlineSeconds", "tolerations", "terminationGracePeriodSeconds", "nodeName",
            "schedulingGates", "ephemeralContainers"])
            members.Remove(name);
        foreach (var container in KindDefaults.Items(members.Member("containers"))
            .Concat(KindDefaults.Items(members.Member("initContainers"))))
            container.Remove("image");
        return members;
    }

    private static string Selector(JsonNode? selector) =>
        $"v1.LabelSelector{{MatchLabels:{KindRules.StringMap(selector.Member("matchLabels"))}, "
            + "MatchExpressions:[]v1.LabelSelectorRequirement"
        + (selector.Member("matchExpressions") is JsonArray { Count: > 0 } expressions
            ? "{" + string.Join(", ", expressions.Select(expression =>
                $"v1.LabelSelectorRequirement{{Key:{GoFormat.Quoted(expression.Member("key").Text() ?? "")}, "
                    + $"Operator:{GoFormat.Quoted(expression.Member("operator").Text() ?? "")}, Values:"
                + (expression.Member("values") is JsonArray values ? "[]string{" + string.Join(", ", values.Select(GoFormat.Value)) + "}"
                    : "[]string(nil)") + "}")) + "}}"
            : "(nil)}");
}
