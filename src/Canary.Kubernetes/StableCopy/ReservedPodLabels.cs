using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.StableCopy;

/// <summary>Labels and annotations that Canary alone gives to pods. In the template of a workload they would be on each of its pods from
/// their start: all pods of a canary would serve, or count as those of stable.</summary>
internal static class ReservedPodLabels
{
    private static readonly string[] _annotations = [CopyLabels.AntiAffinity, CopyLabels.PinnedImages];

    /// <summary>Those that the template of the workload has.</summary>
    public static IEnumerable<SpecError> Find(JsonObject source)
    {
        var selected = Json.Map(source, "spec", "selector", "matchLabels");
        // One that the workload selects by is an error of the selector, and side: canary is what Canary writes.
        var labels = Json.Map(source, "spec", "template", "metadata", "labels")
            .Where(label => CopyLabels.OfPods.Contains(label.Key) && !selected.ContainsKey(label.Key)
                && !(label.Key == CopyLabels.Side && label.Value == "canary"))
            .Select(label => ("label", label.Key, "labels"));
        var annotations = Json.Map(source, "spec", "template", "metadata", "annotations").Keys.Where(_annotations.Contains)
            .Select(key => ("annotation", key, "annotations"));
        return labels.Concat(annotations).OrderBy(one => one.Item2, System.StringComparer.Ordinal).Select(one =>
            new SpecError("spec.workload.name", $"Deployment {ObjectName.Of(source)} has the {one.Item1} {one.Item2} in "
                + $"spec.template.metadata.{one.Item3}, which Canary alone gives to pods: take it out of the template"));
    }
}
