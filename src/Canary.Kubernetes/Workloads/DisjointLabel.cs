using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Rollouts.StableCopy;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Workloads;

/// <summary>The label by which the pods of a stable copy differ from those of its workload.</summary>
internal static class DisjointLabel
{
    private const int MostLetters = 63;

    // The label by which most manifests name a service, in the order in which they are tried.
    private static readonly string[] _usual = ["app", "app.kubernetes.io/name", "k8s-app", "name", "app.kubernetes.io/instance"];

    /// <summary>
    /// The label of the workload's selector that the copy's pods have another value of, so that neither Deployment selects the
    /// other's pods: a
    /// HorizontalPodAutoscaler counts pods by the selector alone. Preferably one that no Service selects by. Null: the selector has no
    /// label that could be changed.
    /// </summary>
    /// <param name="deployment">The workload.</param>
    /// <param name="services">The Services of the namespace.</param>
    public static string? Find(JsonObject deployment, IEnumerable<JsonObject> services)
    {
        var labels = Json.Map(deployment, "spec", "template", "metadata", "labels");
        var fixedKeys = Json.Objects(deployment, "spec", "selector", "matchExpressions").Select(one => Json.Text(one, "key")).ToHashSet();
        var selecting = services.Select(service => Json.Map(service, "spec", "selector"))
            .Where(selector => selector.Count > 0 && selector.All(label => labels.GetValueOrDefault(label.Key) == label.Value))
            .SelectMany(selector => selector.Keys).ToHashSet(StringComparer.Ordinal);
        return Json.Map(deployment, "spec", "selector", "matchLabels")
            .Where(label => !fixedKeys.Contains(label.Key) && label.Value.Length is > 0 and <= MostLetters - 7)
            .OrderBy(label => label.Key == CopyLabels.Side ? 0 : selecting.Contains(label.Key) ? 2 : 1)
            .ThenBy(label => Array.IndexOf(_usual, label.Key) is var at && at < 0 ? _usual.Length : at)
            .ThenBy(label => label.Key, StringComparer.Ordinal)
            .Select(label => label.Key)
            .FirstOrDefault();
    }

    /// <summary>The value that the copy's pods have of a label of the workload.</summary>
    public static string Change(string key, string value) => key == CopyLabels.Side ? "stable" : value + CopiedWorkload.StableSuffix;
}
