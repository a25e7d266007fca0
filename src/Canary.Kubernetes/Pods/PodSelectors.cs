using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Pods;

/// <summary>The label selectors in a pod template that select pods: of pod affinity, pod anti-affinity and topology spread. Those of nodes
/// and namespaces are not.</summary>
internal static class PodSelectors
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    /// <summary>Changes the values that the selectors name, in place.</summary>
    /// <param name="template">The pod template.</param>
    /// <param name="map">From a label's key and a value to the value that is to stand there.</param>
    public static void Rewrite(JsonObject template, Func<string, string, string> map)
    {
        foreach (var selector in Find(template))
        {
            var labels = Json.Object(selector, "matchLabels");
            foreach (var (key, value) in Json.Map(labels)) labels![key] = map(key, value);
            foreach (var expression in Json.Objects(selector, "matchExpressions"))
            {
                if (Json.Text(expression, "key") is not { } key || Json.Array(expression, "values") is not { } values) continue;
                for (var index = 0; index < values.Count; index++)
                {
                    if (Json.Text(values[index]) is { } value) values[index] = map(key, value);
                }
            }
        }
    }

    /// <summary>Puts the values of expressions in order: they are a set.</summary>
    public static void Sort(JsonObject template)
    {
        foreach (var expression in Find(template).SelectMany(selector => Json.Objects(selector, "matchExpressions")))
        {
            if (Json.Array(expression, "values") is not { } values) continue;
            var sorted = values.Select(value => Json.Text(value) ?? "").Order(StringComparer.Ordinal).ToArray();
            expression["values"] = new JsonArray([.. sorted.Select(value => (JsonNode)value)]);
        }
    }

    private static IEnumerable<JsonObject> Find(JsonObject template)
    {
        var affinity = Json.Object(template, "spec", "affinity");
        var terms = new[] { "podAffinity", "podAntiAffinity" }.SelectMany(kind => Json
            .Objects(affinity, kind, Required)
            .Concat(Json.Objects(affinity, kind, Preferred).Select(preferred => Json.Object(preferred, "podAffinityTerm"))
                .OfType<JsonObject>()));
        return [.. terms.Concat(Json.Objects(template, "spec", "topologySpreadConstraints"))
            .Select(owner => Json.Object(owner, "labelSelector")).OfType<JsonObject>()];
    }
}
