using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Core.Traffic;
using Canary.Core.Validation;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.Claims;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Sets;
using Canary.Kubernetes.Traffic;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.Kubernetes.Workloads;

/// <summary>The subsets of one Service that tell the pods of the two sides of a set apart.</summary>
/// <param name="Definition">The object that has them, which Canary makes.</param>
/// <param name="Document">That object as it is; null: it is not there.</param>
/// <param name="Stable">Name of the subset of the stable side.</param>
/// <param name="Canary">Name of the subset of the canary side.</param>
/// <param name="Objects">All objects of its kind.</param>
internal sealed record SetSubsets(OwnSubsets Definition, JsonObject? Document, string Stable, string Canary, ObjectLookup Objects)
{
    /// <summary>Null: the sides are Services.</summary>
    public static SetSubsets? Find(RolloutCaches caches, string ns, TrafficSpec traffic)
    {
        if (traffic is not { NamedStable.Subset: { } stable, NamedCanary.Subset: { } canary }
            || RouterRegistry.Of(traffic.Router).FindOwnSubsets(traffic, ns) is not { } definition) return null;
        var objects = caches.Lookup(definition.Kind);
        return new SetSubsets(definition, objects.Get(definition.Name), stable, canary, objects);
    }

    /// <summary>Both subsets exist.</summary>
    public bool AreThere => Document is { } document
        && Definition.Labels(document, Stable) is not null && Definition.Labels(document, Canary) is not null;

    /// <summary>The revision whose pods a subset selects; null: all pods of the set, or it is not there.</summary>
    public string? Selected(SetReading set, string subset) => Labels(subset) is { } labels
        && labels.GetValueOrDefault(SetReading.RevisionLabel) is { } revision
        && IsSame(Versionless(labels), set.Selector(revision)) ? revision : null;

    /// <summary>Nobody made it, or somebody took it out.</summary>
    public bool IsMissing(string subset) => Labels(subset) is null;

    /// <summary>Nobody else has an object of its name.</summary>
    public bool IsOwnOrAbsent(string rollout) =>
        Objects.Problem() is null && (Document is not { } document || CopyLabels.IsOf(document, rollout));

    /// <summary>It selects these pods, whatever version it names.</summary>
    public bool Selects(string subset, IReadOnlyDictionary<string, string> labels) =>
        Labels(subset) is { } there && IsSame(Versionless(there), labels);

    /// <summary>
    /// The labels by which a subset selects the pods of a revision. With them stands the label by which the proxies name the version in
    /// their metrics, where the template says one that the other side does not have: two sides of one version could not be told apart.
    /// </summary>
    /// <param name="set">The set, whole.</param>
    /// <param name="subset">The subset.</param>
    /// <param name="revision">The revision; null: all pods.</param>
    public IReadOnlyDictionary<string, string> LabelsFor(SetReading set, string subset, string? revision)
    {
        var labels = new Dictionary<string, string>(set.Selector(revision));
        if (revision is null) return labels;
        var other = subset == Stable ? Canary : Stable;
        var opposite = Labels(other) ?? labels;
        var isOfOpposite = Selected(set, other) == revision;
        var template = Json.Map(set.Document, "spec", "template", "metadata", "labels");
        var source = isOfOpposite && Definition.VersionLabels.Any(opposite.ContainsKey) ? opposite
            : revision == set.UpdateRevision ? template : null;
        if (source is null || Definition.VersionLabels.FirstOrDefault(source.ContainsKey) is not { } label || labels.ContainsKey(label))
            return labels;
        if (isOfOpposite || opposite.GetValueOrDefault(label) != source[label]) labels[label] = source[label];
        return labels;
    }

    /// <summary>What keeps the sides from being subsets; empty: nothing.</summary>
    /// <param name="rollout">Name of the Rollout.</param>
    /// <param name="service">The Service whose pods are told apart; null: it is not there.</param>
    /// <param name="traffic">The spec.</param>
    public IEnumerable<SpecError> FindObstacles(string rollout, JsonObject? service, TrafficSpec traffic)
    {
        const string path = "spec.traffic.stable.subset";
        var (kind, ns) = (Definition.Kind.Kind, Definition.Name.Namespace);
        if (Objects.Problem() is { } problem) return [new SpecError(path, $"{kind}s cannot be read: {problem}")];
        var found = new List<SpecError>();
        if (service is null)
            found.Add(new SpecError("spec.traffic.stable.service",
                $"Service {ns}/{traffic.NamedStable.Service}, whose subsets the sides are, is not there"));
        else if (Json.Text(service, "spec", "clusterIP") == "None")
            found.Add(new SpecError("spec.traffic.stable.service",
                $"Service {ns}/{traffic.NamedStable.Service} is headless, and proxies send requests of a headless Service to the address that "
                    + "the client chose: name a Service with an address of its own, or leave the subsets out"));
        if (Document is not null && !CopyLabels.IsOf(Document, rollout))
            found.Add(new SpecError(path,
                $"Canary makes {kind} {Definition.Name}, and one of that name is there that it did not make; rename or delete it"));
        return [.. found, .. Definition.FindConflicts(Objects, [Stable, Canary])];
    }

    private IReadOnlyDictionary<string, string>? Labels(string subset) =>
        Document is { } document ? Definition.Labels(document, subset) : null;

    private Dictionary<string, string> Versionless(IReadOnlyDictionary<string, string> labels) =>
        labels.Where(label => !Definition.VersionLabels.Contains(label.Key)).ToDictionary();

    private bool IsSame(IReadOnlyDictionary<string, string> labels, IReadOnlyDictionary<string, string> wanted)
    {
        var others = Versionless(wanted);
        return labels.Count == others.Count && others.All(label => labels.GetValueOrDefault(label.Key) == label.Value);
    }
}
