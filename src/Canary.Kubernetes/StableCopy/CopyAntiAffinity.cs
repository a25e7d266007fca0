using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.StableCopy;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.StableCopy;

/// <summary>
/// Keeps pods of the copy away from Nodes with pods of the workload, and the other way round: the scheduler reads the terms of pods that
/// run when it places a new one. So the workload's template needs no term, and stays as its team wrote it.
/// </summary>
internal static class CopyAntiAffinity
{
    private const string Hostname = "kubernetes.io/hostname";
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";
    private const int Heaviest = 100;

    /// <summary>Adds the term to the copy's template, behind those of its team.</summary>
    /// <param name="template">The copy's template.</param>
    /// <param name="labels">Labels that the workload's pods have from their start.</param>
    /// <param name="wanted">What is asked for.</param>
    public static void Add(JsonObject template, IReadOnlyDictionary<string, string> labels, SideAntiAffinity wanted)
    {
        if (wanted is SideAntiAffinity.None || Json.Object(template, "spec") is not { } spec) return;
        var term = new JsonObject
        {
            ["topologyKey"] = Hostname,
            ["labelSelector"] = new JsonObject
            {
                ["matchLabels"] = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value))),
            },
        };
        if (wanted is SideAntiAffinity.Required) Terms(spec, Required).Add(term);
        else Terms(spec, Preferred).Add(new JsonObject { ["weight"] = Heaviest, ["podAffinityTerm"] = term });
        Child(Child(template, "metadata"), "annotations")[CopyLabels.AntiAffinity] =
            wanted is SideAntiAffinity.Required ? "required" : "preferred";
    }

    /// <summary>Takes the term off again: it belongs to the side and is not released.</summary>
    public static void Remove(JsonObject template)
    {
        if (Json.Object(template, "metadata", "annotations") is not { } annotations
            || Json.Text(annotations, CopyLabels.AntiAffinity) is not { } added) return;
        annotations.Remove(CopyLabels.AntiAffinity);
        if (Json.Array(template, "spec", "affinity", "podAntiAffinity", added is "required" ? Required : Preferred) is { Count: > 0 } terms)
            terms.RemoveAt(terms.Count - 1);
    }

    private static JsonArray Terms(JsonObject spec, string list)
    {
        var affinity = Child(Child(spec, "affinity"), "podAntiAffinity");
        if (affinity[list] is not JsonArray terms) affinity[list] = terms = [];
        return terms;
    }

    private static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject child) parent[name] = child = [];
        return child;
    }
}
