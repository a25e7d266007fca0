using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Caching.Rollouts;

/// <summary>Which templates bring in another one: who names one of them uses that one too.</summary>
internal static class TemplateUse
{
    /// <summary>The template itself, and those that include it, directly or through others.</summary>
    /// <param name="template">The template that changed.</param>
    /// <param name="templates">The AnalysisTemplates that there are.</param>
    /// <param name="clusterTemplates">The ClusterAnalysisTemplates that there are.</param>
    public static IReadOnlyCollection<Reference> WithIncluding(Reference template, IEnumerable<JsonObject> templates,
        IEnumerable<JsonObject> clusterTemplates)
    {
        var includes = templates.Select(one =>
            (Reference: new Reference(KnownKinds.AnalysisTemplates.Plural, Json.Namespace(one), Json.Name(one)), Document: one))
            .Concat(clusterTemplates.Select(one =>
                (Reference: new Reference(KnownKinds.ClusterAnalysisTemplates.Plural, "", Json.Name(one)), Document: one)))
            .SelectMany(one => Json.Objects(one.Document, "spec", "templates")
                .Select(include => (By: one.Reference, Name: Json.Text(include, "templateName"),
                    IsOfTheCluster: Json.Flag(include, "clusterScope") ?? false)))
            .ToArray();
        var found = new HashSet<Reference> { template };
        for (var open = new Stack<Reference>([template]); open.TryPop(out var next);)
        {
            foreach (var (by, _, _) in includes.Where(include => IsIt(include.By, include.Name, include.IsOfTheCluster, next))
                .Where(include => found.Add(include.By))) open.Push(by);
        }

        return found;
    }

    // One of the cluster that names one of a namespace means that of the run, whatever namespace it is in.
    private static bool IsIt(Reference by, string? name, bool isOfTheCluster, Reference template) =>
        name == template.Name && isOfTheCluster == (template.Plural == KnownKinds.ClusterAnalysisTemplates.Plural)
        && (isOfTheCluster || by.Namespace.Length == 0 || by.Namespace == template.Namespace);
}
