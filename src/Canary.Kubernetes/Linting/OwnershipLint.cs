using System.Collections.Generic;
using System.Linq;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;
using Canary.Kubernetes.Caching.Rollouts;
using Canary.Kubernetes.JsonFields;
using Canary.Kubernetes.Traffic.Registry;

namespace Canary.Kubernetes.Linting;

/// <summary>
/// Objects that two Rollouts of the files name. Which of them would get an object depends on what the cluster holds, as the controller
/// decides by age and by what is under way; so both are told.
/// </summary>
internal static class OwnershipLint
{
    private static readonly ResourceKind[] Kinds =
        [KnownKinds.Services, KnownKinds.Deployments, KnownKinds.StatefulSets, .. RouterRegistry.ResourceKinds];

    public static IEnumerable<LintFinding> Check(IEnumerable<LintDocument> documents)
    {
        var owned =
            from document in documents
            where document.IsOurs && document.Kind == KnownKinds.Rollouts.Kind && document.Name.Length > 0
            from one in RolloutReferences.Owned(Json.Object(document.Root, "spec"), document.Namespace)
            select (Document: document, one.Reference, one.Path);

        // The same Rollout written twice is a mistake of its own, and found as such.
        return
            from same in owned.GroupBy(one => one.Reference)
            from one in same
            from other in same.DistinctBy(other => other.Document.Title)
            where other.Document.Title != one.Document.Title
            select one.Document.Finding(one.Path,
                $"{Kind(same.Key)} {same.Key.Namespace}/{same.Key.Name} is named by {other.Document.Title} too "
                    + $"({other.Document.File}:{other.Document.LineOf(other.Path)}, {other.Path}); "
                + "an object is of one Rollout alone, and the controller rejects the other: name another one");
    }

    private static string Kind(Reference reference) => Kinds.First(reference.IsOf).Kind;
}
