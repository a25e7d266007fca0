using System.Collections.Generic;
using System.Text.Json.Nodes;
using Canary.Core.Validation;
using Canary.Kubernetes.Api.Objects;
using Canary.Kubernetes.Caching;

namespace Canary.Kubernetes.Traffic;

/// <summary>An object that Canary makes for a router, and that tells the pods behind one Service apart by their labels. All of it is
/// pure.</summary>
/// <param name="Kind">The kind of the object.</param>
/// <param name="Name">The object.</param>
internal abstract record OwnSubsets(ResourceKind Kind, ObjectName Name)
{
    /// <summary>Labels of pods by which the proxies name a version in their metrics, the one that counts first.</summary>
    public abstract IReadOnlyList<string> VersionLabels { get; }

    /// <summary>The labels that a subset selects by; null: there is no such subset.</summary>
    public abstract IReadOnlyDictionary<string, string>? Labels(JsonObject document, string subset);

    /// <summary>The object with these subsets.</summary>
    /// <param name="metadata">Its metadata.</param>
    /// <param name="subsets">Name and labels of each.</param>
    public abstract JsonObject Document(JsonObject metadata,
        IEnumerable<(string Name, IReadOnlyDictionary<string, string> Labels)> subsets);

    /// <summary>The operations after which these subsets select by these labels; nothing else changes.</summary>
    public abstract IEnumerable<JsonObject> Patch(JsonObject document,
        IEnumerable<(string Name, IReadOnlyDictionary<string, string> Labels)> subsets);

    /// <summary>Objects of others that keep the proxies from obeying this one.</summary>
    /// <param name="objects">The objects of the kind.</param>
    /// <param name="subsets">Names of the subsets.</param>
    public abstract IEnumerable<SpecError> FindConflicts(ObjectLookup objects, IReadOnlyList<string> subsets);
}
