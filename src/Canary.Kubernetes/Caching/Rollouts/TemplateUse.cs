using System;
using System.Collections.Generic;
using System.Linq;
using System.Text.Json.Nodes;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.JsonFields;

namespace Canary.Kubernetes.Caching.Rollouts;

/// <summary>Which templates bring in another one: who names one of them uses that one too.</summary>
internal static class TemplateUse
{
    /// <summary>The templates that a template includes, as keys of an index: of ten thousand templates only those are looked at that
    /// include the one that changed.</summary>
    public static IEnumerable<string> Included(JsonObject template) =>
        Json.Objects(template, "spec", "templates").Select(include => Json.Text(include, "templateName") is { } name
            ? Key(name, Json.Flag(include, "clusterScope") ?? false) : null).OfType<string>();

    /// <summary>The template itself, and those that include it, directly or through others.</summary>
    /// <param name="template">The template that changed.</param>
    /// <param name="find">The templates of both kinds that have a key of <see cref="Included"/>.</param>
    public static IReadOnlyCollection<Reference> WithIncluding(Reference template, Func<string, IEnumerable<JsonObject>> find)
    {
        var found = new HashSet<Reference> { template };
        for (var open = new Stack<Reference>([template]); open.TryPop(out var next);)
        {
            var isOfTheCluster = next.IsOf(KnownKinds.ClusterAnalysisTemplates);
            foreach (var by in find(Key(next.Name, isOfTheCluster)).Select(ReferenceTo))
            {
                // One of the cluster that names one of a namespace means that of the run, whatever namespace it is in.
                if ((isOfTheCluster || by.Namespace.Length == 0 || by.Namespace == next.Namespace) && found.Add(by)) open.Push(by);
            }
        }

        return found;
    }

    private static string Key(string name, bool isOfTheCluster) => isOfTheCluster ? $"cluster/{name}" : $"namespace/{name}";

    private static Reference ReferenceTo(JsonObject template) => Json.Namespace(template) is { Length: > 0 } space
        ? new Reference(KnownKinds.AnalysisTemplates, space, Json.Name(template))
        : new Reference(KnownKinds.ClusterAnalysisTemplates, "", Json.Name(template));
}
